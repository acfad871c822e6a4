using System.Text.Json;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>JSON Feed 1.1 (jsonfeed.org/version/1.1).</summary>
internal sealed class JsonFeedChecks(Findings findings, DateTimeOffset now)
{
    private static readonly HashSet<string> OfFeed =
        ["version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon", "authors", "language", "expired", "hubs", "items"];

    private static readonly HashSet<string> OfItem =
    [
        "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image", "date_published", "date_modified", "authors", "tags",
        "language", "attachments",
    ];

    private readonly ValueChecks _values = new(findings, now);

    public void Check(byte[] document, Uri self)
    {
        JsonElement feed;
        try
        {
            feed = JsonDocument.Parse(document).RootElement;
        }
        catch (JsonException fault)
        {
            findings.Unless(false, "NotJson", "document", fault.Message);
            return;
        }

        Names(feed, OfFeed, "feed");
        findings.Unless(Text(feed, "version", "feed") == "https://jsonfeed.org/version/1.1", "WrongVersion", "feed/version");
        findings.Unless(Text(feed, "title", "feed")?.Trim().Length > 0, "Missing", "feed/title");
        findings.Unless(Text(feed, "feed_url", "feed") is { } own && Uri.TryCreate(own, UriKind.Absolute, out var told) && told.IdnHost == self.IdnHost, "WrongSelf", "feed/feed_url");
        Addresses(feed, "feed", "home_page_url", "feed_url", "next_url", "icon", "favicon");
        Language(feed, "feed");
        foreach (var hub in List(feed, "hubs", "feed"))
        {
            findings.Unless(Text(hub, "type", "hub")?.Length > 0 && Text(hub, "url", "hub") is not null, "Missing", "hub");
            Addresses(hub, "hub", "url");
        }

        findings.Unless(feed.TryGetProperty("items", out _), "Missing", "feed/items");
        var items = List(feed, "items", "feed");
        items.ForEach(Item);
        var ids = items.Select(item => Text(item, "id", "item")).ToList();
        findings.Unless(ids.Distinct().Count() == ids.Count, "Duplicate", "item/id");
    }

    private void Item(JsonElement item)
    {
        Names(item, OfItem, "item");
        findings.Unless(Text(item, "id", "item")?.Length > 0, "Missing", "item/id");
        findings.Unless(Text(item, "content_html", "item") is not null || Text(item, "content_text", "item") is not null, "Missing", "item/content");
        _values.Html(Text(item, "content_html", "item") ?? "", "item/content_html");
        Addresses(item, "item", "url", "external_url", "image", "banner_image");
        foreach (var date in (string[])["date_published", "date_modified"])
        {
            if (item.TryGetProperty(date, out var value))
            {
                _values.Rfc3339(value.GetString(), $"item/{date}");
            }
        }

        Language(item, "item");
        foreach (var author in List(item, "authors", "item"))
        {
            Names(author, ["name", "url", "avatar"], "author");
            findings.Unless(author.EnumerateObject().Any(), "Missing", "author");
            findings.Unless(Text(author, "name", "author")?.Trim().Length > 0, "Missing", "author/name");
        }

        foreach (var tag in List(item, "tags", "item"))
        {
            findings.Unless(tag.ValueKind == JsonValueKind.String && tag.GetString()!.Trim().Length > 0, "WrongType", "item/tags");
        }

        foreach (var file in List(item, "attachments", "item"))
        {
            Names(file, ["url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"], "attachment");
            findings.Unless(file.TryGetProperty("url", out _), "Missing", "attachment/url");
            Addresses(file, "attachment", "url");
            _values.MediaType(Text(file, "mime_type", "attachment"), "attachment/mime_type");
            findings.Unless(!file.TryGetProperty("size_in_bytes", out var size) || (size.ValueKind == JsonValueKind.Number && size.GetInt64() > 0), "WrongType", "attachment/size_in_bytes");
        }
    }

    /// <summary>Names that the format has, each once; others begin with an underscore.</summary>
    private void Names(JsonElement thing, HashSet<string> known, string where)
    {
        var names = thing.EnumerateObject().Select(property => property.Name).ToList();
        findings.Unless(names.Distinct().Count() == names.Count, "Duplicate", where);
        foreach (var name in names)
        {
            findings.Unless(known.Contains(name) || (name.Length > 1 && name[0] == '_' && !name.Contains('.', StringComparison.Ordinal)), "Unknown", $"{where}/{name}");
        }
    }

    private void Addresses(JsonElement thing, string where, params string[] names)
    {
        foreach (var name in names)
        {
            if (thing.TryGetProperty(name, out var value))
            {
                _values.Address(value.GetString(), $"{where}/{name}");
            }
        }
    }

    private void Language(JsonElement thing, string where)
    {
        if (Text(thing, "language", where) is { } language)
        {
            _values.Language(language, where);
        }
    }

    private string? Text(JsonElement thing, string name, string where)
    {
        if (!thing.TryGetProperty(name, out var value))
        {
            return null;
        }

        findings.Unless(value.ValueKind == JsonValueKind.String, "WrongType", $"{where}/{name}");
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        findings.Unless(!text.Any(c => c is '\uFFFD' or (>= '\u007F' and <= '\u009F') or (< ' ' and not '\n' and not '\t')), "BadCharacters", $"{where}/{name}", text);
        return text;
    }

    private List<JsonElement> List(JsonElement thing, string name, string where)
    {
        if (!thing.TryGetProperty(name, out var list))
        {
            return [];
        }

        findings.Unless(list.ValueKind == JsonValueKind.Array, "WrongType", $"{where}/{name}");
        return list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];
    }
}
