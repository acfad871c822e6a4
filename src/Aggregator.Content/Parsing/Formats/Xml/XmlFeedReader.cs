using System.Globalization;
using System.Xml.Linq;
using Aggregator.Content.Parsing.Dates;
using Aggregator.Content.Parsing.Text;
using Aggregator.Content.Parsing.XmlRepair;
using Aggregator.Model.Feeds;
using CodeHollow.FeedReader;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>
/// Reads RSS 0.9x to 2.0, RSS 1.0 and 1.1, Atom 0.3 and 1.0. The document is repaired first; CodeHollow.FeedReader reads what comes
/// out of it; each entry is then completed by namespace from its element, because FeedReader decodes content once too often, reads dates
/// by the machine's culture, keeps one author and one enclosure and knows no xml:base. Where FeedReader finds nothing (a prefix it does
/// not expect, a format it does not know) the elements alone are read.
/// </summary>
internal sealed class XmlFeedReader
{
    private const int MostCategories = 50;

    private readonly Vocabulary _words;
    private readonly Uri _address;
    private readonly bool _atom;

    private XmlFeedReader(Vocabulary words, Uri address, bool atom)
    {
        _words = words;
        _address = address;
        _atom = atom;
    }

    public static ParsedFeed? Read(string text, FeedDocument context, ProblemList problems)
    {
        if (LenientXml.Read(text, problems) is not { } root)
        {
            return null;
        }

        var words = new Vocabulary(root);
        var kind = words.Key(root);
        var format = FormatOf(root, kind);
        if (format is null)
        {
            return null;
        }

        var reader = new XmlFeedReader(words, context.Address, format.StartsWith("atom", StringComparison.Ordinal));
        return reader.ReadFeed(root, format, ReadByLibrary(root));
    }

