using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Aggregator.Content.Parsing.Dates;
using Aggregator.Content.Parsing.Text;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>Finds things among a document's elements, and reads what every format writes in the same way: texts, dates, links, people.</summary>
internal sealed class FeedElements(Vocabulary words, Uri? address, bool isAtom, ProblemList problems)
{
    /// <summary>Where links are found.</summary>
    public static readonly string[] LinkKeys = ["link", "atom:link"];

    private static readonly string[] LinksAndFiles = [.. LinkKeys, "enclosure", "podcast:transcript", "podcast:chapters"];
    private static readonly string[] CategoryKeys = ["category", "atom:category", "dc:subject", "itunes:category", "itunes:keywords", "media:category", "media:keywords", "tags"];
    private static readonly XName XmlBase = XNamespace.Xml + "base";
    private static readonly XName XmlLang = XNamespace.Xml + "lang";

    private readonly GrowthLimit _growth = new(GrowthLimit.Allowance);
    private readonly Dictionary<XElement, Uri> _bases = [];
    private readonly List<(string Key, XElement Element)> _children = [];
    private readonly List<(string Key, XElement Element)> _inside = [];
    private XElement? _entered;
    private Uri? _site;

    /// <summary>The element's one spelling.</summary>
    public string Key(XElement element) => words.Key(element);

    /// <summary>Whether the element is an entry, in any format.</summary>
    public bool IsEntry(XElement element) => words.Key(element) is "item" or "entry" or "atom:entry" or "atom:item";

    /// <summary>
    /// Makes <paramref name="owner"/> the element that is asked about from now on: dozens of questions about one entry are answered from
    /// one look at what is in it.
    /// </summary>
    public void Enter(XElement owner)
    {
        _entered = null;
        _children.Clear();
        _children.AddRange(owner.Elements().Select(child => (words.Key(child), child)));
        _inside.Clear();
        _inside.AddRange(Inside(owner).Select(element => (words.Key(element), element)));
        _entered = owner;
    }

    /// <summary>All that is in <paramref name="owner"/> in document order, without what is in entries inside it; those themselves are given.</summary>
    public IEnumerable<XElement> Inside(XElement owner)
    {
        var at = FirstChild(owner);
        while (at is not null)
        {
            yield return at;
            var next = IsEntry(at) ? null : FirstChild(at);
            while (next is null && at != owner)
            {
                next = NextSibling(at);
                at = next is null ? at.Parent! : at;
            }

            at = next;
        }
    }

    /// <summary>What is in the element that was entered and called by one of <paramref name="keys"/>, however deep, in document order.</summary>
    public IEnumerable<XElement> Within(params string[] keys)
    {
        foreach (var (key, element) in _inside)
        {
            if (Array.IndexOf(keys, key) >= 0)
            {
                yield return element;
            }
        }
    }

    /// <summary>The children that are called by one of <paramref name="keys"/>.</summary>
    public IEnumerable<XElement> Children(XElement owner, params string[] keys)
    {
        if (owner == _entered)
        {
            foreach (var (key, child) in _children)
            {
                if (Array.IndexOf(keys, key) >= 0)
                {
                    yield return child;
                }
            }

            yield break;
        }

        foreach (var child in owner.Elements())
        {
            if (Array.IndexOf(keys, words.Key(child)) >= 0)
            {
                yield return child;
            }
        }
    }

