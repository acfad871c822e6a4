using System.Globalization;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The index: a collection of keys "list|place", where a list is everything, a topic, a feed, a cluster or what was corrected, and the place makes newer
/// stories come first: "inverted ticks|story id". Reading a list is reading a range of keys, so "newest 50 of a topic" costs 50 keys,
/// however many stories there are. (LiteDB's own index over a list field would read every story of the topic and sort.)
/// </summary>
internal static class Postings
{
    /// <summary>Greater than every place.</summary>
    private const string End = "~";

    /// <summary>The list of all stories.</summary>
    public const string All = "a";

    /// <summary>The list of the stories that the user corrected.</summary>
    public const string Corrected = "k";

    public static string Topic(string slug) => "t|" + slug;

    public static string Feed(FeedId feed) => "f|" + feed.Value;

    public static string Cluster(ClusterId cluster) => "c|" + cluster.Value;

    /// <summary>Every list a story is in.</summary>
    public static IEnumerable<string> ListsOf(Story story) =>
        [All, Feed(story.Feed), Cluster(story.Cluster), .. story.Topics.Select(topic => Topic(topic.Slug)).Distinct(), .. story.Corrections.Take(1).Select(_ => Corrected)];

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

    /// <summary>The stories a query asks for, as places in order.</summary>
    public static PostingCursor Open(ILiteCollection<BsonDocument> postings, StoryQuery query)
    {
        var (from, to) = Bounds(query);
        var cursors = query.Topics.Distinct().Select(slug => Range(Topic(slug))).ToList();
        if (query.Feeds is { } feeds)
        {
            cursors.Add(new UnionCursor([.. feeds.Distinct().Select(feed => Range(Feed(feed)))]));
        }

        if (query.Cluster is { } cluster)
        {
            cursors.Add(Range(Cluster(cluster)));
        }

        if (query.Corrected)
        {
            cursors.Add(Range(Corrected));
        }

        return cursors.Count switch
        {
            0 => Range(All),
            1 => cursors[0],
            _ => new IntersectionCursor(cursors),
        };

        PostingCursor Range(string list) => new RangeCursor(postings, list, from, to);
    }

    private static string Inverted(DateTimeOffset instant) =>
        (DateTime.MaxValue.Ticks - instant.UtcTicks).ToString("x16", CultureInfo.InvariantCulture);
}
