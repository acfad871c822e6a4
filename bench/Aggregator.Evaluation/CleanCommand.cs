using System.Text.Json.Nodes;
using Aggregator.Content.Sanitizing;
using AngleSharp.Html.Parser;

namespace Aggregator.Evaluation;

/// <summary>
/// {"id","html","base"} in; {"id","html","text","milliseconds","faults"} out, the time being the processor's. The result is read by a real HTML5 parser, and each thing in it that
/// no cleaner may let through is named among the faults; so is a result that changes when it is cleaned or read again.
/// </summary>
internal sealed class CleanCommand : IEvaluation
{
    private static readonly HashSet<string> ForbiddenElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "select", "textarea", "base", "meta",
        "link", "svg", "math", "template", "noscript",
    };

    private static readonly HashSet<string> ForbiddenAttributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "style", "srcdoc", "formaction", "ping", "id", "name", "class",
    };

    private static readonly HashSet<string> AddressAttributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "href", "src", "poster", "cite", "data", "action", "background", "xlink:href", "longdesc", "usemap", "lowsrc", "dynsrc",
    };

    public JsonObject Evaluate(JsonObject line, string folder)
    {
        var address = Uri.TryCreate((string?)line["base"], UriKind.Absolute, out var stated) ? stated : new Uri("https://page.example/article");
        var html = (string)line["html"]!;
        var before = Environment.CpuUsage.TotalTime;
        var clean = HtmlCleaner.Clean(html, address);
        var spent = Environment.CpuUsage.TotalTime - before;
        return new JsonObject
        {
            ["id"] = line["id"]!.DeepClone(),
            ["html"] = clean,
            ["text"] = PlainText.FromHtml(clean),
            ["milliseconds"] = Math.Round(spent.TotalMilliseconds, 1),
            ["faults"] = new JsonArray([.. Faults(clean, address).Distinct().Select(fault => (JsonNode)fault)]),
        };
    }

    private static IEnumerable<string> Faults(string clean, Uri address)
    {
        if (HtmlCleaner.Clean(clean, address) != clean)
        {
            yield return "cleaning again changes it";
        }

        using var document = new HtmlParser().ParseDocument("<!doctype html><body>" + clean);
        if (new HtmlParser().ParseDocument("<!doctype html><body>" + document.Body!.InnerHtml).Body!.InnerHtml != document.Body.InnerHtml)
        {
            yield return "reading again changes it";
        }

        foreach (var element in document.All.Where(element => element.LocalName is not ("html" or "head" or "body")))
        {
            if (ForbiddenElements.Contains(element.LocalName))
            {
                yield return $"<{element.LocalName}>";
            }

            foreach (var attribute in element.Attributes)
            {
                if (ForbiddenAttributes.Contains(attribute.Name) || attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
                {
                    yield return $"{attribute.Name}=";
                }

                if (AddressAttributes.Contains(attribute.Name) && !IsHarmless(attribute.Value))
                {
                    yield return $"{attribute.Name}={attribute.Value}";
                }
            }
        }
    }

    private static bool IsHarmless(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https" or "mailto";
}
