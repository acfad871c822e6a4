using System.Text.Json;
using System.Text.Json.Nodes;
using Aggregator.Content.Parsing.Dates;
using Aggregator.Content.Parsing.Text;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing.Formats.JsonFeed;

/// <summary>Reads JSON Feed 1.0 and 1.1 (jsonfeed.org). A member of the wrong kind counts as absent.</summary>
internal static class JsonFeedReader
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    public static ParsedFeed? Read(string text, FeedDocument context, ProblemList problems)
    {
        JsonObject root;
        try
        {
            if (JsonNode.Parse(text, documentOptions: Lenient) is not JsonObject parsed || parsed["items"] is not JsonArray)
            {
                return null;
            }

            root = parsed;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            problems.Add("the JSON is broken");
            return null;
        }

        var version = Text(root, "version") ?? "";
        return new ParsedFeed
        {
            Format = version.EndsWith("1.1", StringComparison.Ordinal) ? "json1.1" : "json1",
            Title = PlainText.FromText(Text(root, "title")),
            Site = Addresses.Resolve(Text(root, "home_page_url"), context.Address),
            DescriptionHtml = Text(root, "description") is { } description ? InlineMarkup.Escape(description) : null,
            Language = Text(root, "language"),
            Image = Addresses.Resolve(Text(root, "icon"), context.Address),
            Icon = Addresses.Resolve(Text(root, "favicon"), context.Address),
            Authors = Persons(root, context.Address),
            Entries = [.. root["items"]!.AsArray().OfType<JsonObject>().Select(item => ReadItem(item, Persons(root, context.Address), context.Address))],
        };
    }

    private static FeedEntry ReadItem(JsonObject item, IReadOnlyList<FeedPerson> feedAuthors, Uri address)
    {
        var persons = Persons(item, address);
        persons = persons.Count > 0 ? persons : feedAuthors;
        var link = Addresses.Resolve(Text(item, "url") ?? Text(item, "external_url"), address);
        var baseAddress = link ?? address;
        var content = Text(item, "content_html") is { } html ? HtmlLinks.MakeAbsolute(html, baseAddress)
            : Text(item, "content_text") is { } plain ? InlineMarkup.Escape(plain) : null;
        return new FeedEntry
        {
            Key = "",
            Fingerprint = "",
            Id = Text(item, "id"),
            Link = link,
            Title = PlainText.FromText(Text(item, "title")),
            Persons = persons,
            Authors = [.. persons.Select(person => person.Name).OfType<string>()],
            Published = FeedDate.Read(Text(item, "date_published")),
            Updated = FeedDate.Read(Text(item, "date_modified")),
            SummaryHtml = Text(item, "summary") is { } summary ? InlineMarkup.Escape(summary) : null,
            ContentHtml = content,
            Categories = item["tags"] is JsonArray tags ? [.. tags.Select(Value).OfType<string>()] : [],
            Enclosures = item["attachments"] is JsonArray files ? [.. files.OfType<JsonObject>().Select(file => Attachment(file, address)).OfType<Enclosure>()] : [],
            Image = Addresses.Resolve(Text(item, "image") ?? Text(item, "banner_image"), address),
            Language = Text(item, "language"),
        };
    }

    private static Enclosure? Attachment(JsonObject file, Uri address) => Addresses.Resolve(Text(file, "url"), address) is { } url
        ? new Enclosure(url, Text(file, "mime_type"), file["size_in_bytes"] is JsonValue size && size.TryGetValue<long>(out var length) ? length : null)
        : null;

    private static IReadOnlyList<FeedPerson> Persons(JsonObject owner, Uri address)
    {
        var listed = owner["authors"] is JsonArray authors ? authors.OfType<JsonObject>() : owner["author"] is JsonObject single ? [single] : [];
        return [.. listed.Select(author => new FeedPerson(PlainText.FromText(Text(author, "name")), null, Addresses.Resolve(Text(author, "url"), address)))
            .Where(person => person.Name is not null || person.Address is not null)];
    }

    private static string? Text(JsonObject owner, string name) => Value(owner[name]);

    private static string? Value(JsonNode? node) => node is not JsonValue value ? null
        : value.TryGetValue<string>(out var text) ? string.IsNullOrWhiteSpace(text) ? null : text
        : value.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : null;
}