    /// <summary>What FeedReader makes of the repaired document. Null: it cannot read it.</summary>
    private static Feed? ReadByLibrary(XElement root)
    {
        try
        {
            return FeedReader.ReadFromString(root.ToString(SaveOptions.DisableFormatting));
        }
#pragma warning disable CA1031 // The library throws whatever it stumbles over; the elements are read without it then.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private static string? FormatOf(XElement root, string kind)
    {
        var version = root.Attribute("version")?.Value.Trim() ?? "";
        return kind switch
        {
            "rss" => version is "0.90" or "0.91" or "0.92" or "0.93" or "0.94" ? "rss" + version : "rss2.0",
            "rdf:rdf" => root.Elements().Any(child => child.Name.NamespaceName.Contains("simple/0.9", StringComparison.Ordinal)) ? "rss0.90" : "rss1.0",
            "atom:feed" or "feed" or "atom:entry" => version == "0.3" || root.Name.NamespaceName.Contains("purl.org/atom", StringComparison.Ordinal) ? "atom0.3" : "atom1.0",
            "channel" => root.Attributes().Any(attribute => attribute.Name.LocalName.Equals("href", StringComparison.OrdinalIgnoreCase)) ? "cdf" : "rss2.0",
            _ => null,
        };
    }

    private ParsedFeed ReadFeed(XElement root, string format, Feed? library)
    {
        var channel = _atom ? root : root.Elements().FirstOrDefault(child => _words.Key(child) == "channel") ?? root;
        var items = root.DescendantsAndSelf().Where(element => _words.Key(element) is "item" or "entry" or "atom:entry").ToList();
        var read = library?.Items.Count == items.Count ? library.Items.ToList() : null;
        var authors = Persons(channel);
        return new ParsedFeed
        {
            Format = format,
            Id = Value(channel, "id", "atom:id"),
            Title = Line(channel, "title", "atom:title", "dc:title") ?? PlainText.FromHtml(library?.Title),
            Site = Link(channel) ?? Addresses.Resolve(library?.Link, _address),
            DescriptionHtml = Markup(channel, "description", "subtitle", "atom:subtitle", "atom:tagline", "tagline", "itunes:summary"),
            Rights = Line(channel, "rights", "copyright", "atom:rights", "atom:copyright", "dc:rights"),
            Generator = Value(channel, "generator", "atom:generator"),
            Language = Value(channel, "language", "dc:language") ?? channel.AncestorsAndSelf().Select(element => element.Attribute(XNamespace.Xml + "lang")?.Value).FirstOrDefault(lang => !string.IsNullOrWhiteSpace(lang)),
            Image = Address(Find(channel, "atom:logo", "logo")) ?? FindAttribute(channel, "itunes:image", "href") ?? ImageAddress(root),
            Icon = Address(Find(channel, "atom:icon", "icon")),
            Published = Date(channel, "pubdate", "atom:published", "published"),
            Updated = Date(channel, "lastbuilddate", "atom:updated", "updated", "atom:modified", "dc:date"),
            Authors = authors,
            Categories = Categories(channel),
            Links = Links(channel),
            Wishes = PollingWishesReader.Read(channel, _words),
            Entries = [.. items.Select((item, index) => ReadEntry(item, read?[index], _atom ? authors : []))],
        };
    }

    private FeedEntry ReadEntry(XElement item, FeedItem? library, IReadOnlyList<FeedPerson> feedAuthors)
    {
        var own = Persons(item);
        var persons = own.Count > 0 ? own : feedAuthors;
        var categories = Categories(item);
        var guid = Find(item, "guid");
        var id = Value(item, "guid", "id", "atom:id") ?? item.Attributes().FirstOrDefault(attribute => attribute.Name.LocalName == "about")?.Value.Trim();
        var link = Link(item)
            ?? (guid is not null && !string.Equals(guid.Attribute("isPermaLink")?.Value, "false", StringComparison.OrdinalIgnoreCase) ? Addresses.Resolve(guid.Value, Base(guid)) : null)
            ?? Addresses.Resolve(library?.Link, Base(item));
        var content = Markup(item, "content:encoded", "atom:content", "content", "xhtml:body", "fullitem");
        var summary = Markup(item, "description", "summary", "atom:summary", "dc:description", "dcterms:abstract", "itunes:summary", "media:description");
        return new FeedEntry
        {
            Key = "",
            Fingerprint = "",
            Id = string.IsNullOrWhiteSpace(id) ? null : id,
            Link = link,
            Title = Line(item, "title", "atom:title", "dc:title", "media:title", "itunes:title") ?? PlainText.FromHtml(library?.Title),
            Persons = persons,
            Authors = [.. persons.Select(person => person.Name ?? person.Email).OfType<string>()],
            Published = Date(item, "pubdate", "published", "atom:published", "atom:issued", "issued", "dc:date", "dcterms:issued", "dcterms:created", "atom:created", "date"),
            Updated = Date(item, "updated", "atom:updated", "atom:modified", "modified", "dcterms:modified", "lastbuilddate"),
            SummaryHtml = summary,
            ContentHtml = content,
            Categories = [.. categories.Select(category => category.Label ?? category.Term)],
            CategoryTerms = categories,
            Links = Links(item),
            Enclosures = Enclosures(item),
            Image = FindAttribute(item, "itunes:image", "href") ?? FindAttribute(item, "media:thumbnail", "url") ?? MediaImage(item),
            Thumbnails = [.. item.Descendants().Where(element => _words.Key(element) == "media:thumbnail").Select(element => Addresses.Resolve(Attribute(element, "url"), Base(element))).OfType<Uri>()],
            Comments = Address(Find(item, "comments")),
            CommentCount = int.TryParse(Value(item, "slash:comments", "thr:total"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null,
            Rights = Line(item, "rights", "atom:rights", "dc:rights", "copyright"),
            Language = item.Attribute(XNamespace.Xml + "lang")?.Value ?? Value(item, "dc:language", "language"),
        };
    }

    private XElement? Find(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            foreach (var child in owner.Elements())
            {
                if (_words.Key(child) == key)
                {
                    return child;
                }
            }
        }

        return null;
    }

    private string? Value(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Find(owner, key)?.Value.Trim() is { Length: > 0 } value)
            {
                return Characters.CleanLine(value);
            }
        }

        return null;
    }

