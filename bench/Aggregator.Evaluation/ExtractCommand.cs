using System.IO.Compression;
using System.Text.Json.Nodes;
using Aggregator.Content.Extraction;
using Aggregator.Content.Extraction.Sites;
using Aggregator.Model.Articles;

namespace Aggregator.Evaluation;

/// <summary>{"id","url","path"} in, path absolute or relative to the input file, ".gz" unpacked; {"id","title","author","date","body"} out, with next page, kind, verdict and reasons.</summary>
/// <param name="sites">What the pages' sites taught. Null: every page is read as the first of its site.</param>
internal sealed class ExtractCommand(SitePages? sites = null) : IEvaluation
{
    private static readonly Uri Nowhere = new("http://page.invalid/");

    public JsonObject Evaluate(JsonObject line, string folder)
    {
        var article = Extract(line, folder, sites?.WithoutOwn(line) ?? SiteFurniture.Empty);
        return new JsonObject
        {
            ["id"] = line["id"]!.DeepClone(),
            ["title"] = article.Title,
            ["author"] = string.Join("; ", article.Authors),
            ["date"] = article.Published?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["body"] = article.BodyText,
            ["next"] = article.NextPage?.AbsoluteUri,
            ["kind"] = article.Kind.ToString(),
            ["verdict"] = article.Verdict.ToString(),
            ["reasons"] = new JsonArray([.. article.Reasons.Select(reason => (JsonNode)reason)]),
        };
    }

    public static Article Extract(JsonObject line, string folder, SiteFurniture site)
    {
        var address = Uri.TryCreate((string?)line["url"], UriKind.Absolute, out var stated) && stated.Scheme is "http" or "https" ? stated : Nowhere;
        return ArticleExtractor.Extract(Read(Path.Combine(folder, (string)line["path"]!)), new PageContext(address) { Site = site }, CancellationToken.None);
    }

    private static byte[] Read(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            return File.ReadAllBytes(path);
        }

        using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var page = new MemoryStream();
        packed.CopyTo(page);
        return page.ToArray();
    }
}
