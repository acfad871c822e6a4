using Aggregator.Content.Publishing.Atom;
using Aggregator.Content.Publishing.Json;
using Aggregator.Content.Publishing.Rdf;
using Aggregator.Content.Publishing.Rss;

namespace Aggregator.Content.Publishing;

/// <summary>The formats merged feeds are offered in. A new format is added here.</summary>
public static class PublishedFormats
{
    /// <summary>Every format, the preferred one first.</summary>
    public static IReadOnlyList<IFeedWriter> All { get; } = [new AtomWriter(), new RssWriter(), new JsonFeedWriter(), new RdfWriter()];
}
