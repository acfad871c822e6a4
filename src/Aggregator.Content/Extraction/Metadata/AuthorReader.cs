using System.Text;
using System.Text.RegularExpressions;
using Aggregator.Content.Extraction.Body;
using AngleSharp.Css.Dom;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Finds the authors' names: from structured data and meta elements, else from what is marked as the author on the page.</summary>
internal static partial class AuthorReader
{
    private const int MaxAuthors = 12;

    private static readonly HashSet<string> Nobody = [];

    private static readonly System.Buffers.SearchValues<char> Odd = System.Buffers.SearchValues.Create("@{}<>=[]");

    private static readonly string[] MetaNames =
    [
        "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "dc.contributor", "byl", "article:author_name",
        "og:article:author", "cxenseparse:author", "rbauthors", "authors", "twitter:data1", "shareaholic:article_author_name", "creator",
    ];

    private static readonly ISelector[] Marks = MarkedElements.Selectors(
    [
        "[itemprop~=author] [itemprop~=name]", "[itemprop~=author]", "a[rel~=author]", ".vcard .fn", ".author-name", ".byline-name", ".byline__name", ".article-author", ".post-author",
        ".entry-author", ".byline a", ".author a", "[class*=byline] a", "[class*=author-name]", "[class*=authorName]", ".byline", "[class*=byline]", ".author", "[class*=Byline]", "[class*=author]", "[class*=Author]", "[class*=autor]", "[class*=auteur]", "[id*=author]",
    ]);

    public static IReadOnlyList<string> Read(PageTree tree, MarkedElements elements, MetaTags meta, StructuredData data, IReadOnlySet<string> site)
    {
        var told = Names(data.Authors, site);
        if (told.Count > 0)
        {
            return told;
        }

        if (Names(meta.All("citation_author").Select(GivenNameFirst), site) is { Count: > 0 } scholars)
        {
            return scholars;
        }

        foreach (var name in MetaNames)
        {
            if (name == "twitter:data1" && !(meta.First("twitter:label1") is { } label && WrittenBy().IsMatch(label)))
            {
                continue;
            }

            if (Names(meta.All(name), site) is { Count: > 0 } given)
            {
                return given;
            }
        }

        foreach (var strict in (ReadOnlySpan<bool>)[true, false])
        {
            if (Marked(elements, site, strict) is { Count: > 0 } marked)
            {
                return marked;
            }
        }

        // A site that names itself as the author says that nobody else is named.
        return Visible(tree, site) is { Count: > 0 } visible ? visible : Names(data.Authors.Concat(meta.All("author")), Nobody);
    }

    private static List<string> Marked(MarkedElements elements, IReadOnlySet<string> site, bool strict)
    {
        foreach (var mark in Marks)
        {
            foreach (var element in elements.All(mark, 6))
            {
                if (element.LocalName is "meta" && element.GetAttribute("content") is { } content)
                {
                    if (Names([content], site) is { Count: > 0 } hidden)
                    {
                        return hidden;
                    }
                }
                else if (MarkedElements.ShortText(element, 200) is { Length: > 2 } && !InComments(element, strict))
                {
                    foreach (var line in Lines(element))
                    {
                        if (Names([line], site) is { Count: > 0 } shown)
                        {
                            return shown;
                        }
                    }
                }
            }
        }

        return [];
    }

    /// <summary>"Doe, Jane" becomes "Jane Doe", as citation indexes want it the other way round.</summary>
    private static string GivenNameFirst(string name) =>
        name.Split(',', StringSplitOptions.TrimEntries) is [{ Length: > 0 } family, { Length: > 0 } given] ? given + " " + family : name;

    /// <summary>The element's text, cut where one inner element touches the next: a name, a date and a role often stand without a blank.</summary>
    private static string[] Lines(IElement element)
    {
        var text = new StringBuilder();
        Append(element);
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        void Append(INode node)
        {
            var afterElement = false;
            foreach (var child in node.ChildNodes)
            {
                if (child is IText run)
                {
                    text.Append(run.Data.AsSpan().Trim().IsEmpty ? " " : run.Data.ReplaceLineEndings(" "));
                    afterElement = false;
                }
                else if (child is IElement inner)
                {
                    text.Append(afterElement || inner.LocalName is "div" or "p" or "li" or "br" or "time" ? "\n" : "");
                    Append(inner);
                    text.Append(inner.LocalName is "div" or "p" or "li" ? "\n" : "");
                    afterElement = true;
                }
            }
        }
    }

    /// <summary>A short line "By Jane Doe" near the headline.</summary>
    private static List<string> Visible(PageTree tree, IReadOnlySet<string> site)
    {
        foreach (var block in tree.Blocks)
        {
            if (!block.Furniture && block.Length is > 5 and < 90 && Line().Match(block.Text) is { Success: true } match && Names([match.Groups[1].Value + match.Groups[2].Value], site) is { Count: > 0 } names)
            {
                return names;
            }
        }

        return [];
    }

