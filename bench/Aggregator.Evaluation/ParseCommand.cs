using System.Text.Json.Nodes;
using Aggregator.Content.Parsing;
using Aggregator.Content.Sanitizing;

namespace Aggregator.Evaluation;

/// <summary>
/// {"id","file","content_type","base_url","tier"} in; {"id","feed":{...}} or {"id","error"} out. The tiers "core" and "extended" ask what
/// the parser reads, and get its HTML as it hands it on; every other line gets HTML that has passed the cleaner, as the service shows it.
/// </summary>
internal sealed class ParseCommand : IEvaluation
{
    /// <summary>Stands in where the cleaner needs an address and none is known.</summary>
    private static readonly Uri Nowhere = new("http://feed.example/feed");

    public JsonObject Evaluate(JsonObject line, string folder)
    {
        var id = (string)line["id"]!;
        var bytes = File.ReadAllBytes(Path.Combine(folder, (string)line["file"]!));
        var headers = (line["headers"] as JsonObject)?.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value?.ToString()) ?? [];
        var address = Uri.TryCreate((string?)line["base_url"], UriKind.Absolute, out var given) ? given : null;
        var context = new FeedDocument(address, (string?)line["content_type"] ?? headers.GetValueOrDefault("content-type")) { ContentLanguage = headers.GetValueOrDefault("content-language") };
        var feed = FeedParser.Parse(bytes, context);
        if (feed.Format is null)
        {
            return new JsonObject { ["id"] = id, ["error"] = string.Join("; ", feed.Problems) };
        }

        var asRead = (string?)line["tier"] is "core" or "extended";
        var answer = new FeedAnswer(html => asRead ? html : HtmlCleaner.Clean(html, address ?? Nowhere));
        return new JsonObject { ["id"] = id, ["feed"] = answer.Write(feed) };
    }
}
