using System.Text.Json.Nodes;
using Aggregator.Content.Sanitizing;
using Aggregator.Content.Tests.Sanitizing;

namespace Aggregator.Evaluation;

/// <summary>
/// {"id","html","base"} in; {"id","html","text","milliseconds","faults"} out, the time being the processor's. The result is read by a real HTML5 parser, and each thing in it that
/// no cleaner may let through is named among the faults; so is a result that changes when it is cleaned or read again.
/// </summary>
internal sealed class CleanCommand : IEvaluation
{
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

    private static IEnumerable<string> Faults(string clean, Uri address) =>
        HtmlCleaner.Clean(clean, address) == clean ? LiveMarkup.In(clean) : LiveMarkup.In(clean).Prepend("cleaning again changes it");
}
