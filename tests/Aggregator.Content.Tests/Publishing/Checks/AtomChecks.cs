using System.Xml.Linq;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>Atom 1.0 (RFC 4287).</summary>
internal sealed class AtomChecks(CheckedXml xml, Uri self)
{
    private static readonly XNamespace Atom = FeedFacts.Atom;
    private static readonly HashSet<string> InMetadata = ["author*", "category*", "contributor*", "generator", "icon", "id", "link*", "logo", "rights", "subtitle", "title", "updated", .. ExtensionChecks.OfFeeds];
    private static readonly HashSet<string> InFeed = [.. InMetadata, "entry*"];

    private static readonly HashSet<string> InEntry =
    [
        "author*", "category*", "content", "contributor*", "id", "link*", "published", "rights", "source", "summary", "title", "updated", .. ExtensionChecks.OfEntries,
    ];

    private readonly ExtensionChecks _extensions = new(xml, self);

    public void Check()
    {
        var feed = xml.Root;
        xml.Findings.Unless(feed.Name == Atom + "feed", "UndefinedElement", feed.Name.LocalName);
        xml.Children(feed, InFeed);
        Metadata(feed, "MissingElement");
        _extensions.LinksOfFeed(feed);
        _extensions.Others(feed);
        var children = feed.Elements().Select(child => child.Name == Atom + "entry").ToList();
        xml.Findings.Unless(!children.SkipWhile(isEntry => !isEntry).Contains(false), "MisplacedMetadata", "feed");
        var entries = feed.Elements(Atom + "entry").ToList();
        entries.ForEach(entry => Entry(entry, feed.Element(Atom + "author") is not null));
        Distinct(entries, "id", "DuplicateEntries");
        Distinct(entries, "updated", "DuplicateUpdated");
    }

    private void Metadata(XElement feed, string missing)
    {
        foreach (var required in (string[])["id", "title", "updated"])
        {
            xml.Findings.Unless(feed.Element(Atom + required) is not null, missing, $"{feed.Name.LocalName}/{required}");
        }

        Common(feed);
        Text(feed.Element(Atom + "subtitle"));
    }

    private void Entry(XElement entry, bool feedHasAuthor)
    {
        xml.Children(entry, InEntry);
        foreach (var required in (string[])["id", "title", "updated"])
        {
            xml.Findings.Unless(entry.Element(Atom + required) is not null, "MissingElement", $"entry/{required}");
        }

        Common(entry);
        xml.Findings.Unless(feedHasAuthor || entry.Element(Atom + "author") is not null, "MissingElement", "entry/author");
        var links = entry.Elements(Atom + "link").ToList();
        links.ForEach(link => _extensions.Link(link, isOfEntry: true));
        _extensions.Alternatives(links, "entry");
        _extensions.Others(entry);
        xml.Findings.Unless(entry.Element(Atom + "summary") is not null || entry.Element(Atom + "content") is not null, "MissingTextualContent", "entry");
        xml.Findings.Unless(entry.Element(Atom + "content") is not null || links.Exists(link => (string?)link.Attribute("rel") is null or "alternate"), "MissingContentOrAlternate", "entry");
        Text(entry.Element(Atom + "summary"));
        Text(entry.Element(Atom + "content"));
        Date(entry.Element(Atom + "published"));
        xml.Findings.Unless(string.CompareOrdinal(entry.Element(Atom + "published")?.Value.TrimEnd('Z') ?? "", entry.Element(Atom + "updated")?.Value.TrimEnd('Z')) <= 0, "UpdatedBeforePublished", "entry");
        if (entry.Element(Atom + "source") is { } source)
        {
            xml.Children(source, InMetadata);
            Metadata(source, "MissingSourceElement");
            foreach (var link in source.Elements(Atom + "link"))
            {
                _extensions.Link(link, isOfEntry: false);
            }
        }
    }

    private void Common(XElement parent)
    {
        if (parent.Element(Atom + "id") is { } id)
        {
            xml.Values.TagUri(id.Value, $"{parent.Name.LocalName}/id");
        }

        Text(parent.Element(Atom + "title"));
        Date(parent.Element(Atom + "updated"));
        foreach (var person in parent.Elements(Atom + "author").Concat(parent.Elements(Atom + "contributor")))
        {
            Person(person);
        }

        foreach (var category in parent.Elements(Atom + "category"))
        {
            xml.Attributes(category, "term", "scheme", "label");
            xml.Findings.Unless(((string?)category.Attribute("term"))?.Trim().Length > 0, "MissingAttribute", "category/@term");
            Scheme((string?)category.Attribute("scheme"));
            xml.Plain(category, (string?)category.Attribute("label") ?? "", "category/@label");
        }
    }

    private void Person(XElement person)
    {
        xml.Children(person, new HashSet<string> { "name", "email", "uri" });
        xml.Findings.Unless(person.Element(Atom + "name") is not null, "MissingElement", "author/name");
        xml.PlainElement(person.Element(Atom + "name"), "author/name");
        var name = person.Element(Atom + "name")?.Value ?? "";
        xml.Findings.Unless(!System.Text.RegularExpressions.Regex.IsMatch(name, "<[^<> ]+@[^<> ]+>"), "ContainsEmail", "author/name", name);
        xml.Findings.Unless(person.Element(Atom + "email") is not { } mail || System.Text.RegularExpressions.Regex.IsMatch(mail.Value, @"^[\w.+'-]+@([\w-]+\.)+[\w-]+$"), "InvalidAddrSpec", "author/email");
    }

    private void Scheme(string? scheme)
    {
        if (scheme is not null && scheme.StartsWith("tag:", StringComparison.Ordinal))
        {
            xml.Values.TagUri(scheme, "category/@scheme");
        }
        else if (scheme is not null)
        {
            xml.Values.Address(scheme, "category/@scheme");
        }
    }

    private void Text(XElement? text)
    {
        if (text is null)
        {
            return;
        }

        var where = $"{text.Parent!.Name.LocalName}/{text.Name.LocalName}";
        xml.Attributes(text, "type");
        xml.Findings.Unless(text.Value.Trim().Length > 0, "NotBlank", where);
        xml.Findings.Unless(!text.HasElements, "UndefinedElement", where);
        switch ((string?)text.Attribute("type") ?? "text")
        {
            case "text":
                xml.Plain(text, text.Value, where);
                break;
            case "html":
                xml.Values.Html(text.Value, where);
                break;
            default:
                xml.Findings.Unless(false, "InvalidTextType", where);
                break;
        }
    }

    private void Date(XElement? date)
    {
        if (date is not null)
        {
            xml.Values.Rfc3339(date.Value, $"{date.Parent!.Name.LocalName}/{date.Name.LocalName}");
        }
    }

    private void Distinct(List<XElement> entries, string name, string fault)
    {
        var values = entries.Select(entry => entry.Element(Atom + name)?.Value).ToList();
        xml.Findings.Unless(values.Distinct().Count() == values.Count, fault, $"entry/{name}");
    }
}
