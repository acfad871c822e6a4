using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// The lists that stories are in, each named by a number: 62 bits of a hash, so that no process has to ask for it. (Two of a hundred thousand names
/// share one with a chance of one in a billion.) The negated number is the list of the muted stories that would be in it: they cost nothing where
/// they are not asked for.
/// </summary>
internal static class Lists
{
    /// <summary>What the names of topics' lists begin with.</summary>
    public const string TopicMark = "t|";

    /// <summary>What the names of feeds' lists begin with.</summary>
    public const string FeedMark = "f|";

    /// <summary>The list of all stories.</summary>
    public static long All { get; } = Number("a");

    /// <summary>The list of the stories that the user corrected.</summary>
    public static long Corrected { get; } = Number("k");

    /// <summary>The list of the pinned stories.</summary>
    public static long Pinned { get; } = Number("p");

    public static long Topic(string slug) => Number(TopicMark + slug);

    public static long Feed(FeedId feed) => Number(FeedMark + feed.Value);

    public static long SavedFeed(string slug) => Number("s|" + slug);

    /// <summary>The numbers of all lists a story is in.</summary>
    public static long[] Of(Story story)
    {
        var sign = story.IsMuted ? -1 : 1;
        return [.. NamesOf(story).Select(Number)
            .Concat(story.SavedFeeds.Select(SavedFeed))
            .Concat(story.Corrections.Take(1).Select(_ => Corrected))
            .Concat(story.IsPinned ? [Pinned] : Array.Empty<long>())
            .Prepend(All)
            .Distinct()
            .Select(list => sign * list)];
    }

    /// <summary>The names of those of a story's lists by which stories are counted.</summary>
    public static IEnumerable<string> NamesOf(Story story) =>
        story.Topics.Select(topic => TopicMark + topic.Slug).Concat(story.Feeds.Select(feed => FeedMark + feed.Value)).Distinct();

    /// <summary>The number of a list's name.</summary>
    public static long Number(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue >> 1 | 1;
    }
}
