using System.Xml.Linq;
using CodeHollow.FeedReader.Feeds;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>
/// What CodeHollow.FeedReader reads of a feed or an entry, as far as it is sound: text as it stands in the document, not yet trimmed,
/// decoded or resolved.
/// <para>
/// Its other values are left alone and read from the elements: content is decoded once too often there (an escaped script becomes live),
/// dates are read by the machine's culture, of several authors, enclosures and categories one is kept, and xml:base is unknown to it.
/// </para>
/// FeedReader reads the repaired elements themselves, so nothing is written out and parsed a second time. It finds names by the prefixes
/// it expects; <see cref="Prepare"/> declares them.
/// </summary>
internal sealed record LibraryReading(string? Title, string? Link, string? Id, string? Published, string? Updated)
{
    private static readonly LibraryReading Nothing = new(null, null, null, null, null);

    /// <summary>Declares on <paramref name="root"/> what FeedReader looks for: the namespace of the format's own elements, dc and rdf.</summary>
    public static void Prepare(XElement root, XNamespace own)
    {
        if (own != XNamespace.None)
        {
            root.SetAttributeValue("xmlns", own.NamespaceName);
        }

        root.SetAttributeValue(XNamespace.Xmlns + "dc", Vocabulary.AddressOf("dc"));
        root.SetAttributeValue(XNamespace.Xmlns + "rdf", Vocabulary.AddressOf("rdf"));
    }

    /// <summary>The feed, without its entries: <paramref name="head"/> is a copy of the document that has none.</summary>
    public static LibraryReading Feed(XElement head, string format) => Try(static (head, format) =>
    {
        if (format.StartsWith("atom", StringComparison.Ordinal))
        {
            var atom = new AtomFeed(string.Empty, head);
            return new(atom.Title, atom.Link, atom.Id, null, atom.UpdatedDateString);
        }

        var channel = head.Elements().First();
        switch (format)
        {
            case "rss1.0" or "rss0.90":
                var rdf = new Rss10Feed(string.Empty, channel);
                return new(rdf.Title, rdf.Link, null, null, rdf.DC?.DateString);
            case "cdf":
                return Nothing;
            default:
                var rss = new Rss20Feed(string.Empty, channel);
                return new(rss.Title, rss.Link, null, rss.PublishingDateString, rss.LastBuildDateString);
        }
    }, head, format);

    /// <summary>One entry.</summary>
    public static LibraryReading Entry(XElement item, string format) => Try(static (item, format) =>
    {
        switch (format)
        {
            case "atom1.0" or "atom0.3":
                var atom = new AtomFeedItem(item);
                return new(atom.Title, atom.Link, atom.Id, atom.PublishedDateString, atom.UpdatedDateString);
            case "rss1.0" or "rss0.90":
                var rdf = new Rss10FeedItem(item);
                return new(rdf.Title, rdf.Link, rdf.About, rdf.DC?.DateString, null);
            case "cdf":
                return Nothing;
            default:
                var rss = new Rss20FeedItem(item);
                return new(rss.Title, rss.Link, rss.Guid, rss.PublishingDateString, null);
        }
    }, item, format);

    private static LibraryReading Try(Func<XElement, string, LibraryReading> read, XElement element, string format)
    {
        try
        {
            return read(element, format);
        }
#pragma warning disable CA1031 // The library throws whatever it stumbles over; the elements are read without it then.
        catch (Exception)
#pragma warning restore CA1031
        {
            return Nothing;
        }
    }
}