    private DateTimeOffset? Date(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (FeedDate.Read(Find(owner, key)?.Value) is { } date)
            {
                return date;
            }
        }

        return null;
    }

    /// <summary>A title: plain text, decoded as often as its format says.</summary>
    private string? Line(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Find(owner, key) is { } element
                && (IsAtom(element) && TypeOf(element) is "text" or "xhtml" ? PlainText.FromText(element.Value) : PlainText.FromHtml(element.Value)) is { } line)
            {
                return line;
            }
        }

        return null;
    }

    private string? Markup(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Find(owner, key) is { } element && Markup(element) is { Length: > 0 } html)
            {
                return html;
            }
        }

        return null;
    }

    /// <summary>A text as HTML, its links absolute: escaped HTML, markup that stands in the feed as elements, or plain text.</summary>
    private string? Markup(XElement element)
    {
        var baseAddress = Base(element);
        if (element.HasElements)
        {
            return InlineMarkup.Inner(element, baseAddress).Trim();
        }

        var value = Characters.Clean(element.Value).Trim();
        return value.Length == 0 ? null
            : IsAtom(element) && TypeOf(element) == "text" ? InlineMarkup.Escape(value)
            : HtmlLinks.MakeAbsolute(value, baseAddress);
    }

    private bool IsAtom(XElement element) => _atom ? !_words.Key(element).Contains(':', StringComparison.Ordinal) || _words.Key(element).StartsWith("atom:", StringComparison.Ordinal) : _words.Key(element).StartsWith("atom:", StringComparison.Ordinal);

    /// <summary>"text", "html" or "xhtml" (RFC 4287 section 3.1; Atom 0.3 says it by media type and mode).</summary>
    private static string TypeOf(XElement element)
    {
        var type = (Attribute(element, "type") ?? "text").ToLowerInvariant();
        return Attribute(element, "mode")?.ToLowerInvariant() switch
        {
            "escaped" => "html",
            _ => type switch
            {
                "text" or "text/plain" => "text",
                "xhtml" or "application/xhtml+xml" => "xhtml",
                _ => "html",
            },
        };
    }

    private Uri? Link(XElement owner)
    {
        Uri? first = null;
        foreach (var element in owner.Elements().Where(child => _words.Key(child) is "link" or "atom:link"))
        {
            var href = Attribute(element, "href");
            if (href is null)
            {
                if (Addresses.Resolve(element.Value, Base(element)) is { } plain)
                {
                    return plain;
                }
            }
            else if ((Attribute(element, "rel") ?? "alternate").Equals("alternate", StringComparison.OrdinalIgnoreCase) && Addresses.Resolve(href, Base(element)) is { } alternate)
            {
                first ??= alternate;
                if (Attribute(element, "type") is null or "text/html" or "application/xhtml+xml" && _atom)
                {
                    return alternate;
                }
            }
        }

        return first;
    }

    private List<FeedLink> Links(XElement owner) =>
        [.. owner.Elements().Where(child => _words.Key(child) is "link" or "atom:link").Select(ToLink).OfType<FeedLink>()];

    private FeedLink? ToLink(XElement element) =>
        Addresses.Resolve(Attribute(element, "href") ?? element.Value, Base(element)) is { } address
            ? new FeedLink(address, (Attribute(element, "rel") ?? "alternate").ToLowerInvariant(), Attribute(element, "type"), Attribute(element, "title"), Attribute(element, "hreflang"), Length(element, "length"))
            : null;

    private List<FeedPerson> Persons(XElement owner)
    {
        var persons = owner.Elements().Where(child => _words.Key(child) is "author" or "atom:author" or "dc:creator" or "dc:author" or "itunes:author" or "managingeditor").Select(ToPerson).OfType<FeedPerson>().ToList();
        var own = persons.Where(person => person.Name is not null).DistinctBy(person => person.Name).ToList();
        return own.Count > 0 ? own : persons;
    }

    private FeedPerson? ToPerson(XElement element)
    {
        if (element.HasElements)
        {
            var name = Value(element, "name", "atom:name");
            var email = Value(element, "email", "atom:email");
            return name is null && email is null ? null : new FeedPerson(name, email, Address(Find(element, "uri", "url", "atom:uri", "atom:url")));
        }

        // RSS: "mail@example.org (Name)" or "Name <mail@example.org>" or either alone.
        var text = PlainText.FromHtml(element.Value.Replace('<', '(').Replace('>', ')'))?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var open = text.IndexOf('(', StringComparison.Ordinal);
        var (before, inside) = open < 0 ? (text, "") : (text[..open].Trim(), text[(open + 1)..].TrimEnd(')').Trim());
        var mail = before.Contains('@', StringComparison.Ordinal) ? before : inside.Contains('@', StringComparison.Ordinal) ? inside : null;
        var shown = mail is null ? text : mail == before ? inside : before;
        return new FeedPerson(shown.Length > 0 ? shown : null, mail, null);
    }

    private List<FeedCategory> Categories(XElement owner) =>
        [.. owner.Elements().Where(child => _words.Key(child) is "category" or "atom:category" or "dc:subject" or "itunes:category").Take(MostCategories).Select(ToCategory).OfType<FeedCategory>()];

    private static FeedCategory? ToCategory(XElement element)
    {
        var term = PlainText.FromHtml(Attribute(element, "term") ?? Attribute(element, "text") ?? element.Value);
        return string.IsNullOrEmpty(term) ? null : new FeedCategory(term, Attribute(element, "scheme") ?? Attribute(element, "domain"), Attribute(element, "label"));
    }

    private List<Enclosure> Enclosures(XElement item)
    {
        var found = new List<Enclosure>();
        foreach (var element in item.Descendants())
        {
            var key = _words.Key(element);
            var isLink = key is "atom:link" or "link" && Attribute(element, "rel") == "enclosure";
            var isMedia = key == "media:content" && Attribute(element, "medium") is "audio" or "video";
            if ((key == "enclosure" || isLink || isMedia) && Addresses.Resolve(Attribute(element, isLink ? "href" : "url"), Base(element)) is { } address && !found.Exists(known => known.Address == address))
            {
                found.Add(new Enclosure(address, Attribute(element, "type"), Length(element, isMedia ? "fileSize" : "length")));
            }
        }

        return found;
    }

    private Uri? MediaImage(XElement item) => item.Descendants()
        .Where(element => (_words.Key(element) == "media:content" && (Attribute(element, "medium") == "image" || Attribute(element, "type")?.StartsWith("image/", StringComparison.Ordinal) == true))
            || (_words.Key(element) == "enclosure" && Attribute(element, "type")?.StartsWith("image/", StringComparison.Ordinal) == true))
        .Select(element => Addresses.Resolve(Attribute(element, "url"), Base(element)))
        .FirstOrDefault(address => address is not null);

    private Uri? ImageAddress(XElement root) =>
        root.Descendants().FirstOrDefault(element => _words.Key(element) == "image") is { } image ? Address(Find(image, "url")) : null;

    private Uri? FindAttribute(XElement owner, string key, string attribute) =>
        owner.Descendants().FirstOrDefault(element => _words.Key(element) == key) is { } found ? Addresses.Resolve(Attribute(found, attribute), Base(found)) : null;

    private Uri? Address(XElement? element) => element is null ? null : Addresses.Resolve(element.Value, Base(element));

    /// <summary>The address that relative ones in this place are relative to: xml:base of the element and all around it (XML Base).</summary>
    private Uri Base(XElement element)
    {
        var address = _address;
        foreach (var stated in element.AncestorsAndSelf().Reverse().Select(around => around.Attribute(XNamespace.Xml + "base")?.Value).OfType<string>())
        {
            address = Addresses.UsableBase(Addresses.Resolve(stated, address)) ?? address;
        }

        return address;
    }

    private static string? Attribute(XElement element, string name) => element.Attributes()
        .FirstOrDefault(attribute => attribute.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Trim() is { Length: > 0 } value ? value : null;

    private static long? Length(XElement element, string name) =>
        long.TryParse(Attribute(element, name), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;
}
