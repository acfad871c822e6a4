using System.Text.Json.Nodes;
using Aggregator.Content.Extraction.Sites;
using Aggregator.Model.Articles;

namespace Aggregator.Evaluation;

/// <summary>
/// The prints of all pages of a file by host, learned in a first pass, so that each page can then be read with what the others of its host
/// teach and never with what it teaches itself: the extractor passes over a page's own print.
/// </summary>
internal sealed class SitePages
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, List<(string Id, PagePrint Print)>> _hosts = new(StringComparer.OrdinalIgnoreCase);

    public void Learn(JsonObject line, Article article)
    {
        if (HostOf(line) is { } host && article.Print is { } print)
        {
            if (!_hosts.TryGetValue(host, out var pages))
            {
                _hosts[host] = pages = [];
            }

            pages.Add((line["id"]!.ToString(), print));
        }
    }

    /// <summary>What the pages nearest in the file taught, this one left out.</summary>
    public SiteFurniture WithoutOwn(JsonObject line)
    {
        var site = SiteFurniture.Empty;
        if (HostOf(line) is { } host && _hosts.TryGetValue(host, out var pages))
        {
            var id = line["id"]!.ToString();
            var own = pages.FindIndex(page => page.Id == id);
            foreach (var (page, distance) in pages.Select((page, index) => (page, Math.Abs(index - own))).OrderByDescending(near => near.Item2))
            {
                site = page.Id == id ? site : site.With(page.Print, Start.AddMinutes(-distance));
            }
        }

        return site;
    }

    private static string? HostOf(JsonObject line) =>
        Uri.TryCreate((string?)line["url"], UriKind.Absolute, out var address) && address.Host.Length > 0
            ? address.Host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? address.Host[4..] : address.Host
            : null;
}

/// <summary>The first pass: what every page teaches.</summary>
internal sealed class LearnPass(SitePages sites) : IEvaluation
{
    public JsonObject Evaluate(JsonObject line, string folder)
    {
        sites.Learn(line, ExtractCommand.Extract(line, folder, SiteFurniture.Empty));
        return new JsonObject { ["id"] = line["id"]!.DeepClone() };
    }
}
