using System.Xml.Linq;

namespace Aggregator.Content.Parsing;

/// <summary>
/// Gives elements one spelling, whatever prefixes, namespace addresses and letter cases a document uses: "title" for the formats'
/// own elements, "dc:creator", "media:content" and so on for the modules, "?:x" for what we don't know.
/// </summary>
internal sealed class Vocabulary
{
    private static readonly Dictionary<string, string> Prefixes = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = "",
        ["purl.org/rss/1.0"] = "",
        ["my.netscape.com/rdf/simple/0.9"] = "",
        ["channel.netscape.com/rdf/simple/0.9"] = "",
        ["purl.org/net/rss1.1#"] = "",
        ["purl.org/net/rss1.1"] = "",
        ["my.netscape.com/publish/formats/rss-0.91.dtd"] = "",
        ["backend.userland.com/rss"] = "",
        ["backend.userland.com/rss2"] = "",
        ["blogs.law.harvard.edu/tech/rss"] = "",
        ["cyber.law.harvard.edu/rss"] = "",
        ["www.rssboard.org/rss-specification"] = "",
        ["www.w3.org/2005/atom"] = "atom",
        ["purl.org/atom/ns#"] = "atom",
        ["purl.org/atom/ns"] = "atom",
        ["www.w3.org/1999/02/22-rdf-syntax-ns#"] = "rdf",
        ["www.w3.org/1999/xhtml"] = "xhtml",
        ["purl.org/dc/elements/1.1"] = "dc",
        ["purl.org/dc/elements/1.0"] = "dc",
        ["purl.org/dc/terms"] = "dcterms",
        ["purl.org/rss/1.0/modules/dc"] = "dc",
        ["purl.org/rss/1.0/modules/dcterms"] = "dcterms",
        ["purl.org/rss/1.0/modules/content"] = "content",
        ["purl.org/rss/1.0/modules/syndication"] = "sy",
        ["purl.org/rss/1.0/modules/slash"] = "slash",
        ["purl.org/rss/1.0/modules/image"] = "image",
        ["purl.org/rss/1.0/modules/aggregation"] = "ag",
        ["www.itunes.com/dtds/podcast-1.0.dtd"] = "itunes",
        ["www.itunes.com/dtds/podcast"] = "itunes",
        ["example.com/dtds/podcast-1.0.dtd"] = "itunes",
        ["www.google.com/schemas/play-podcasts/1.0"] = "googleplay",
        ["search.yahoo.com/mrss"] = "media",
        ["purl.oclc.org/net/rss_2.0/enc#"] = "enc",
        ["podcastindex.org/namespace/1.0"] = "podcast",
        ["github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"] = "podcast",
        ["www.georss.org/georss"] = "georss",
        ["www.opengis.net/gml"] = "gml",
        ["www.w3.org/2003/01/geo/wgs84_pos#"] = "geo",
        ["purl.org/syndication/thread/1.0"] = "thr",
        ["wellformedweb.org/commentapi"] = "wfw",
        ["rssnamespace.org/feedburner/ext/1.0"] = "feedburner",
        ["webns.net/mvcb"] = "admin",
        ["creativecommons.org/ns#"] = "cc",
        ["backend.userland.com/creativecommonsrssmodule"] = "cc",
        ["web.resource.org/cc"] = "cc",
        ["www.pheedo.com/namespace/pheedo"] = "pheedo",
        ["www.w3.org/2000/svg"] = "svg",
        ["www.w3.org/1998/math/mathml"] = "math",
    };

    private static readonly Dictionary<string, string> AddressByPrefix = new(StringComparer.OrdinalIgnoreCase)
    {
        ["a10"] = "http://www.w3.org/2005/Atom",
        ["atom"] = "http://www.w3.org/2005/Atom",
        ["atom10"] = "http://www.w3.org/2005/Atom",
        ["cc"] = "http://web.resource.org/cc/",
        ["content"] = "http://purl.org/rss/1.0/modules/content/",
        ["dc"] = "http://purl.org/dc/elements/1.1/",
        ["dcterms"] = "http://purl.org/dc/terms/",
        ["feedburner"] = "http://rssnamespace.org/feedburner/ext/1.0",
        ["geo"] = "http://www.w3.org/2003/01/geo/wgs84_pos#",
        ["georss"] = "http://www.georss.org/georss",
        ["gml"] = "http://www.opengis.net/gml",
        ["googleplay"] = "http://www.google.com/schemas/play-podcasts/1.0",
        ["itunes"] = "http://www.itunes.com/dtds/podcast-1.0.dtd",
        ["media"] = "http://search.yahoo.com/mrss/",
        ["podcast"] = "https://podcastindex.org/namespace/1.0",
        ["rdf"] = "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        ["rss"] = "",
        ["slash"] = "http://purl.org/rss/1.0/modules/slash/",
        ["sy"] = "http://purl.org/rss/1.0/modules/syndication/",
        ["thr"] = "http://purl.org/syndication/thread/1.0",
        ["wfw"] = "http://wellformedweb.org/CommentAPI/",
        ["xhtml"] = "http://www.w3.org/1999/xhtml",
    };

    private readonly Dictionary<XName, string> _keys = [];
    private readonly string? _core;

    /// <param name="root">The document's root: a feed format in a namespace of somebody's own is still that format.</param>
    public Vocabulary(XElement root)
    {
        var address = Simplify(root.Name.NamespaceName);
        if (!Prefixes.ContainsKey(address))
        {
            _core = address;
        }
        else if (Key(root.Name) == "rdf:rdf")
        {
            address = Simplify(root.Elements().FirstOrDefault(IsChannel)?.Name.NamespaceName ?? "");
            _core = Prefixes.ContainsKey(address) ? null : address;
        }
    }

    /// <summary>The address that a prefix nobody declared most likely stands for.</summary>
    public static string AddressOf(string prefix) =>
        AddressByPrefix.TryGetValue(prefix, out var address) ? address : $"undeclared:{prefix}";

    /// <summary>The element's one spelling.</summary>
    public string Key(XElement element) => Key(element.Name);

    private string Key(XName name)
    {
        if (_keys.TryGetValue(name, out var key))
        {
            return key;
        }

        var address = Simplify(name.NamespaceName);
        var local = name.LocalName.ToLowerInvariant();
        var prefix = address == _core ? "" : Prefixes.GetValueOrDefault(address, "?");
        key = prefix.Length == 0 ? local : $"{prefix}:{local}";
        _keys[name] = key;
        return key;
    }

    private static bool IsChannel(XElement element) => element.Name.LocalName.Equals("channel", StringComparison.OrdinalIgnoreCase);

    private static string Simplify(string address)
    {
        address = address.Trim();
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        return (scheme < 0 ? address : address[(scheme + 3)..]).TrimEnd('/');
    }
}
