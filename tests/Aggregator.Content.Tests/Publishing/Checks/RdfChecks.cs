using System.Xml.Linq;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>RSS 1.0 (web.resource.org/rss/1.0/spec).</summary>
internal sealed class RdfChecks(CheckedXml xml, Uri self)
{
    private static readonly XNamespace Rdf = FeedFacts.Rdf;
    private static readonly XNamespace Rss = FeedFacts.Rss1;
    private static readonly HashSet<string> InRoot = ["channel", "item*", "image", "textinput"];
    private static readonly HashSet<string> InChannel = ["title", "link", "description", "items", "image", "textinput", "atom:link*", .. ExtensionChecks.OfFeeds];
    private static readonly HashSet<string> InItem = ["title", "link", "description", "content:encoded", "atom:link*", .. ExtensionChecks.OfEntries];

    private readonly ExtensionChecks _extensions = new(xml, self);

    public void Check()
    {
        xml.Findings.Unless(xml.Root.Name == Rdf + "RDF", "UndefinedElement", xml.Root.Name.LocalName);
        xml.Children(xml.Root, InRoot);
        if (xml.Root.Element(Rss + "channel") is not { } channel)
        {
            xml.Findings.Unless(false, "MissingElement", "RDF/channel");
            return;
        }

        var items = xml.Root.Elements(Rss + "item").ToList();
        Channel(channel);
        items.ForEach(Item);
        var abouts = xml.Root.Elements().Select(element => (string?)element.Attribute(Rdf + "about")).ToList();
        xml.Findings.Unless(!abouts.Contains(null), "MissingAttribute", "@rdf:about");
        xml.Findings.Unless(abouts.Distinct().Count() == abouts.Count, "DuplicateValue", "@rdf:about");
        var listed = channel.Element(Rss + "items")?.Element(Rdf + "Seq")?.Elements(Rdf + "li").Select(li => (string?)li.Attribute(Rdf + "resource")).ToList() ?? [];
        xml.Findings.Unless(listed.SequenceEqual(items.Select(item => (string?)item.Attribute(Rdf + "about"))), "ItemsNotListed", "channel/items");
        MixedContent(xml.Root);
    }

    private void Channel(XElement channel)
    {
        xml.Children(channel, InChannel);
        foreach (var required in (string[])["title", "link", "description", "items"])
        {
            xml.Findings.Unless(channel.Element(Rss + required) is not null, "MissingElement", $"channel/{required}");
        }

        xml.Values.Address((string?)channel.Attribute(Rdf + "about"), "channel/@rdf:about");
        xml.PlainElement(channel.Element(Rss + "title"), "channel/title");
        xml.PlainElement(channel.Element(Rss + "description"), "channel/description");
        xml.Values.Address(channel.Element(Rss + "link")?.Value, "channel/link");
        _extensions.LinksOfFeed(channel);
        _extensions.Others(channel);
    }

    private void Item(XElement item)
    {
        xml.Children(item, InItem);
        foreach (var required in (string[])["title", "link"])
        {
            xml.Findings.Unless(item.Element(Rss + required) is not null, "MissingElement", $"item/{required}");
        }

        xml.Values.TagUri((string?)item.Attribute(Rdf + "about") ?? "", "item/@rdf:about");
        xml.PlainElement(item.Element(Rss + "title"), "item/title");
        xml.Values.Html(item.Element(Rss + "description")?.Value ?? "", "item/description");
        xml.Values.Address(item.Element(Rss + "link")?.Value, "item/link");
        foreach (var link in item.Elements((XNamespace)FeedFacts.Atom + "link"))
        {
            _extensions.Link(link, isOfEntry: true);
        }

        _extensions.Others(item);
    }

    private void MixedContent(XElement element)
    {
        xml.Findings.Unless(!element.HasElements || element.Nodes().OfType<XText>().All(text => text.Value.Trim().Length == 0), "InvalidRDF", element.Name.LocalName);
        foreach (var child in element.Elements())
        {
            MixedContent(child);
        }
    }
}
