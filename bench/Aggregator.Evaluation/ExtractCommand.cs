using System.IO.Compression;
using System.Text.Json.Nodes;
using Aggregator.Content.Extraction;

namespace Aggregator.Evaluation;

/// <summary>{"id","url","path"} in, path absolute or relative to the input file, ".gz" unpacked; {"id","title","author","date","body"} out, with kind, verdict and reasons.</summary>
internal sealed class ExtractCommand : IEvaluation
{
    private static readonly Uri Nowhere = new("http://page.invalid/");

    public JsonObject Evaluate(JsonObject line, string folder)
    {
        var address = Uri.TryCreate((string?)line["url"], UriKind.Absolute, out var stated) && stated.Scheme is "http" or "https" ? stated : Nowhere;
        var article = ArticleExtractor.Extract(Read(Path.Combine(folder, (string)line["path"]!)), new PageContext(address), CancellationToken.None);
        return new JsonObject
        {
            ["id"] = line["id"]!.DeepClone(),
            ["title"] = article.Title,
            ["author"] = string.Join("; ", article.Authors),
            ["date"] = article.Published?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["body"] = article.BodyText,
            ["kind"] = article.Kind.ToString(),
            ["verdict"] = article.Verdict.ToString(),
            ["reasons"] = new JsonArray([.. article.Reasons.Select(reason => (JsonNode)reason)]),
        };
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