    private static bool InComments(IElement element, bool strict)
    {
        for (var node = element; node is not null; node = node.ParentElement)
        {
            if ((node.ClassName is { } name && name.Contains("comment", StringComparison.OrdinalIgnoreCase)) || (strict && node.LocalName is ("aside" or "footer")))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Cleans and splits what was found; what cannot be a person's or a desk's name is left out.</summary>
    internal static List<string> Names(IEnumerable<string> values, IReadOnlySet<string> site)
    {
        var names = new List<string>();
        foreach (var value in values)
        {
            var text = TitleReader.Clean(value);
            if (text is null || text.Contains("://", StringComparison.Ordinal) || text.Length > 300)
            {
                continue;
            }

            text = Mail().Replace(text, " ");
            text = Lead().Replace(text, "");
            foreach (var part in Between().Split(text))
            {
                var name = Tail().Replace(part, "").Trim(' ', ',', '.', '-', '–', '|', '/', ':', '·', '•', '(', ')', '"', '“', '”', '@');
                if (IsName(name, site) && !names.Exists(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)) && names.Count < MaxAuthors)
                {
                    names.Add(name);
                }
            }
        }

        return names;
    }

    private static bool IsName(string name, IReadOnlySet<string> site)
    {
        var key = TextKey.Of(name);
        return name.Length is > 1 and < 70 && key.Length > 1 && !site.Contains(TitleReader.Squeezed(name)) && !key.Contains("http", StringComparison.Ordinal) && key.Count(c => c == ' ') <= 5
            && !NoName().IsMatch(key) && !Role().IsMatch(key) && (name.Length > 2 || name.Any(char.IsLower) || name[0] > '\u2E80') && !name.AsSpan().ContainsAny(Odd) && name.Any(char.IsLetter)
            && (!name.Any(char.IsDigit) || !name.Contains(' ', StringComparison.Ordinal)) && name.Any(char.IsLetter) && !Phrases.IsDateline(name);
    }

    [GeneratedRegex(@"^\s*(?:(?:zeige\s+alle\s+beiträge\s+von|alle\s+artikel\s+von|view\s+all\s+posts\s+by|posts\s+by|more\s+by|erstellt\s+von|veröffentlicht\s+von|geschrieben\s+von|ein\s+(?:artikel|beitrag|interview|gastbeitrag|kommentar)\s+von|eine\s+kolumne\s+von|contributors?:|authors?:|autor(?:in)?:)|(?:(?:\w+\s+)?(?:written|posted|published|reviewed|edited|story|words|text|reported|article|post|recipe|review|photos?)\s+)?by|von|par|por|di|door|av|af|author|autor(?:in)?|text|auteur|редактор|автор|submitted\s+by|story\s+by|words\s+by)(?:\s*:\s*|\s+)", RegexOptions.IgnoreCase)]
    private static partial Regex Lead();

    [GeneratedRegex(@"\s*(?:;|,|&|\||/|\n|•|·|\s(?:and|und|et|y|e|en|och|og|with|mit)\s)\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Between();

    [GeneratedRegex(@"\s+(?:[-–—|(]|on\s+\w+\s+\d|posted|published|updated|last\s+updated|for\s+the\s+|im\s+gespräch|am$|from\s|\d{1,2}[./]\d|\w{3,9}\s+\d{1,2}\b).*$", RegexOptions.IgnoreCase)]
    private static partial Regex Tail();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+\.[\w.]+")]
    private static partial Regex Mail();

    [GeneratedRegex(@"^(?:von|por|par|by|di|autor|autorin|no author|\w*admin\w*|the author|the editors?|admin|administrator|editor|webmaster|unknown|anonymous|null|undefined|n a|none|author|by|about|contact|user|guest|root|home|follow|facebook|twitter|email|share|view all posts|more|see all|read more|about the author|bio|posted|published|redaktion online|contributor|contributing writer|staff writer|senior editor|senior writer|reporter|senior reporter|phd|md|jr|m d|ph d|rd|rdn|freelance writer|managing editor|editor in chief|comments?|\d+ comments?)$|^(?:about|all posts|follow|written|updated|published|copyright|subscribe|sign up|read|see|view|min)\b|\b(?:min(?:ute)?s? read|read time|cookies?|uhr)\b|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?(?: \d.*)?$")]
    private static partial Regex NoName();

    [GeneratedRegex(@"\b(?:head of|director|manager|founder|co founder|cofounder|ceo|cto|chief|editor|officer|specialist|engineer|journalist|producer|analyst|consultant|president|professor of|expert|coordinator|marketing|contributor|contributing|correspondent|columnist|strategist|redakteur(?:in)?|chefredakteur(?:in)?|journalistin|rédacteur|rédactrice|redactora?|sponsored|gesponserte|all articles|alle artikel|artikel von|last update|use case|community|writer at|author at)\b")]
    private static partial Regex Role();

    [GeneratedRegex(@"written|author|verfasst|écrit|escrito|autor|door|scritto|geschrieben", RegexOptions.IgnoreCase)]
    private static partial Regex WrittenBy();

    [GeneratedRegex(@"^\s*(?:(?:[Ww]ritten|[Pp]osted|[Pp]ublished|[Ss]tory|[Ww]ords|[Rr]eport(?:ed)?|[Aa]rticle|[Ee]rstellt|[Vv]eröffentlicht|[Gg]eschrieben|[Kk]olumne|[Ii]nterview)\s+)?(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]i|[Dd]oor|[Aa]uthor|[Aa]utor(?:in)?)\s*:?\s+(\p{Lu}[\p{L}.’'-]*(?:\s+(?:(?:de|van|von|der|den|da|di|la|le|al|el|bin)\s+)*\p{Lu}[\p{L}.’'-]*){1,3}(?:(?:,|\s+(?:and|und|et|y|&))\s+\p{Lu}[\p{L}.’'-]*(?:\s+\p{Lu}[\p{L}.’'-]*){1,3})*)\s*(?:$|[|,•·–—(/-])|^\s*(?:[Pp]osted|[Ww]ritten|[Pp]ublished|[Ee]rstellt|[Gg]eschrieben|[Vv]eröffentlicht)\s+(?:by|von)\s*:?\s+(\p{Lu}[\p{L}.’'-]+)\s*(?:$|[|,•·–—(/@-]|\s(?:on|am)\s)")]
    private static partial Regex Line();
}
