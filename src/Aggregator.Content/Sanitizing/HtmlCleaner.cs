using System.Buffers;
using Aggregator.Model.Stories;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Ganss.Xss;

namespace Aggregator.Content.Sanitizing;

/// <summary>
/// Cleans strangers' HTML for republishing: an allow-list applied to a real HTML5 tree, run last, after every rewrite. What comes
/// out is a fixed point: cleaning it again, or reading it with another HTML parser and writing it, changes nothing, which is what
/// defeats markup that becomes dangerous only when it is read a second time.
/// </summary>
public static class HtmlCleaner
{
    /// <summary>How often a text may change under repeated cleaning before it is given up and published as plain text.</summary>
    private const int MaxRounds = 4;

    private const string Opening = "<!doctype html><body>";

    /// <summary>What makes a text more than words: markup, references, and characters that are written as one or are changed by reading.</summary>
    private static readonly SearchValues<char> BeyondWords = SearchValues.Create(
        ['<', '>', '&', '\u00A0', '\uFEFF', .. Enumerable.Range(0, 32).Select(code => (char)code).Except(['\t', '\n'])]);

    /// <summary>
    /// Removed with everything in them; other elements that are not allowed are replaced by their content, which for an object is what
    /// it shows where it does not work. What is kept and why: docs/decisions/0007-what-the-cleaner-keeps.md.
    /// </summary>
    private static readonly HashSet<string> DroppedWhole = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "iframe", "frame", "frameset", "embed", "param",
        "base", "meta", "link", "svg", "template", "input", "select", "option", "textarea", "button", "datalist",
        "map", "area", "bgsound", "dialog",
    };

    private static readonly string[] AllowedElements =
    [
        "a", "abbr", "acronym", "address", "article", "aside", "audio", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center",
        "cite", "code", "col", "colgroup", "data", "dd", "del", "details", "dfn", "dir", "div", "dl", "dt", "em", "fieldset", "figcaption",
        "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i", "img", "ins", "kbd", "legend", "li",
        "main", "mark", "menu", "meter", "nav", "ol", "p", "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "section",
        "small", "source", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time",
        "tr", "track", "tt", "u", "ul", "var", "video", "wbr",
    ];

    private static readonly string[] AllowedAttributes =
    [
        // What every element may have, and what gives text, links and quotations their meaning.
        "dir", "hidden", "lang", "title", "translate", "cite", "datetime", "href", "hreflang", "rel", "rev", "type", "charset", "open",
        // Pictures, sound and film.
        "alt", "controls", "default", "height", "kind", "label", "loading", "longdesc", "loop", "media", "muted", "playsinline", "poster",
        "preload", "referrerpolicy", "sizes", "src", "srclang", "srcset", "width",
        // Lists, measures and tables.
        "reversed", "start", "value", "high", "low", "max", "min", "optimum", "abbr", "axis", "char", "charoff", "colspan", "rowspan",
        "scope", "span", "summary",
        // How HTML said what things look like before there were style sheets: many tables and old feeds still do.
        "align", "bgcolor", "border", "bordercolor", "cellpadding", "cellspacing", "clear", "color", "compact", "face", "frame", "hspace",
        "noshade", "nowrap", "rules", "size", "valign", "vspace",
    ];

    /// <summary>The attributes that hold one address.</summary>
    private static readonly string[] Addresses = ["href", "src", "cite", "poster", "longdesc"];

    /// <summary>Hosts that serve nothing but counting pixels.</summary>
    private static readonly string[] CountingHosts =
    [
        "pixel.wp.com", "stats.wordpress.com", "feeds.feedburner.com", "pi.feedsportal.com", "ad.doubleclick.net", "feedads.g.doubleclick.net", "b.scorecardresearch.com", "sb.scorecardresearch.com",
        "www.google-analytics.com", "ssl.google-analytics.com", "pixel.quantserve.com", "track.hubspot.com", "analytics.twitter.com", "px.ads.linkedin.com", "bat.bing.com", "mc.yandex.ru", "counter.yadro.ru",
        "in.getclicky.com", "secure-us.imrworldwide.com", "counter.theconversation.com", "pixel.propublica.org",
    ];

    // Thread-safe as long as its settings stay as they are.
    private static readonly HtmlSanitizer Sanitizer = new(new HtmlSanitizerOptions
    {
        AllowedTags = new HashSet<string>(AllowedElements, StringComparer.OrdinalIgnoreCase),
        AllowedAttributes = new HashSet<string>(AllowedAttributes, StringComparer.OrdinalIgnoreCase),
        AllowedSchemes = new HashSet<string>(["http", "https", "mailto"], StringComparer.OrdinalIgnoreCase),
        UriAttributes = new HashSet<string>(Addresses, StringComparer.OrdinalIgnoreCase),
        AllowedCssProperties = new HashSet<string>(),
    })
    {
        KeepChildNodes = true,
    };

    /// <summary>
    /// Clean HTML for the body of an element: no scripts, styles, frames, forms, vector graphics or event handlers; addresses
    /// absolute against <paramref name="baseAddress"/> (null: relative ones are removed) with the schemes http, https and (links)
    /// mailto only; links without tracking parameters and with <c>rel="noopener noreferrer nofollow"</c>, images that send no referrer
    /// and load late; embedded pages and players as links, formulas as words; counting pixels and comments
    /// gone. Input too deep or too long to parse safely comes back as escaped plain text, one paragraph a line. Never throws on strangers' text. Thread-safe.
    /// </summary>
    public static string Clean(string html, Uri? baseAddress) => CleanBody(html, baseAddress).Html;

    /// <summary>The same as <see cref="Clean"/>, and what <see cref="PlainText.FromHtml"/> makes of it, for less than the two cost.</summary>
    public static StoryBody CleanBody(string html, Uri? baseAddress)
    {
        ArgumentNullException.ThrowIfNull(html);
        if (string.IsNullOrWhiteSpace(html))
        {
            return StoryBody.Empty;
        }

        if (!html.AsSpan().ContainsAny(BeyondWords))
        {
            return new StoryBody(html.Trim(), PlainText.FromHtml(html));
        }

        var current = SwallowedText.GiveBack(html);
        for (var round = 0; round < MaxRounds; round++)
        {
            if (CleanOnce(current, baseAddress) is not { } cleaned)
            {
                break;
            }

            if (TextIfSettled(cleaned, baseAddress) is { } text)
            {
                return new StoryBody(cleaned, text);
            }

            current = cleaned;
        }

        var plain = HtmlText.Paragraphs(PlainText.FromHtml(html));
        return new StoryBody(plain, PlainText.FromHtml(plain));
    }

    private static string? CleanOnce(string html, Uri? baseAddress)
    {
        using var document = GuardedHtml.Parse(Opening + html);
        if (document?.Body is not IHtmlElement body)
        {
            return null;
        }

        // The parser is not asked about every element of SVG and MathML while it works.
        var elements = body.QuerySelectorAll("*");
        if (elements.Length > GuardedHtml.MaxElementsOfText)
        {
            return null;
        }

        var showInstead = true;
        for (var at = 0; at < elements.Length; at++)
        {
            var element = elements[at];
            var isShown = !EmbeddedPage.IsUnseen(element);
            if (EmbeddedPage.LinkFor(element, baseAddress) is { } link)
            {
                element.Parent?.ReplaceChild(link, element);
                isShown = false;
            }
            else if (element.LocalName is SwallowedText.Instead && !showInstead)
            {
                element.Remove();
            }
            else if (element.LocalName is "math" && element.NamespaceUri == NamespaceNames.MathMlUri)
            {
                Formula.Replace(element);
            }
            else if (DroppedWhole.Contains(element.LocalName))
            {
                element.Remove();
            }
            else
            {
                RewriteAddresses(element, baseAddress);
                if (IsCountingPixel(element))
                {
                    element.Remove();
                }
            }

            showInstead = isShown;
            if (element.Parent is null)
            {
                at += element.QuerySelectorAll("*").Length; // what it held is gone with it
            }
        }

        Sanitizer.SanitizeDom(document, body);
        foreach (var element in body.QuerySelectorAll("*"))
        {
            Finish(element);
        }

        return HtmlText.OfContent(body).Trim();
    }

    /// <summary>The words of the text. Null: reading it again gives another text, or more than what is allowed.</summary>
    private static string? TextIfSettled(string cleaned, Uri? baseAddress)
    {
        using var document = GuardedHtml.Parse(Opening + cleaned);
        return document?.Body is { } body
            && document.Head!.ChildElementCount == 0
            && body.QuerySelectorAll("*").All(element => IsAllowed(element, baseAddress))
            && HtmlText.OfContent(body) == cleaned
                ? cleaned.AsSpan().IndexOfAny('<', '&') < 0 ? PlainText.FromHtml(cleaned) : PlainText.Of(body)
                : null;
    }

    private static bool IsAllowed(IElement element, Uri? baseAddress) =>
        Sanitizer.AllowedTags.Contains(element.LocalName)
        && element.NamespaceUri == NamespaceNames.HtmlUri
        && element.Attributes.All(attribute => Sanitizer.AllowedAttributes.Contains(attribute.Name) && attribute.Name switch
        {
            "href" or "src" or "cite" or "poster" or "longdesc" => SafeAddress.Of(attribute.Value, baseAddress, isLink: attribute.Name is "href") == attribute.Value,
            "srcset" => SafeAddress.OfSet(attribute.Value, baseAddress) == attribute.Value,
            _ => true,
        });

    private static void RewriteAddresses(IElement element, Uri? baseAddress)
    {
        foreach (var name in Addresses)
        {
            if (element.HasAttribute(name))
            {
                Replace(element, name, SafeAddress.Of(element.GetAttribute(name), baseAddress, isLink: name is "href"));
            }
        }

        if (element.HasAttribute("srcset"))
        {
            Replace(element, "srcset", SafeAddress.OfSet(element.GetAttribute("srcset"), baseAddress));
        }
    }

    private static void Replace(IElement element, string name, string? value)
    {
        if (value is null)
        {
            element.RemoveAttribute(name);
        }
        else
        {
            element.SetAttribute(name, value);
        }
    }

    /// <summary>What remains gets the attributes every element of its kind must have; what lost its point goes.</summary>
    private static void Finish(IElement element)
    {
        switch (element.LocalName)
        {
            case "a" when element.HasAttribute("href"):
                element.SetAttribute("rel", "noopener noreferrer nofollow");
                break;
            // A picture that cannot be shown is what it stands for, where its author says so.
            case "img" when !element.HasAttribute("src") && !element.HasAttribute("srcset") && string.IsNullOrWhiteSpace(element.GetAttribute("alt")):
            case "source" or "track" when !element.HasAttribute("src") && !element.HasAttribute("srcset"):
                element.Remove();
                break;
            case "img":
                element.SetAttribute("referrerpolicy", "no-referrer");
                element.SetAttribute("loading", "lazy");
                break;
            case "audio" or "video":
                element.SetAttribute("controls", "");
                element.SetAttribute("preload", "none");
                break;
            case "pre" when element.FirstChild is IText text && text.Data.StartsWith('\n'):
                // The first line break of a preformatted text is lost at every reading.
                text.Data = text.Data.TrimStart('\n');
                break;
        }
    }

    /// <summary>Whether a picture only counts readers. Its address is the one that will be asked: a relative one would hide its host.</summary>
    private static bool IsCountingPixel(IElement element)
    {
        if (element.LocalName is not "img")
        {
            return false;
        }

        return IsTiny(element) || EmbeddedPage.IsHidden(element) || (Uri.TryCreate(element.GetAttribute("src")?.Trim(), UriKind.Absolute, out var address)
            && CountingHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Whether an element is made to be seen by nobody: at most a pixel each way.</summary>
    internal static bool IsTiny(IElement element)
    {
        var style = (element.GetAttribute("style") ?? "").Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant().Split(';');
        return IsTiny(Stated(style, "width:") ?? element.GetAttribute("width")) && IsTiny(Stated(style, "height:") ?? element.GetAttribute("height"));
    }

    private static string? Stated(string[] style, string property) => Array.Find(style, one => one.StartsWith(property, StringComparison.Ordinal))?[property.Length..].Replace("!important", "", StringComparison.Ordinal);

    private static bool IsTiny(string? size) => size is not null && size.Trim().Replace("px", "", StringComparison.OrdinalIgnoreCase) is "0" or "1";
}
