using System.Globalization;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Retention;

/// <summary>The limits in force, how full each is, and what goes first.</summary>
/// <param name="Limits">The limits.</param>
/// <param name="Untagged">Stories without a topic: they go first.</param>
/// <param name="Tagged">Stories with a topic.</param>
/// <param name="Pinned">Pinned stories: no limit of age, feed, topic or number ends them.</param>
/// <param name="Next">What goes next: first what is not to be kept any more.</param>
public sealed record RetentionReport(IReadOnlyList<LimitState> Limits, KeptState Untagged, KeptState Tagged, KeptState Pinned, IReadOnlyList<LeavingStory> Next)
{
    /// <summary>Stories that are not sorted by what they are kept under yet. Null: all are. Until then none is dropped but for want of room.</summary>
    public long? NotYetSorted { get; init; }

    /// <summary>Of how many feeds the limits that hold for each of them are not listed: the fullest are.</summary>
    public int FeedsNotListed { get; init; }
}

/// <summary>How much there is of a kind.</summary>
/// <param name="Stories">Stories.</param>
/// <param name="Megabytes">What they take, as the store reckons it.</param>
public sealed record KeptState(long Stories, double Megabytes);

/// <summary>A limit in force.</summary>
/// <param name="Of">What it is for: "everything", "all else", "topic ai", "feed The Wire".</param>
/// <param name="Kind">What it bounds.</param>
/// <param name="Most">How much: days, stories, megabytes.</param>
/// <param name="Words">The same in words.</param>
/// <param name="From">Where it is said.</param>
/// <param name="Now">What there is: the days of the oldest story, stories, megabytes.</param>
public sealed record LimitState(string Of, LimitKind Kind, double Most, string Words, string From, double Now)
{
    /// <summary>Whether the files are as large as they may be, and hold as many stories as fit.</summary>
    public bool IsReached { get; init; }

    /// <summary>How full it is, 1 being full.</summary>
    public double Full => Most <= 0 ? 1 : Now / Most;

    /// <summary>What there is, in words.</summary>
    public string NowWords => Kind switch
    {
        LimitKind.Age => string.Create(CultureInfo.InvariantCulture, $"{Now:0.#} days"),
        LimitKind.Stories => Now.ToString("N0", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Now:0.0} MB"),
    };
}

/// <summary>A story that goes before others.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Source">Its feed's name.</param>
/// <param name="Date">Its place in time.</param>
/// <param name="Topics">Its topics' slugs.</param>
/// <param name="From">The limit that ends it, where it is said.</param>
/// <param name="Reason">The same in words.</param>
public sealed record LeavingStory(string Id, string Title, string Source, DateTimeOffset Date, IReadOnlyList<string> Topics, string From, string Reason)
{
    /// <summary>When it goes. Null: that depends on what comes.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>With how many more stories it goes. 0: it is not to be kept any more. Null: it goes at a time.</summary>
    public long? After { get; init; }

    /// <summary>When it goes, in words.</summary>
    public string When(DateTimeOffset now) => (At, After) switch
    {
        ({ } at, _) when at <= now => "now",
        ({ } at, _) => string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm}"),
        (_, null or 0) => "now",
        (_, 1) => "with the next story",
        (_, { } after) => string.Create(CultureInfo.InvariantCulture, $"with {after:N0} stories more"),
    };

    internal static LeavingStory Of(Story story, string from, string reason) =>
        new(story.Id.Value, story.Title, story.FeedName, story.OrderedAt, [.. story.Topics.Select(topic => topic.Slug)], from, reason);
}
