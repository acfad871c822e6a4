using System.Text.RegularExpressions;
using System.Xml;

namespace Aggregator.Content.Publishing;

/// <summary>
/// Plain text in a place whose format does not say whether it holds text or HTML: titles and names of RSS and RDF, attributes of Atom.
/// Ampersands and left angle brackets are written as hexadecimal references, which tell who reads the document closely that
/// they are meant as they stand (RSS Best Practices Profile, "Use of the Title Element"). One thing even that does not save: what looks like a tag
/// of HTML is taken for HTML by programs that guess, or that do not ask, so a word joiner (U+2060, without width) keeps it from being one.
/// </summary>
internal static partial class PlainLine
{
    private const char WordJoiner = '\u2060';

    /// <summary>Whether a text holds a tag: it would be taken for HTML.</summary>
    public static bool LooksLikeHtml(string text) => Tag().IsMatch(text);

    /// <summary>An element that holds a line.</summary>
    public static void WriteElement(XmlWriter xml, string name, string? ns, string text)
    {
        xml.WriteStartElement(name, ns);
        Write(xml, text);
        xml.WriteEndElement();
    }

    /// <summary>An attribute that holds a line.</summary>
    public static void WriteAttribute(XmlWriter xml, string name, string text)
    {
        xml.WriteStartAttribute(name);
        Write(xml, text);
        xml.WriteEndAttribute();
    }

    /// <summary>The line, in an element or attribute that was begun.</summary>
    public static void Write(XmlWriter xml, string text) => WriteAsItIs(xml, LooksLikeHtml(text) ? TagBeginning().Replace(text, "<" + WordJoiner) : text);

    /// <summary>The same where the format says that it is text.</summary>
    public static void WriteAsItIs(XmlWriter xml, string text)
    {
        var from = 0;
        for (var at = text.AsSpan().IndexOfAny('&', '<'); at >= 0;)
        {
            xml.WriteString(text[from..at]);
            xml.WriteCharEntity(text[at]);
            from = at + 1;
            var next = text.AsSpan(from).IndexOfAny('&', '<');
            at = next < 0 ? next : from + next;
        }

        xml.WriteString(text[from..]);
    }

    // An end tag; a start tag with attributes; or one that does something without any. "List<string>" is none of them.
    [GeneratedRegex(
        @"</\w+>|<[A-Za-z][^\s/>]*[\s/]|<(?:script|style|iframe|frame|frameset|object|embed|applet|svg|math|form|base|meta|link|template|noscript|noembed|noframes|plaintext|xmp|listing|textarea|title|select|marquee|img|image|video|audio|body|html|isindex|portal)>|<!|<\?",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Tag();

    [GeneratedRegex("<(?=[A-Za-z/!?])", RegexOptions.CultureInvariant)]
    private static partial Regex TagBeginning();
}
