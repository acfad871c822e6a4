using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.PostgreSql;

/// <summary>A change of what is said of a story, its tags or its cluster, made from the story as it is stored by then. Its text stays.</summary>
/// <param name="Story">The story.</param>
/// <param name="Make">The story after the change. Null: it is to be left as it is.</param>
/// <param name="At">When it changed.</param>
internal sealed record StoryChange(StoryId Story, Func<Story, Story?> Make, DateTimeOffset At);

/// <summary>What the server keeps of a story's text: made before it is the writer's turn, on the caller's time.</summary>
internal sealed record StoredText(byte[] Body, string Terms)
{
    public static StoredText Of(Story story) => new(Packed.Pack(story.Body ?? StoryBody.Empty), IndexedTerms.Of(story));
}

/// <summary>What one caller wants stored, on its way into the store.</summary>
internal sealed class Write(StoryBatch batch)
{
    public StoryBatch Batch { get; } = batch;

    /// <summary>Stories of which something else is said while their text stays.</summary>
    public IReadOnlyCollection<StoryChange> Changes { get; init; } = [];

    /// <summary>Stories to delete.</summary>
    public IReadOnlyCollection<StoryId> Deletions { get; init; } = [];

    /// <summary>What becomes of those.</summary>
    public StoryEnd End { get; init; }

    /// <summary>Whether one of those may be deleted, as it is stored by then. Null: whatever it is.</summary>
    public Func<Story, bool>? MayGo { get; init; }

    /// <summary>Dropped stories to forget, if their entries were not seen for long.</summary>
    public IReadOnlyCollection<StoryId> Forgotten { get; init; } = [];

    /// <summary>As of when.</summary>
    public DateTimeOffset ForgottenAt { get; init; }

    /// <summary>The texts of the batch's stories, in their order.</summary>
    public IReadOnlyList<StoredText> Texts { get; } = [.. batch.Stories.Select(StoredText.Of)];

    /// <summary>The claim that the batch's feed state ends. Null: this process holds none.</summary>
    public long? Claim { get; init; }

    /// <summary>Set by the commit, told to the caller after it.</summary>
    public SaveResult Result { get; set; }

    public TaskCompletionSource<SaveResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The ids of all that is to be decided about.</summary>
    public IEnumerable<StoryId> Ids => Batch.Stories.Select(story => story.Id)
        .Concat(Batch.Dropped.Select(dropped => dropped.Id)).Concat(Changes.Select(change => change.Story)).Concat(Deletions).Concat(Forgotten);

    /// <summary>What must be stored one after the other if it is the same: ids, feeds, hosts.</summary>
    public IEnumerable<string> Turns => Ids.Select(id => id.Value)
        .Concat(Batch.Feed is { } feed ? [feed.Id.Value] : Array.Empty<string>()).Concat(Batch.Hosts.Select(lesson => lesson.Host));

    /// <summary>How much it is, in stories.</summary>
    public int Weight => Math.Max(1, Batch.Stories.Count + Changes.Count + Deletions.Count + Forgotten.Count);
}
