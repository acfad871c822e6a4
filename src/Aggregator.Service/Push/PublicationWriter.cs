using Aggregator.Content.Publishing;
using Aggregator.Service.Web;

namespace Aggregator.Service.Push;

/// <summary>Writes what is new in a feed as documents small enough to be kept, and to be taken by whoever is told.</summary>
public sealed class PublicationWriter(MergedFeedComposer composer)
{
    /// <summary>
    /// The largest document, in bytes, as long as an entry's text can be left out for it: a store keeps some 16 MB at most in one piece, and many a receiver takes less.
    /// </summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Entries in one document: many at once are told in several.</summary>
    private const int MostEntries = 50;

    /// <summary>As many documents as the entries need, those with the oldest first. An entry that is too large for one alone is told without its text.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="home">What its links begin with.</param>
    /// <param name="entries">The newest first, as in each document.</param>
    public IEnumerable<byte[]> WriteAll(MergedFeed feed, Uri home, IReadOnlyList<PublishedEntry> entries) =>
        entries.Reverse().Chunk(MostEntries).SelectMany(chunk => Split(feed, home, [.. chunk.Reverse()]));

    /// <summary>All entries in one document; their texts, and then their summaries too, are left out where it would be too large.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="home">What its links begin with.</param>
    /// <param name="entries">The newest first.</param>
    public byte[] WriteOne(MergedFeed feed, Uri home, IReadOnlyList<PublishedEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(feed);
        var whole = composer.Compose(feed, home, entries);
        for (var content = whole.Content; ; content--)
        {
            var document = feed.Writer.Write(whole with { Content = content });
            if (document.Length <= MostBytes || content == FeedContent.Title)
            {
                return document;
            }
        }
    }

    private List<byte[]> Split(MergedFeed feed, Uri home, IReadOnlyList<PublishedEntry> entries)
    {
        if (entries.Count == 1)
        {
            return [WriteOne(feed, home, entries)];
        }

        // What cannot fit by its texts alone is not written to find that out.
        if (entries.Sum(entry => (long)(entry.Lead.Body?.Html.Length ?? 0)) <= MostBytes
            && feed.Writer.Write(composer.Compose(feed, home, entries)) is { Length: <= MostBytes } document)
        {
            return [document];
        }

        var newer = entries.Count / 2;
        return [.. Split(feed, home, [.. entries.Skip(newer)]), .. Split(feed, home, [.. entries.Take(newer)])];
    }
}
