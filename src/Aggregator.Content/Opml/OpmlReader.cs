using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aggregator.Content.Parsing;
using Aggregator.Content.Parsing.Encodings;
using Aggregator.Content.Parsing.XmlRepair;

namespace Aggregator.Content.Opml;

/// <summary>
/// Reads subscription lists as other readers write them: nested outlines, any case of names and attributes, any encoding, and XML as
/// broken as the feed parser accepts. Never throws for the document's sake. Outlines that lead elsewhere than to a feed (links,
/// inclusions) are passed over.
/// </summary>
public static partial class OpmlReader
{
    /// <summary>Between the names of nested groups: "News / Technology".</summary>
    public const string PathSeparator = " / ";

    /// <summary>The largest document read, in bytes.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    /// <summary>The most feeds taken from a document.</summary>
    public const int MostFeeds = 10_000;

    private const int MaxText = 500;

    /// <summary>The subscriptions of a document.</summary>
    public static OpmlList Read(ReadOnlyMemory<byte> document)
    {
        var problems = new ProblemList();
        if (document.Length > MaxBytes)
        {
            return new OpmlList(null, [], [$"the document is larger than {MaxBytes / (1024 * 1024)} MB"]);
        }

        var text = DocumentDecoder.Decode(document, null, problems);
        if (LenientXml.Read(CloseOutlines(text, problems), problems) is not { } root || !IsNamed(root, "opml", "outlinedocument", "body", "outline"))
        {
            return new OpmlList(null, [], ["this is no OPML: expected <opml><body><outline xmlUrl=\"...\"/>", .. problems.ToList()]);
        }

        var outlines = root.DescendantsAndSelf().Where(element => IsNamed(element, "outline")).ToList();
        var lines = LinesOf(text);
        var feeds = outlines.Select((outline, index) => ReadFeed(outline, lines.Count == outlines.Count ? lines[index] : null)).OfType<OpmlFeed>().Take(MostFeeds + 1).ToList();
        if (feeds.Count > MostFeeds)
        {
            problems.Add($"feeds beyond the first {MostFeeds} were not read");
            feeds.RemoveAt(MostFeeds);
        }

        var head = root.Elements().FirstOrDefault(element => IsNamed(element, "head"));
        return new OpmlList(Tidy(head?.Elements().FirstOrDefault(element => IsNamed(element, "title"))?.Value), feeds, problems.ToList());
    }

    private static OpmlFeed? ReadFeed(XElement outline, int? line)
    {
        if (AddressOf(outline) is not { } address)
        {
            return null;
        }

        // Innermost first; an outline that is a feed itself is no group, although some lists nest feeds in feeds.
        var around = outline.Ancestors().Where(element => IsNamed(element, "outline")).ToList();
        var groups = around.Where(element => AddressOf(element) is null).Select(NameOf).OfType<string>().Reverse().ToList();
        var title = NameOf(outline);
        return new OpmlFeed
        {
            Address = address,
            Title = title == address ? null : title,
            Category = groups.Count > 0 ? Tidy(string.Join(PathSeparator, groups)) : CategoryOf(Attribute(outline, "category")),
            Site = Attribute(outline, "htmlUrl"),
            Language = Attribute(outline, "language"),
            IsOff = around.Append(outline).Any(element => "true".Equals(Attribute(element, "isComment"), StringComparison.OrdinalIgnoreCase)),
            Line = line,
        };
    }

    /// <summary>The address of an outline that is a feed; early lists have "url" with type "rss". Null: it is none.</summary>
    private static string? AddressOf(XElement outline) =>
        Attribute(outline, "xmlUrl") ?? (Attribute(outline, "type") is { } type && FeedType().IsMatch(type) ? Attribute(outline, "url") : null);

    private static string? NameOf(XElement outline) => Tidy(Attribute(outline, "title")) ?? Tidy(Attribute(outline, "text"));

    /// <summary>"/News/Technology,/Other" is "News / Technology" (OPML 2.0: slash-delimited paths, separated by commas).</summary>
    private static string? CategoryOf(string? attribute) => Tidy(string.Join(
        PathSeparator, (attribute ?? "").Split(',')[0].Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));

    private static string? Attribute(XElement element, string name) =>
        element.Attributes().FirstOrDefault(attribute => attribute.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Trim() is { Length: > 0 } value ? value : null;

    private static bool IsNamed(XElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Tidy(string? text)
    {
        var tidy = text is null ? "" : White().Replace(string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)), " ").Trim();
        return tidy.Length == 0 ? null : tidy.Length > MaxText ? tidy[..MaxText] : tidy;
    }

    /// <summary>In a list in which no outline is ever closed each would stand inside the one before: feeds end where they begin.</summary>
    private static string CloseOutlines(string text, ProblemList problems)
    {
        if (text.Contains("</outline", StringComparison.OrdinalIgnoreCase))
        {
            return text;
        }

        var closed = OutlineTag().Replace(text, tag => tag.Value.EndsWith("/>", StringComparison.Ordinal) || !tag.Value.Contains("xmlUrl", StringComparison.OrdinalIgnoreCase) ? tag.Value : tag.Value[..^1] + "/>");
        if (closed.Length != text.Length)
        {
            problems.Add("outlines that are not closed were closed");
        }

        return closed;
    }

    /// <summary>The line of each outline's start tag, in document order; comments and CDATA only look as if they held some.</summary>
    private static List<int> LinesOf(string text)
    {
        var lines = new List<int>();
        var (line, counted, commentsEnd, sectionsEnd) = (1, 0, true, true);
        for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0; at = at < text.Length ? text.IndexOf('<', at) : -1)
        {
            var rest = text.AsSpan(at);
            if (rest.StartsWith("<outline", StringComparison.OrdinalIgnoreCase) && rest.Length > 8 && (char.IsWhiteSpace(rest[8]) || rest[8] is '/' or '>'))
            {
                line += text.AsSpan(counted, at - counted).Count('\n');
                counted = at;
                lines.Add(line);
            }

            at = rest.StartsWith("<!--") ? After(at, "-->", ref commentsEnd)
                : rest.StartsWith("<![CDATA[") ? After(at, "]]>", ref sectionsEnd)
                : at + 1;
        }

        return lines;

        // An end that is not there is looked for once only, or a text full of beginnings would be searched without end.
        int After(int at, string end, ref bool exists)
        {
            var found = exists ? text.IndexOf(end, at, StringComparison.Ordinal) : -1;
            exists = found >= 0;
            return found >= 0 ? found + end.Length : at + 1;
        }
    }

    [GeneratedRegex(@"^(rss|atom|feed|json)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FeedType();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex White();

    /// <summary>A start tag of an outline.</summary>
    [GeneratedRegex(@"<outline(?=[\s/>])[^<>]*>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OutlineTag();
}
