using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using Aggregator.Content.Parsing.Dates;
using Aggregator.Content.Parsing.Text;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>
/// Finds things among a document's elements, and reads what every format writes in the same way: short values, dates, addresses. Most of
/// what is looked for is not there, so one word of bits, a sign for each name that is, answers most questions.
/// </summary>
internal sealed class FeedElements(Vocabulary words, Uri? address, ProblemList problems)
{
    /// <summary>Where links are found.</summary>
    public static readonly string[] LinkKeys = ["link", "atom:link"];

    /// <summary>An entry's page is asked for two or three times in a row.</summary>
    private const int AddressesRemembered = 4;

    private static readonly XName XmlBase = XNamespace.Xml + "base";
    private static readonly XName XmlLang = XNamespace.Xml + "lang";

    private readonly Dictionary<XElement, Uri> _bases = [];
    private readonly (string Text, Uri? Base, Uri? Address)[] _addresses = new (string, Uri?, Uri?)[AddressesRemembered];
    private readonly List<(string Key, XElement Element)> _children = [];
    private readonly List<(string Key, XElement Element)> _inside = [];
    private XElement? _entered;
    private ulong _signsOfChildren;
    private ulong _signsInside;
    private int _nextAddress;
    private Uri? _site;

    /// <summary>How much longer the document's parts may become.</summary>
    public GrowthLimit Growth { get; } = new(GrowthLimit.Allowance);

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
        _inside.Clear();
        _signsOfChildren = _signsInside = 0;
        for (var child = FirstChild(owner); child is not null; child = NextSibling(child))
        {
            var key = words.Key(child);
            _children.Add((key, child));
            _signsOfChildren |= SignOf(key);
            AddInside(key, child);
            if (!IsEntry(child) && FirstChild(child) is not null)
            {
                foreach (var inner in Inside(child))
                {
                    AddInside(words.Key(inner), inner);
                }
            }
        }

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
    public NamedElements Within(string[] keys) => new(MayHaveOneOf(_signsInside, keys) ? _inside : null, keys);

    /// <summary>The children that are called by one of <paramref name="keys"/>.</summary>
    public NamedElements Children(XElement owner, string[] keys) =>
        owner != _entered ? new([.. owner.Elements().Select(child => (words.Key(child), child))], keys)
        : new(MayHaveOneOf(_signsOfChildren, keys) ? _children : null, keys);

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
            foreach (var (name, child) in (_signsOfChildren & SignOf(key)) == 0 ? [] : CollectionsMarshal.AsSpan(_children))
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

    /// <summary>
    /// Tells where the feed's site is. A feed that is served from elsewhere (a mirror, a feed service) means its relative links so: they
    /// lead into the site, not to the server that happens to have the document. Where both are one, the document's address is the base.
    /// </summary>
    public void LinksLeadInto(Uri? site) => _site = address is not null && Addresses.UsableBase(site) is { } usable
        && Uri.Compare(usable, address, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0 ? usable : null;

    /// <summary>The address that is the element's text.</summary>
    public Uri? Address(XElement? element) => element is null ? null : AddressIn(element, element.Value);

    /// <summary>The address in an attribute.</summary>
    public Uri? Address(XElement element, string attribute) => AddressIn(element, Attribute(element, attribute));

    /// <summary>An address that was read from <paramref name="element"/>.</summary>
    public Uri? AddressIn(XElement element, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var baseAddress = Base(element);
        foreach (var known in _addresses)
        {
            if (known.Text == text && ReferenceEquals(known.Base, baseAddress))
            {
                return known.Address;
            }
        }

        var resolved = Addresses.Resolve(text, baseAddress, Growth);
        _addresses[_nextAddress++ % AddressesRemembered] = (text, baseAddress, resolved);
        return resolved;
    }

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
    public Uri? Base(XElement element) => StatedBase(element) ?? _site ?? address;

    /// <summary>The address of the document at this place: xml:base of the element and all around it (XML Base), else where it came from.</summary>
    public Uri? AddressOfDocument(XElement element) => StatedBase(element) ?? address;

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

    /// <summary>A bit for a name. Several share one: that a name's bit is not set is sure, that it is proves nothing.</summary>
    private static ulong SignOf(string key) => 1UL << ((key.Length + (key[0] * 3) + (key[^1] * 5)) & 63);

    private static bool MayHaveOneOf(ulong signs, string[] keys)
    {
        foreach (var key in keys)
        {
            if ((signs & SignOf(key)) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private void AddInside(string key, XElement element)
    {
        _inside.Add((key, element));
        _signsInside |= SignOf(key);
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
