using AngleSharp.Html.Parser;

namespace Aggregator.Content.Tests.Sanitizing;

/// <summary>What a piece of HTML holds that no cleaner may let through, found by reading it with a real HTML5 parser, with scripting and without.</summary>
internal static class LiveMarkup
{
    /// <summary>Told of HTML that is another when it is read and written again.</summary>
    public const string Unsettled = "reading again changes it";

    private static readonly HashSet<string> ForbiddenElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "select", "option", "textarea", "base", "meta", "link", "svg", "math",
        "template", "noscript", "noembed", "noframes", "plaintext", "xmp", "listing", "title", "dialog", "portal", "marquee",
    };

    private static readonly HashSet<string> ForbiddenAttributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "style", "srcdoc", "formaction", "ping", "id", "name", "class", "is", "slot", "background", "action", "data", "xlink:href", "target", "usemap", "lowsrc", "dynsrc", "nonce",
    };

    private static readonly HashSet<string> AddressAttributes = new(StringComparer.OrdinalIgnoreCase) { "href", "src", "poster", "cite", "longdesc" };

    /// <summary>Each thing by its tag or attribute; none in harmless HTML.</summary>
    public static IEnumerable<string> In(string html) => Look(html, scripting: false).Concat(Look(html, scripting: true)).Distinct();

    private static IEnumerable<string> Look(string html, bool scripting)
    {
        var parser = new HtmlParser(new HtmlParserOptions { IsScripting = scripting });
        using var document = parser.ParseDocument("<!doctype html><body>" + html);
        using var again = parser.ParseDocument("<!doctype html><body>" + document.Body!.InnerHtml);
        if (again.Body!.InnerHtml != document.Body.InnerHtml)
        {
            yield return Unsettled;
        }

        foreach (var element in document.All.Where(element => element.LocalName is not ("html" or "head" or "body")))
        {
            if (ForbiddenElements.Contains(element.LocalName) || element.NamespaceUri != "http://www.w3.org/1999/xhtml")
            {
                yield return $"<{element.LocalName}>";
            }

            foreach (var attribute in element.Attributes)
            {
                if (ForbiddenAttributes.Contains(attribute.Name) || attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Name.Contains(':', StringComparison.Ordinal))
                {
                    yield return $"{attribute.Name}=";
                }

                var addresses = attribute.Name is "srcset" ? attribute.Value.Split(", ").Select(candidate => candidate.Split(' ')[0])
                    : AddressAttributes.Contains(attribute.Name) ? [attribute.Value] : [];
                foreach (var address in addresses.Where(address => !IsHarmless(address)))
                {
                    yield return $"{attribute.Name}={address}";
                }
            }
        }
    }

    /// <summary>Whether an address is absolute, of a scheme that does nothing.</summary>
    public static bool IsHarmless(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https" or "mailto";
}
