namespace Aggregator.Content.Extraction.Pages;

/// <summary>What the parser does with an element of a name (HTML sections 13.1.2 and 13.2.6). Names are in lower case.</summary>
internal static class ElementNames
{
    /// <summary>No content and no end tag.</summary>
    public static bool IsVoid(string name) =>
        name is "area" or "base" or "basefont" or "bgsound" or "br" or "col" or "embed" or "frame" or "hr" or "image" or "img" or "input" or "keygen" or "link" or "meta" or "param"
            or "source" or "track" or "wbr";

    /// <summary>Everything up to the end tag is text, or a drawing.</summary>
    public static bool IsRawText(string name) => name is "svg" or "script" or "style" or "title" or "textarea" or "iframe" or "noembed" or "noframes" or "xmp" or "plaintext";

    /// <summary>Open ones are made again in the next block.</summary>
    public static bool IsFormat(string name) =>
        name is "a" or "b" or "big" or "code" or "em" or "font" or "i" or "nobr" or "s" or "small" or "strike" or "strong" or "tt" or "u";

    public static bool IsTablePart(string name) => name is "caption" or "colgroup" or "tbody" or "td" or "tfoot" or "th" or "thead" or "tr";

    /// <summary>Starts a line.</summary>
    public static bool IsBlock(string name) => ClosesParagraph(name) || IsTablePart(name) || name is "table" or "li" or "dd" or "dt" or "option" or "legend";

    /// <summary>An open paragraph ends where such an element begins.</summary>
    public static bool ClosesParagraph(string name) =>
        name is "address" or "article" or "aside" or "blockquote" or "center" or "details" or "dialog" or "dir" or "div" or "dl" or "fieldset" or "figcaption" or "figure" or "footer"
            or "form" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "header" or "hgroup" or "listing" or "main" or "menu" or "nav" or "ol" or "p" or "pre" or "search" or "section" or "summary" or "ul";
}
