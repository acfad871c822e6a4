using System.Xml.Linq;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>What the W3C's feed validator knows, as far as our feeds could touch it.</summary>
internal static class FeedFacts
{
    public const string Atom = "http://www.w3.org/2005/Atom";
    public const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    public const string Rss1 = "http://purl.org/rss/1.0/";

    /// <summary>It reads no more bytes.</summary>
    public const int LongestDocument = 5_000_000;

    /// <summary>Earlier dates are taken for faults.</summary>
    public static readonly DateTimeOffset EarliestDate = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The namespaces, with the prefixes it expects for them.</summary>
    public static readonly Dictionary<string, string> Namespaces = new()
    {
        ["http://purl.org/rss/1.0/modules/content/"] = "content",
        ["http://purl.org/dc/elements/1.1/"] = "dc",
        ["http://purl.org/dc/terms/"] = "dcterms",
        ["http://purl.org/syndication/history/1.0"] = "fh",
        ["http://search.yahoo.com/mrss/"] = "media",
        ["http://a9.com/-/spec/opensearch/1.1/"] = "opensearch",
        ["http://www.w3.org/1999/02/22-rdf-syntax-ns#"] = "rdf",
        ["http://purl.org/rss/1.0/modules/slash/"] = "slash",
        ["http://purl.org/rss/1.0/modules/syndication/"] = "sy",
        ["http://purl.org/syndication/thread/1.0"] = "thr",
        ["http://wellformedweb.org/CommentAPI/"] = "wfw",
        ["http://www.w3.org/2005/Atom"] = "atom",
    };

    /// <summary>The relations of RFC 5005, which belong to feeds.</summary>
    public static readonly HashSet<string> PagingRelations = ["current", "first", "last", "next", "next-archive", "prev-archive", "previous"];

    /// <summary>The relations of links.</summary>
    public static readonly HashSet<string> Relations =
    [
        "alternate", "describedby", "edit", "edit-media", "enclosure", "hub", "license", "payment", "related", "replies", "search", "self", "service", "up", "via",
        .. PagingRelations,
    ];

    /// <summary>The elements of HTML.</summary>
    public static readonly HashSet<string> HtmlElements = Words(
        """
        a abbr acronym address applet area article aside audio b base basefont bdi bdo big blockquote body br button canvas caption center cite
        code col colgroup command data datagrid datalist dd del details dfn dialog dir div dl dt em embed eventsource fieldset figcaption figure
        font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins isindex kbd label legend li link
        listing main map mark menu meta meter nav noframes noscript object ol optgroup option output p param picture plaintext pre progress q rp
        rt ruby s samp script section select slot small source span strike strong style sub summary sup table tbody td template textarea tfoot
        th thead time title tr track tt u ul var video wbr xmp
        """);

    /// <summary>Those of them that are no risk.</summary>
    public static readonly HashSet<string> SafeElements = [.. HtmlElements.Except(Words(
        """
        applet base basefont bdo body dialog embed frame frameset head html iframe isindex link listing meta noframes object param plaintext
        script slot style title xmp
        """))];

    /// <summary>Attributes of HTML that are no risk. What gives media their controls is not among them.</summary>
    public static readonly HashSet<string> SafeAttributes = Words(
        """
        abbr align alt axis bgcolor border bordercolor cellpadding cellspacing char charoff charset cite clear color colspan compact datetime
        default dir face frame headers height hidden high href hreflang hspace id kind label lang loading longdesc loop low max media min muted
        name noshade nowrap open optimum playsinline poster preload referrerpolicy rel rev reversed rows rowspan rules scope size sizes span src
        srclang srcset start summary target title translate type valign value vspace width wrap
        """);

    /// <summary>The named references of HTML 4.</summary>
    public static readonly HashSet<string> Entities = Words(
        """
        AElig Aacute Acirc Agrave Alpha Aring Atilde Auml Beta Ccedil Chi Dagger Delta ETH Eacute Ecirc Egrave Epsilon Eta Euml Gamma Iacute
        Icirc Igrave Iota Iuml Kappa Lambda Mu Ntilde Nu OElig Oacute Ocirc Ograve Omega Omicron Oslash Otilde Ouml Phi Pi Prime Psi Rho Scaron
        Sigma THORN Tau Theta Uacute Ucirc Ugrave Upsilon Uuml Xi Yacute Yuml Zeta aacute acirc acute aelig agrave alefsym alpha amp and ang
        apos aring asymp atilde auml bdquo beta brvbar bull cap ccedil cedil cent chi circ clubs cong copy crarr cup curren dArr dagger darr deg
        delta diams divide eacute ecirc egrave empty emsp ensp epsilon equiv eta eth euml euro exist fnof forall frac12 frac14 frac34 frasl
        gamma ge gt hArr harr hearts hellip iacute icirc iexcl igrave image infin int iota iquest isin iuml kappa lArr lambda lang laquo larr
        lceil ldquo le lfloor lowast loz lrm lsaquo lsquo lt macr mdash micro middot minus mu nabla nbsp ndash ne ni not notin nsub ntilde nu
        oacute ocirc oelig ograve oline omega omicron oplus or ordf ordm oslash otilde otimes ouml para part permil perp phi pi piv plusmn pound
        prime prod prop psi quot rArr radic rang raquo rarr rceil rdquo real reg rfloor rho rlm rsaquo rsquo sbquo scaron sdot sect shy sigma
        sigmaf sim spades sub sube sum sup sup1 sup2 sup3 supe szlig tau there4 theta thetasym thinsp thorn tilde times trade uArr uacute uarr
        ucirc ugrave uml upsih upsilon uuml weierp xi yacute yen yuml zeta zwj zwnj
        """);

    /// <summary>ISO 639-1, and of ISO 639-2 what tests use.</summary>
    private static readonly HashSet<string> Languages = [.. Words(
        """
        aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi
        fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw
        ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn
        ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo
        xh yi yo za zh zu
        """), "deu", "eng", "fil", "haw", "nds", "und"];

    private static readonly Dictionary<string, string> Prefixes = new(Namespaces) { [Rss1] = "", [Atom] = "atom", [""] = "", [XNamespace.Xml.NamespaceName] = "xml" };

    /// <summary>A name as tables have it: "dc:date", and without a prefix in the document's own vocabulary.</summary>
    public static string NameOf(XElement element)
    {
        var prefix = element.Name.Namespace == element.Document!.Root!.Name.Namespace && element.Name.NamespaceName != Rdf ? "" : Prefixes.GetValueOrDefault(element.Name.NamespaceName, "?");
        return prefix.Length == 0 ? element.Name.LocalName : $"{prefix}:{element.Name.LocalName}";
    }

    /// <summary>The same for an attribute.</summary>
    public static string NameOf(XAttribute attribute) =>
        Prefixes.GetValueOrDefault(attribute.Name.NamespaceName, "?") is { Length: > 0 } prefix ? $"{prefix}:{attribute.Name.LocalName}" : attribute.Name.LocalName;

    /// <summary>Whether a text begins with a language that is registered.</summary>
    public static bool IsLanguage(string text) => Languages.Contains(text.Split('-')[0].ToLowerInvariant());

    private static HashSet<string> Words(string list) => [.. list.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];
}
