using System.Globalization;
using System.Text.Json.Nodes;
using Aggregator.Content.Parsing;
using Aggregator.Content.Sanitizing;
using Aggregator.Model.Feeds;

namespace Aggregator.Evaluation;

/// <summary>
/// {"id","file","content_type","base_url"} in; {"id","feed":{...}} or {"id","error"} out. HTML passes the cleaner, as everything does that the
/// service stores or shows; or, where <paramref name="cleans"/> is false, is given as the parser hands it on.
/// </summary>
internal sealed class ParseCommand(bool cleans) : IEvaluation
{
    public JsonObject Evaluate(JsonObject line, string folder)
    {
        var id = (string)line["id"]!;
        var bytes = File.ReadAllBytes(Path.Combine(folder, (string)line["file"]!));
        var headers = (line["headers"] as JsonObject)?.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value?.ToString()) ?? [];
        var address = Uri.TryCreate((string?)line["base_url"], UriKind.Absolute, out var given) ? given : new Uri("http://feed.example/feed");
        if (headers.TryGetValue("content-location", out var location) && Uri.TryCreate(address, location, out var located))
        {
            address = located;
        }

        var context = new FeedDocument(address, (string?)line["content_type"] ?? headers.GetValueOrDefault("content-type")) { ContentLanguage = headers.GetValueOrDefault("content-language") };
        var feed = FeedParser.Parse(bytes, context);
        return feed.Format is null
            ? new JsonObject { ["id"] = id, ["error"] = string.Join("; ", feed.Problems) }
            : new JsonObject { ["id"] = id, ["feed"] = Write(feed, address) };
    }

    private JsonObject Write(ParsedFeed feed, Uri address)
    {
        var answer = new JsonObject { ["format"] = feed.Format };
        Put(answer, "title", feed.Title);
        Put(answer, "title_html", Clean(feed.TitleHtml, address));
        Put(answer, "link", feed.Site?.OriginalString);
        Put(answer, "id", feed.Id);
        Put(answer, "description", Clean(feed.DescriptionHtml, address));
        Put(answer, "language", feed.Language);
        Put(answer, "rights", feed.Rights);
        Put(answer, "rights_html", Clean(feed.RightsHtml, address));
        Put(answer, "generator", feed.Generator);
        Put(answer, "image", feed.Image?.OriginalString);
        Put(answer, "logo", feed.Image?.OriginalString);
        Put(answer, "icon", feed.Icon?.OriginalString);
        Put(answer, "published", Instant(feed.Published));
        Put(answer, "updated", Instant(feed.Updated));
        Put(answer, "explicit", feed.Explicit);
        Put(answer, "ttl", feed.Wishes.MinimumInterval?.TotalMinutes.ToString(CultureInfo.InvariantCulture));
        answer["authors"] = Persons(feed.Authors);
        answer["contributors"] = Persons(feed.Contributors);
        answer["categories"] = Array(feed.Categories.Select(category => JsonValue.Create(category.Term)));
        answer["links"] = Links(feed.Links);
        answer["entries"] = Array(feed.Entries.Select(entry => Write(entry, feed, address)));
        return answer;
    }

    private JsonObject Write(FeedEntry entry, ParsedFeed feed, Uri address)
    {
        var answer = new JsonObject();
        Put(answer, "title", entry.Title);
        Put(answer, "title_html", Clean(entry.TitleHtml, address));
        Put(answer, "link", entry.Link?.OriginalString);
        Put(answer, "id", entry.Id);
        Put(answer, "summary", Clean(entry.SummaryHtml, address));
        Put(answer, "content", Clean(entry.ContentHtml, address));
        Put(answer, "published", Instant(entry.Published));
        Put(answer, "updated", Instant(entry.Updated));
        Put(answer, "comments", entry.Comments?.OriginalString);
        Put(answer, "image", entry.Image?.OriginalString);
        Put(answer, "language", entry.Language ?? feed.Language);
        Put(answer, "rights", entry.Rights);
        Put(answer, "rights_html", Clean(entry.RightsHtml, address));
        Put(answer, "explicit", entry.Explicit);
        Put(answer, "duration", entry.Duration?.ToString(entry.Duration < TimeSpan.FromHours(1) ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture));
        Put(answer, "source", entry.Origin is { } origin ? Write(origin, address) : null);
        answer["authors"] = Persons(entry.Persons);
        answer["contributors"] = Persons(entry.Contributors);
        answer["categories"] = Array(entry.CategoryTerms.Count > 0 ? entry.CategoryTerms.Select(category => JsonValue.Create(category.Term)) : entry.Categories.Select(category => JsonValue.Create(category)));
        answer["links"] = Links(entry.Links);
        answer["enclosures"] = Array(entry.Enclosures.Select(file => new JsonObject { ["url"] = file.Address.OriginalString, ["type"] = file.MediaType, ["length"] = file.Length }));
        answer["thumbnails"] = Array(entry.Thumbnails.Select(image => new JsonObject { ["url"] = image.OriginalString }));
        return answer;
    }

    private JsonObject Write(FeedOrigin origin, Uri address)
    {
        var answer = new JsonObject();
        Put(answer, "title", origin.Title);
        Put(answer, "title_html", Clean(origin.TitleHtml, address));
        Put(answer, "link", origin.Link?.OriginalString);
        Put(answer, "id", origin.Id);
        Put(answer, "updated", Instant(origin.Updated));
        Put(answer, "rights", origin.Rights);
        Put(answer, "rights_html", Clean(origin.RightsHtml, address));
        Put(answer, "description", Clean(origin.DescriptionHtml, address));
        answer["authors"] = Persons(origin.Authors);
        answer["contributors"] = Persons(origin.Contributors);
        answer["categories"] = Array(origin.Categories.Select(category => JsonValue.Create(category.Term)));
        answer["links"] = Links(origin.Links);
        return answer;
    }

    private static JsonArray Persons(IEnumerable<FeedPerson> persons) =>
        Array(persons.Select(person => new JsonObject { ["name"] = person.Name, ["email"] = person.Email, ["url"] = person.Address?.OriginalString }));

    private static JsonArray Links(IEnumerable<FeedLink> links) => Array(links.Select(link => new JsonObject
    {
        ["url"] = link.Address.OriginalString,
        ["rel"] = link.Relation,
        ["type"] = link.MediaType,
        ["title"] = link.Title,
        ["hreflang"] = link.Language,
        ["length"] = link.Length,
    }));

    private static JsonArray Array(IEnumerable<JsonNode?> nodes) => new([.. nodes]);

    private string? Clean(string? html, Uri address) => html is null || !cleans ? html : HtmlCleaner.Clean(html, address);

    private static string? Instant(DateTimeOffset? instant) => instant?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Put(JsonObject answer, string name, JsonNode? value)
    {
        if (value is not null)
        {
            answer[name] = value;
        }
    }
}