    /// <summary>The first child called by the first of <paramref name="keys"/>, else by the second...</summary>
    public XElement? Find(XElement? owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Find(owner, key) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The first child of this name.</summary>
    public XElement? Find(XElement? owner, string key)
    {
        if (owner == _entered)
        {
            foreach (var (name, child) in _children)
            {
                if (name == key)
                {
                    return child;
                }
            }

            return null;
        }

        for (var child = owner is null ? null : FirstChild(owner); child is not null; child = NextSibling(child))
        {
            if (words.Key(child) == key)
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>A short text as it stands, on one line and without unwanted characters.</summary>
    public string? Value(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Tidy(Find(owner, key)?.Value) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>A short text in order; null if nothing is left.</summary>
    public static string? Tidy(string? text) => text?.Trim() is { Length: > 0 } value ? Characters.CleanLine(value) : null;

    /// <summary>The first date that can be read; of one that is given twice the last counts.</summary>
    public DateTimeOffset? Date(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            DateTimeOffset? date = null;
            for (var child = Find(owner, key); child is not null; child = NextSibling(child))
            {
                date = (words.Key(child) == key ? FeedDate.Read(child.Value, problems) : null) ?? date;
            }

            if (date is not null)
            {
                return date;
            }
        }

        return null;
    }

    /// <summary>A title: plain text, decoded as often as its format says.</summary>
    public string? Line(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Find(owner, key) is { } element && Line(element, element.Value) is { } line)
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>The same for a text that was read from <paramref name="element"/>.</summary>
    public string? Line(XElement? element, string? text) => element is null || text is null ? PlainText.FromHtml(text)
        : element.HasElements ? PlainText.FromHtml(InlineMarkup.Inner(element, null, _growth))
        : IsAtom(element) && TypeOf(element) is "text" or "xhtml" ? PlainText.FromText(text)
        : PlainText.FromHtml(Unwrap(element, text));

    /// <summary>The same as HTML, where it has markup that its plain text does not show: pictures, links. Null: it has none.</summary>
    public string? LineMarkup(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Find(owner, key) is { } element && element.Value.Length + (element.HasElements ? 1 : 0) > 0)
            {
                var isText = !element.HasElements && IsAtom(element) && TypeOf(element) is "text" or "xhtml";
                return !isText && Markup(element) is { } html && PlainText.HasMarkup(html) ? html : null;
            }
        }

        return null;
    }

    /// <summary>The first text that is not empty, as HTML.</summary>
    public string? Markup(XElement owner, params ReadOnlySpan<string> keys)
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
    public string? Markup(XElement element)
    {
        var baseAddress = Base(element);
        if (element.HasElements && !IsEscapedInDivs(element))
        {
            return InlineMarkup.Inner(element, baseAddress, _growth).Trim();
        }

        var value = Characters.Clean(Unwrap(element, element.Value)).Trim();
        return value.Length == 0 ? null
            : IsAtom(element) && TypeOf(element) == "text" ? InlineMarkup.Escape(value)
            : HtmlLinks.MakeAbsolute(BareMarks.Escape(value), baseAddress, _growth);
    }

    /// <summary>
    /// The element's page: the link that is the alternate for people, else any alternate. A link whose address is its text counts like
    /// one that has it in an attribute.
    /// </summary>
    public Uri? Page(XElement owner)
    {
        Uri? first = null;
        foreach (var element in Children(owner, LinkKeys))
        {
            if (IsAlternate(element) && Target(element) is { } alternate)
            {
                first ??= alternate;
                if (IsForPeople(element))
                {
                    return alternate;
                }
            }
        }

        return first;
    }

    /// <summary>
    /// Tells where the feed's site is. A feed that is served from elsewhere (a mirror, a feed service) means its relative links so: they
    /// lead into the site, not to the server that happens to have the document. Where both are one, the document's address is the base.
    /// </summary>
    public void LinksLeadInto(Uri? site) => _site = address is not null && Addresses.UsableBase(site) is { } usable
        && Uri.Compare(usable, address, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0 ? usable : null;

    /// <summary>The link element with this address as it is written, if it leads to the owner's page. Null: none does.</summary>
    public XElement? PageLink(XElement owner, string href) =>
        Children(owner, LinkKeys).FirstOrDefault(element => Attribute(element, "href") == href && IsAlternate(element) && IsForPeople(element));

    /// <summary>Every link of the owner, whatever its format calls them.</summary>
    public List<FeedLink> Links(XElement owner)
    {
        var links = Children(owner, LinksAndFiles).Select(ToLink).OfType<FeedLink>().Take(FeedLimits.PartsOfAKind).ToList();
        if (words.Key(owner) is "item" or "channel" && Address(owner, "href") is { } href)
        {
            links.Insert(0, new FeedLink(href, "alternate", null, null, null, null));
        }

        return links;
    }

    /// <summary>The people in the children called by one of <paramref name="keys"/>; those with a name, if any has one.</summary>
    public List<FeedPerson> Persons(XElement owner, params string[] keys)
    {
        var persons = Children(owner, keys).Take(FeedLimits.PartsOfAKind).Select(ToPerson).OfType<FeedPerson>().ToList();
        var named = persons.Where(person => person.Name is not null).DistinctBy(person => person.Name).ToList();
        return named.Count > 0 ? named : persons;
    }

    /// <summary>The owner's categories, those inside others (itunes:category) with them, and key words (itunes:keywords).</summary>
    public List<FeedCategory> Categories(XElement owner) =>
        [.. Children(owner, CategoryKeys)
            .SelectMany(element => words.Key(element) == "itunes:category" ? element.DescendantsAndSelf(element.Name) : [element])
            .Take(FeedLimits.PartsOfAKind)
            .SelectMany(ToCategories)
            .Take(FeedLimits.PartsOfAKind)];

    /// <summary>The address in an attribute of the first element called by <paramref name="key"/> within the one that was entered.</summary>
    public Uri? AddressWithin(string key, params string[] attributes) =>
        Within(key).FirstOrDefault() is { } found
            ? attributes.Select(attribute => Address(found, attribute)).FirstOrDefault(address => address is not null)
            : null;

    /// <summary>The address that is the element's text.</summary>
    public Uri? Address(XElement? element) => element is null ? null : AddressIn(element, element.Value);

    /// <summary>The address in an attribute.</summary>
    public Uri? Address(XElement element, string attribute) => AddressIn(element, Attribute(element, attribute));

    /// <summary>An address that was read from <paramref name="element"/>.</summary>
    public Uri? AddressIn(XElement element, string? text) => Addresses.Resolve(text, Base(element), _growth);

    /// <summary>An attribute's value whatever its prefix and letter case. Null: missing or empty.</summary>
    public static string? Attribute(XElement element, string name)
    {
        for (var attribute = element.FirstAttribute; attribute is not null; attribute = attribute.NextAttribute)
        {
            if (attribute.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase) && !attribute.IsNamespaceDeclaration)
            {
                return attribute.Value.Trim() is { Length: > 0 } value ? value : null;
            }
        }

        return null;
    }

    /// <summary>A size in bytes in an attribute.</summary>
    public static long? Length(XElement element, string attribute) =>
        long.TryParse(Attribute(element, attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    /// <summary>The language stated on the element itself.</summary>
    public static string? Language(XElement? element) =>
        element?.Attribute(XmlLang)?.Value.Trim() is { Length: > 0 } language ? language : null;

    /// <summary>The address that relative ones in this place are relative to: a stated one, else the site's or the document's.</summary>
    private Uri? Base(XElement element) => StatedBase(element) ?? _site ?? address;

    /// <summary>xml:base of the element and all around it (XML Base). Null: there is none.</summary>
    private Uri? StatedBase(XElement element)
    {
        for (var around = element; around is not null; around = around.Parent)
        {
            if (around.Attribute(XmlBase) is { } stated)
            {
                if (!_bases.TryGetValue(around, out var known))
                {
                    var outer = (around.Parent is { } parent ? StatedBase(parent) : null) ?? address;
                    known = Addresses.UsableBase(Addresses.Resolve(stated.Value, outer)) ?? outer;
                    if (known is null)
                    {
                        return null;
                    }

                    _bases[around] = known;
                }

                return known;
            }
        }

        return null;
    }

    private bool IsAtom(XElement element)
    {
        var key = words.Key(element);
        return key.StartsWith("atom:", StringComparison.Ordinal) || (isAtom && !key.Contains(':', StringComparison.Ordinal));
    }

    /// <summary>"text", "html" or "xhtml" (RFC 4287 section 3.1; Atom 0.3 says it by media type and mode).</summary>
    private static string TypeOf(XElement element)
    {
        var type = (Attribute(element, "type") ?? "text").ToLowerInvariant();
        return Attribute(element, "mode")?.ToLowerInvariant() switch
        {
            "escaped" or "base64" => "html",
            _ => type switch
            {
                "text" or "text/plain" => "text",
                "xhtml" or "application/xhtml+xml" => "xhtml",
                _ => "html",
            },
        };
    }

    /// <summary>An element's text, of which Atom may have made Base64: mode "base64", or a media type that is no text (RFC 4287 section 4.1.3.3).</summary>
    private string Unwrap(XElement element, string text) => IsAtom(element) && IsBase64(element) && FromBase64(text) is { } unwrapped ? unwrapped : text;

    /// <summary>Whether a text is HTML escaped as usual, and then wrapped into div elements that nobody escaped (TypePad, 2005).</summary>
    private bool IsEscapedInDivs(XElement element) =>
        !(IsAtom(element) && TypeOf(element) is "xhtml" or "text")
        && element.Descendants().All(inner => inner.Name.LocalName == "div")
        && element.Value.Contains('<', StringComparison.Ordinal);

    private static bool IsBase64(XElement element)
    {
        var type = Attribute(element, "type")?.ToLowerInvariant() ?? "text";
        return "base64".Equals(Attribute(element, "mode"), StringComparison.OrdinalIgnoreCase)
            || (type.Contains('/', StringComparison.Ordinal) && !type.StartsWith("text/", StringComparison.Ordinal) && !type.EndsWith("xml", StringComparison.Ordinal));
    }

    private static string? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) && System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, count))
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : null;
    }

    private static bool IsAlternate(XElement link) => (Attribute(link, "rel") ?? "alternate").Equals("alternate", StringComparison.OrdinalIgnoreCase);

    private bool IsForPeople(XElement link) => Attribute(link, "type") is null or "text/html" || (isAtom && Attribute(link, "type") is "application/xhtml+xml");

    private Uri? Target(XElement link) => Attribute(link, "href") is { } href ? AddressIn(link, href) : Address(link);

    private FeedLink? ToLink(XElement element)
    {
        var key = words.Key(element);
        var isFile = key is "enclosure" or "podcast:transcript" or "podcast:chapters";
        var relation = isFile ? key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..] : (Attribute(element, "rel") ?? "alternate").ToLowerInvariant();
        // An empty address means the document itself (RFC 3986 section 4.4), which says something only in a link to itself.
        var target = isFile ? Address(element, "url") : relation == "self" && element.Attribute("href")?.Value.Length == 0 ? StatedBase(element) ?? address : Target(element);
        return target is null
            ? null
            : new FeedLink(target, relation, Attribute(element, "type"), Attribute(element, "title"), Attribute(element, "hreflang"), Length(element, "length"));
    }

    private FeedPerson? ToPerson(XElement element)
    {
        if (element.HasElements)
        {
            var name = Value(element, "name", "atom:name", "itunes:name");
            var email = Value(element, "email", "atom:email", "itunes:email");
            var page = Address(Find(element, "uri", "url", "homepage", "atom:uri", "atom:url", "atom:homepage"));
            if (name is not null || email is not null || page is not null)
            {
                return new FeedPerson(name, email, page);
            }
        }

        // RSS (and markup that nobody escaped): "mail@example.org (Name)" or "Name <mail@example.org>" or either alone.
        var text = PlainText.FromHtml(element.Value.Replace('<', '(').Replace('>', ')'))?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var open = text.IndexOf('(', StringComparison.Ordinal);
        var (before, inside) = open < 0 ? (text, "") : (text[..open].Trim(), text[(open + 1)..].TrimEnd(')').Trim());
        var mail = before.Contains('@', StringComparison.Ordinal) ? before : inside.Contains('@', StringComparison.Ordinal) ? inside : null;
        var shown = mail is null ? text : mail == before ? inside : before;
        return new FeedPerson(shown.Length > 0 ? shown : null, mail, Address(element, "href"));
    }

    private IEnumerable<FeedCategory> ToCategories(XElement element)
    {
        if (words.Key(element) is "itunes:keywords" or "media:keywords" or "tags")
        {
            return (PlainText.FromHtml(element.Value) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(word => new FeedCategory(word, null, null));
        }

        var term = PlainText.FromHtml(Attribute(element, "term") ?? Attribute(element, "text") ?? element.Value);
        return string.IsNullOrEmpty(term) ? [] : [new FeedCategory(term, Attribute(element, "scheme") ?? Attribute(element, "domain"), Attribute(element, "label"))];
    }

    private static XElement? FirstChild(XElement element) => FirstElement(element.FirstNode);

    private static XElement? NextSibling(XElement element) => FirstElement(element.NextNode);

    private static XElement? FirstElement(XNode? node)
    {
        while (node is not null and not XElement)
        {
            node = node.NextNode;
        }

        return (XElement?)node;
    }
}
