namespace Aggregator.Content.Extraction.Pages;

/// <summary>What stands where markup has a "&lt;".</summary>
internal enum TagKind
{
    /// <summary>A "&lt;" that begins no tag.</summary>
    Text,

    Start,

    End,

    Doctype,

    /// <summary>A comment, a processing instruction or something else that is not shown.</summary>
    Comment,
}

/// <summary>A tag in markup, read as the tokenizer of HTML section 13.2.5 reads it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The element's name in lower case; empty for what has none.</param>
/// <param name="Start">Where its "&lt;" stands.</param>
/// <param name="End">Where the markup goes on.</param>
/// <param name="Written">Up to where the tag is worth keeping: <paramref name="End"/>, or before that if it has too many attributes.</param>
internal readonly record struct Tag(TagKind Kind, string Name, int Start, int End, int Written)
{
    /// <summary>Attributes kept of a tag. Real ones stay below 100.</summary>
    private const int MaxAttributes = 200;

    private const int LongestName = 60;

    private const string White = " \t\n\f\r";

    /// <summary>Whether the tag ends in "/&gt;", which counts in MathML only.</summary>
    public bool IsSelfClosing(string html) => html[End - 2] == '/';

    /// <summary>Reads what begins at <paramref name="start"/>, where a "&lt;" stands. What never ends is taken for text, or for a comment up to the end.</summary>
    public static Tag Read(string html, int start)
    {
        var second = start + 1 < html.Length ? html[start + 1] : ' ';
        if (char.IsAsciiLetter(second))
        {
            return ReadNamed(html, start, start + 1, TagKind.Start);
        }

        if (second == '/' && start + 2 < html.Length && html[start + 2] != '>')
        {
            return char.IsAsciiLetter(html[start + 2]) ? ReadNamed(html, start, start + 2, TagKind.End) : Hidden(TagKind.Comment, html, start, ">", 2);
        }

        if (second == '!')
        {
            return string.CompareOrdinal(html, start, "<!--", 0, 4) != 0
                ? Hidden(string.Compare(html, start, "<!doctype", 0, 9, StringComparison.OrdinalIgnoreCase) == 0 ? TagKind.Doctype : TagKind.Comment, html, start, ">", 2)
                : start + 4 < html.Length && html[start + 4] == '>' ? new Tag(TagKind.Comment, "", start, start + 5, start + 5)
                : Hidden(TagKind.Comment, html, start, "-->", 2);
        }

        return second is '?' or '/' ? Hidden(TagKind.Comment, html, start, ">", 1) : new Tag(TagKind.Text, "", start, start + 1, start + 1);
    }

    /// <summary>Where the end tag of an element of raw text begins; -1: nowhere.</summary>
    public static int FindEnd(string html, int from, string name)
    {
        for (var at = html.IndexOf("</", from, StringComparison.Ordinal); at >= 0; at = html.IndexOf("</", at + 2, StringComparison.Ordinal))
        {
            var after = at + 2 + name.Length;
            if (string.Compare(html, at + 2, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0
                && (after >= html.Length || html[after] is '/' or '>' || White.Contains(html[after], StringComparison.Ordinal)))
            {
                return at;
            }
        }

        return -1;
    }

    private static Tag Hidden(TagKind kind, string html, int start, string until, int skip)
    {
        var end = html.IndexOf(until, Math.Min(html.Length, start + skip), StringComparison.Ordinal);
        end = end < 0 ? html.Length : end + until.Length;
        return new Tag(kind, "", start, end, end);
    }

    private static Tag ReadNamed(string html, int start, int nameStart, TagKind kind)
    {
        var at = nameStart;
        while (at < html.Length && html[at] is not ('/' or '>') && !White.Contains(html[at], StringComparison.Ordinal))
        {
            at++;
        }

        // What goes on to be longer than any name is one all the same, and of no kind that matters.
        var name = html.AsSpan(nameStart, Math.Min(at - nameStart, LongestName)).ToString().ToLowerInvariant();
        int written = 0, attributes = 0;
        while (at < html.Length && html[at] != '>')
        {
            if (html[at] == '/' || White.Contains(html[at], StringComparison.Ordinal))
            {
                at++;
                continue;
            }

            written = ++attributes == MaxAttributes + 1 ? at : written;
            at = AfterAttribute(html, at);
        }

        // The tokenizer drops a tag that the document's end cuts off.
        return at >= html.Length
            ? new Tag(TagKind.Comment, "", start, html.Length, html.Length)
            : new Tag(kind, name, start, at + 1, attributes > MaxAttributes ? written : at + 1);
    }

    /// <summary>Reads "name", "name=value", "name='value'" from <paramref name="at"/> on.</summary>
    private static int AfterAttribute(string html, int at)
    {
        at++;
        while (at < html.Length && html[at] is not ('=' or '/' or '>') && !White.Contains(html[at], StringComparison.Ordinal))
        {
            at++;
        }

        var value = SkipWhite(html, at);
        if (value >= html.Length || html[value] != '=')
        {
            return at;
        }

        value = SkipWhite(html, value + 1);
        if (value < html.Length && html[value] is '"' or '\'')
        {
            var quote = html.IndexOf(html[value], value + 1);
            return quote < 0 ? html.Length : quote + 1;
        }

        while (value < html.Length && html[value] != '>' && !White.Contains(html[value], StringComparison.Ordinal))
        {
            value++;
        }

        return value;
    }

    private static int SkipWhite(string html, int at)
    {
        while (at < html.Length && White.Contains(html[at], StringComparison.Ordinal))
        {
            at++;
        }

        return at;
    }
}
