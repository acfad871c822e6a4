using Aggregator.Model.Stories;

namespace Aggregator.Model.Storage;

/// <summary>In which order stories go: all of one rank before the first of the next, and of one rank the oldest first.</summary>
public enum KeepRank
{
    /// <summary>No topic was found in it.</summary>
    Untagged,

    /// <summary>It has a topic.</summary>
    Tagged,

    /// <summary>The user pinned it.</summary>
    Pinned,
}

/// <summary>A story as what is kept.</summary>
/// <param name="Story">The story, without its body.</param>
/// <param name="Rank">When it goes.</param>
/// <param name="Bytes">What it takes, as reckoned when it was stored.</param>
public sealed record KeptStory(Story Story, KeepRank Rank, long Bytes);

/// <summary>How much there is of a kind.</summary>
/// <param name="Stories">How many stories.</param>
/// <param name="Bytes">What they take, as reckoned.</param>
public readonly record struct KeptAmount(long Stories, long Bytes)
{
    /// <summary>The two together.</summary>
    public KeptAmount Add(long stories, long bytes) => new(Stories + stories, Bytes + bytes);
}

/// <summary>A question for what is kept, in the order in which it goes.</summary>
public sealed record KeptQuery
{
    /// <summary>Of this group, and not pinned. Null: of all.</summary>
    public KeepGroup? Group { get; init; }

    /// <summary>Only of this rank. Null: of all.</summary>
    public KeepRank? Rank { get; init; }

    /// <summary>Go on after this story. Null: from the first to go.</summary>
    public KeptStory? After { get; init; }

    /// <summary>How many at most.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>What is kept, in all and by groups.</summary>
/// <param name="ByRank">By rank.</param>
/// <param name="ByGroup">What is not pinned, by group; empty where there are no groups.</param>
public sealed record KeptAmounts(IReadOnlyDictionary<KeepRank, KeptAmount> ByRank, IReadOnlyDictionary<KeepGroup, KeptAmount> ByGroup)
{
    /// <summary>
    /// Stories that were not looked at yet since the groups became others: limits of groups and of age are not applied until all were. Null: all were.
    /// </summary>
    public long? NotYetSorted { get; init; }

    /// <summary>The groups that stories are sorted into.</summary>
    public KeepGroups Groups { get; init; } = KeepGroups.None;

    /// <summary>How many stories fit into the size given, as learned since the files became as large as that. Null: they have room yet, or no size was given.</summary>
    public long? Fitting { get; init; }

    /// <summary>Whether stories with a topic go first for want of room, because few without one are left (<see cref="StoryRetention.UntaggedShare"/>).</summary>
    public bool HasFewUntagged => StoryRetention.SpareUntagged(Of(KeepRank.Untagged).Stories, Of(KeepRank.Tagged).Stories) == 0;

    /// <summary>The amount of a rank.</summary>
    public KeptAmount Of(KeepRank rank) => ByRank.GetValueOrDefault(rank);
}
