using Aggregator.Content.Parsing.Encodings;
using Aggregator.Content.Parsing.Formats.JsonFeed;
using Aggregator.Content.Parsing.Formats.Xml;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing;

/// <summary>
/// Reads a feed document, whatever its format, encoding and damage: decode, repair, let CodeHollow.FeedReader read, complete what it
/// misses. Never throws for the document's sake; <see cref="ParsedFeed.Problems"/> says what was repaired, or why it is no feed.
/// </summary>
public static class FeedParser
{
    /// <summary>Reads a document's bytes. <see cref="ParsedFeed.Format"/> is null where they are no feed.</summary>
    public static ParsedFeed Parse(ReadOnlyMemory<byte> document, FeedDocument context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var problems = new ProblemList();
        var text = DocumentDecoder.Decode(document, context.ContentType, problems);
        var content = text.AsSpan().TrimStart();
        if (content.IsEmpty)
        {
            return NoFeed("the document is empty", problems);
        }

        var feed = content[0] == '{' ? JsonFeedReader.Read(text, context, problems) : XmlFeedReader.Read(text, context, problems);
        if (feed is null)
        {
            return NoFeed(content.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || content.Contains("<html", StringComparison.OrdinalIgnoreCase)
                ? "this is an HTML page, not a feed"
                : "this is no feed in any known format", problems);
        }

        var entries = EntryIdentity.Assign(feed.Entries, problems);
        return feed with { Entries = entries, Language = string.IsNullOrEmpty(feed.Language) ? context.ContentLanguage ?? feed.Language : feed.Language, Problems = problems.ToList() };
    }

    /// <summary>What to tell about a document that is no feed: why first, then what was noticed on the way.</summary>
    private static ParsedFeed NoFeed(string why, ProblemList noticed) => new() { Problems = [why, .. noticed.ToList()] };
}
