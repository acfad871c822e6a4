using System.Globalization;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb.Search;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The index: a collection of keys "list|place", where a list is everything, a topic, a feed, a saved feed, a cluster, what was corrected or pinned,
/// and the place makes newer stories come first: "inverted ticks|story id". Reading a list is reading a range of keys, so "newest 50 of a
/// topic" costs 50 keys, however many stories there are. (LiteDB's own index over a list field would read every story of the topic and sort.)
/// Muted stories are in lists of their own beside these, so that they cost nothing where they are not asked for. Further lists say in which order stories
/// go (<see cref="KeptOrder"/>).
/// </summary>
internal static class Postings
{
    /// <summary>Greater than every place.</summary>
    private const string End = "~";

    /// <summary>The list of all stories.</summary>
    public const string All = "a";

    /// <summary>The list of the stories that the user corrected.</summary>
    public const string Corrected = "k";

    /// <summary>The list of the pinned stories.</summary>
    public const string Pinned = "p";

    public static string Topic(string slug) => "t|" + slug;

    public static string Feed(FeedId feed) => "f|" + feed.Value;

    public static string SavedFeed(string slug) => "s|" + slug;

    public static string Cluster(ClusterId cluster) => "c|" + cluster.Value;

    /// <summary>The list of all stories of a rank, muted or not; no question is answered from it.</summary>
    public static string Rank(KeepRank rank) => rank switch { KeepRank.Untagged => "x|0", KeepRank.Tagged => "x|1", _ => "x|2" };

    /// <summary>Likewise of those that are kept under a group.</summary>
    public static string Group(KeepGroup group, KeepRank rank) => $"y|{group.Name}|{(rank == KeepRank.Untagged ? 0 : 1)}";

    /// <summary>Every list a story is in that questions are answered from.</summary>
    public static IEnumerable<string> ListsOf(Story story)
    {
        var lists = story.Topics.Select(topic => Topic(topic.Slug)).Distinct()
            .Concat(story.SavedFeeds.Select(SavedFeed))
            .Concat(story.Corrections.Take(1).Select(_ => Corrected))
            .Concat(story.IsPinned ? [Pinned] : Array.Empty<string>())
            .Concat(story.Feeds.Distinct().Select(Feed))
            .Prepend(Cluster(story.Cluster)).Prepend(All);
        return story.IsMuted ? lists.Select(Muted) : lists;
    }

    public static string Place(DateTimeOffset orderedAt, StoryId id) => $"{Inverted(orderedAt)}|{id.Value}";

    public static string Key(string list, string place) => $"{list}|{place}";

    /// <summary>The smallest and the greatest place that a query allows.</summary>
    public static (string From, string To) Bounds(StoryQuery query)
    {
        var from = query.Until is { } until ? $"{Inverted(until)}|{End}" : "";
        if (query.After is { } after)
        {
            // "!" sorts before every character of an id, so this is the first place after that story.
            var next = Place(after.OrderedAt, after.Id) + "!";
            from = string.CompareOrdinal(next, from) > 0 ? next : from;
        }

        return (from, query.Since is { } since ? $"{Inverted(since)}|{End}" : End);
    }

    /// <summary>The last of a list, the oldest first.</summary>
    /// <param name="files">The files.</param>
    /// <param name="list">The list.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="before">Only of stories older than this. Null: whatever their age.</param>
    /// <param name="after">Go on after this place. Null: from the oldest.</param>
    public static IReadOnlyList<BsonDocument> Oldest(StoreFiles files, string list, int most, DateTimeOffset? before = null, string? after = null)
    {
        var from = before is { } time ? $"{Inverted(time)}|{End}" : "";
        var range = Query.All("_id", Query.Descending);
        range.Where.Add(Query.Between("_id", Key(list, from), Key(list, after ?? End)));
        return [.. files.Postings.Find(range, 0, after is null ? most : most + 1).Where(posting => after is null || posting["_id"].AsString != Key(list, after)).Take(most)];
    }

    /// <summary>The numbers of the oldest of all stories, muted or not, whatever their rank.</summary>
    public static IReadOnlyList<long> Oldest(StoreFiles files, int most) =>
        [.. new[] { All, Muted(All) }.SelectMany(list => Oldest(files, list, most).Select(posting => (Place: posting["_id"].AsString[(list.Length + 1)..], Sequence: posting["q"].AsInt64)))
            .OrderByDescending(posting => posting.Place, StringComparer.Ordinal).Take(most).Select(posting => posting.Sequence)];

    /// <summary>The stories a query asks for, as places in order.</summary>
    /// <exception cref="InvalidOperationException">Texts are asked for, and there is no index of them.</exception>
    public static PostingCursor Open(StoreFiles files, SearchIndex? texts, StoryQuery query)
    {
        var (from, to) = Bounds(query);
        List<Func<bool, PostingCursor>> conditions = [.. query.Topics.Distinct().Select(slug => Range(Topic(slug)))];
        if (query.Feeds is { } feeds)
        {
            conditions.Add(isCompared => new UnionCursor([.. feeds.Distinct().Select(feed => Range(Feed(feed))(isCompared))]));
        }

        if (query.SavedFeed is { } savedFeed)
        {
            conditions.Add(Range(SavedFeed(savedFeed)));
        }

        if (query.Cluster is { } cluster)
        {
            conditions.Add(Range(Cluster(cluster)));
        }

        if (query.Corrected)
        {
            conditions.Add(Range(Corrected));
        }

        if (query.Pinned)
        {
            conditions.Add(Range(Pinned));
        }

        if (query.Text is { } text)
        {
            conditions.Add(_ => new TextCursor(texts ?? throw new InvalidOperationException("texts cannot be searched now"), text, query.Muted, from, to));
        }

        return conditions switch
        {
            [] => Range(All)(false),
            [var one] => one(false),
            _ => new IntersectionCursor([.. conditions.Select(condition => condition(true))]),
        };

        Func<bool, PostingCursor> Range(string list) => isCompared => query.Muted switch
        {
            MutedStories.LeftOut => new RangeCursor(files, list, from, to, isCompared),
            MutedStories.Only => new RangeCursor(files, Muted(list), from, to, isCompared),
            _ => new UnionCursor([new RangeCursor(files, list, from, to, isCompared), new RangeCursor(files, Muted(list), from, to, isCompared)]),
        };
    }

    /// <summary>The list of the muted stories that would be in <paramref name="list"/>.</summary>
    private static string Muted(string list) => "m|" + list;

    private static string Inverted(DateTimeOffset instant) =>
        (DateTime.MaxValue.Ticks - instant.UtcTicks).ToString("x16", CultureInfo.InvariantCulture);
}
