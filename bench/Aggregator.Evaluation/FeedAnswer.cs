using System.Globalization;
using System.Text.Json.Nodes;
using Aggregator.Model.Feeds;

namespace Aggregator.Evaluation;

/// <summary>Writes a parsed feed as the parsing yardstick wants to see it.</summary>
/// <param name="finish">What happens to every piece of HTML before it is shown.</param>
internal sealed class FeedAnswer(Func<string, string> finish)
{
    public JsonObject Write(ParsedFeed feed)
    {
        var answer = new JsonObject { ["format"] = feed.Format };
        Put(answer, "title", feed.Title);
        Put(answer, "title_html", Html(feed.TitleHtml));
        Put(answer, "link", feed.Site?.OriginalString);
        Put(answer, "id", feed.Id);
        Put(answer, "description", Html(feed.DescriptionHtml));
        Put(answer, "language", feed.Language);
        Put(answer, "rights", feed.Rights);
        Put(answer, "rights_html", Html(feed.RightsHtml));
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
        answer["entries"] = Array(feed.Entries.Select(entry => Write(entry, feed)));
        return answer;
    }

    private JsonObject Write(FeedEntry entry, ParsedFeed feed)
    {
        var answer = new JsonObject();
        Put(answer, "title", entry.Title);
        Put(answer, "title_html", Html(entry.TitleHtml));
        Put(answer, "link", entry.Link?.OriginalString);
        Put(answer, "id", entry.Id);
        Put(answer, "summary", Html(entry.SummaryHtml));
        Put(answer, "content", Html(entry.ContentHtml));
        Put(answer, "published", Instant(entry.Published));
        Put(answer, "updated", Instant(entry.Updated));
        Put(answer, "comments", entry.Comments?.OriginalString);
        Put(answer, "image", entry.Image?.OriginalString);
        Put(answer, "language", entry.Language ?? feed.Language);
        Put(answer, "rights", entry.Rights);
        Put(answer, "rights_html", Html(entry.RightsHtml));
        Put(answer, "explicit", entry.Explicit);
        Put(answer, "duration", entry.Duration?.ToString(entry.Duration < TimeSpan.FromHours(1) ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture));
        Put(answer, "source", entry.Origin is { } origin ? Write(origin) : null);
        answer["authors"] = Persons(entry.Persons);
        answer["contributors"] = Persons(entry.Contributors);
        answer["categories"] = Array(entry.CategoryTerms.Count > 0 ? entry.CategoryTerms.Select(category => JsonValue.Create(category.Term)) : entry.Categories.Select(category => JsonValue.Create(category)));
        answer["links"] = Links(entry.Links);
        answer["enclosures"] = Array(entry.Enclosures.Select(file => new JsonObject { ["url"] = file.Address.OriginalString, ["type"] = file.MediaType, ["length"] = file.Length }));
        answer["thumbnails"] = Array(entry.Thumbnails.Select(image => new JsonObject { ["url"] = image.OriginalString }));
        return answer;
    }

    private JsonObject Write(FeedOrigin origin)
    {
        var answer = new JsonObject();
        Put(answer, "title", origin.Title);
        Put(answer, "title_html", Html(origin.TitleHtml));
        Put(answer, "link", origin.Link?.OriginalString);
        Put(answer, "id", origin.Id);
        Put(answer, "updated", Instant(origin.Updated));
        Put(answer, "generator", origin.Generator);
        Put(answer, "logo", origin.Image?.OriginalString);
        Put(answer, "icon", origin.Icon?.OriginalString);
        Put(answer, "rights", origin.Rights);
        Put(answer, "rights_html", Html(origin.RightsHtml));
        Put(answer, "description", Html(origin.DescriptionHtml));
        answer["authors"] = Persons(origin.Authors);
        answer["contributors"] = Persons(origin.Contributors);
        answer["categories"] = Array(origin.Categories.Select(category => JsonValue.Create(category.Term)));
        answer["links"] = Links(origin.Links);
        return answer;
    }

    /// <summary>A person without a name goes by the mail address, as in <see cref="FeedEntry.Authors"/>.</summary>
    private static JsonArray Persons(IEnumerable<FeedPerson> persons) =>
        Array(persons.Select(person => new JsonObject { ["name"] = person.Name ?? person.Email, ["email"] = person.Email, ["url"] = person.Address?.OriginalString }));

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

    private string? Html(string? html) => html is null ? null : finish(html);

    private static string? Instant(DateTimeOffset? instant) => instant?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Put(JsonObject answer, string name, JsonNode? value)
    {
        if (value is not null)
        {
            answer[name] = value;
        }
    }
}
