using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Aggregator.Content.Publishing.Json;

/// <summary>JSON Feed 1.1. What the format has no place for is under "_aggregator": the cluster, the source, the other reports.</summary>
public sealed class JsonFeedWriter : IFeedWriter
{
    // Angle brackets stay escaped, so that the document is harmless even where somebody pastes it into a page.
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <inheritdoc/>
    public string Extension => "json";

    /// <inheritdoc/>
    public string MediaType => "application/feed+json; charset=utf-8";

    /// <inheritdoc/>
    public byte[] Write(PublishedFeed feed)
    {
        ArgumentNullException.ThrowIfNull(feed);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("version", "https://jsonfeed.org/version/1.1");
            json.WriteString("title", EntryContent.LineOr(feed.Title, feed.Alternate.Host));
            json.WriteString("home_page_url", WrittenAddress.Of(feed.Alternate));
            json.WriteString("feed_url", WrittenAddress.Of(feed.Self));
            if (feed.Links.FirstOrDefault(link => link.Relation == "next") is { } next)
            {
                json.WriteString("next_url", WrittenAddress.Of(next.Address));
            }

            if (EntryContent.Line(feed.Subtitle, int.MaxValue) is { Length: > 0 } subtitle)
            {
                json.WriteString("description", subtitle);
            }

            if (feed.Hub is not null)
            {
                json.WriteStartArray("hubs");
                json.WriteStartObject();
                json.WriteString("type", "WebSub");
                json.WriteString("url", WrittenAddress.Of(feed.Hub));
                json.WriteEndObject();
                json.WriteEndArray();
            }

            json.WriteStartArray("items");
            foreach (var entry in feed.Entries)
            {
                WriteItem(json, new EntryContent(feed, entry));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>One entry of a feed as an item of JSON Feed, in one line of UTF-8.</summary>
    public static byte[] WriteItem(PublishedFeed feed, PublishedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(feed);
        ArgumentNullException.ThrowIfNull(entry);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options with { Indented = false }))
        {
            WriteItem(json, new EntryContent(feed, entry));
        }

        return bytes.ToArray();
    }

    private static void WriteItem(Utf8JsonWriter json, EntryContent entry)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.Id);
        json.WriteString("url", WrittenAddress.Of(entry.Lead.Link));
        json.WriteString("title", entry.Title);
        json.WriteString("content_html", entry.Html);
        if (entry.Summary.Length > 0)
        {
            json.WriteString("summary", entry.Summary);
        }

        if (entry.Image is not null)
        {
            json.WriteString("image", WrittenAddress.Of(entry.Image));
        }

        json.WriteString("date_published", EntryContent.Rfc3339(entry.Published));
        json.WriteString("date_modified", EntryContent.Rfc3339(entry.Updated));
        json.WriteStartArray("authors");
        foreach (var author in entry.Authors.DefaultIfEmpty(entry.SourceName))
        {
            json.WriteStartObject();
            json.WriteString("name", author);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("tags");
        foreach (var tag in entry.Topics.Concat(entry.Entities).Select(tag => tag.Label).Distinct(StringComparer.Ordinal))
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        if (entry.Language is not null)
        {
            json.WriteString("language", entry.Language);
        }

        WriteAttachments(json, entry);
        WriteExtension(json, entry);
        json.WriteEndObject();
    }

    private static void WriteAttachments(Utf8JsonWriter json, EntryContent entry)
    {
        if (entry.Enclosures.Count == 0)
        {
            return;
        }

        json.WriteStartArray("attachments");
        foreach (var file in entry.Enclosures)
        {
            json.WriteStartObject();
            json.WriteString("url", WrittenAddress.Of(file.Address));
            json.WriteString("mime_type", file.MediaType);
            if (file.Length > 0)
            {
                json.WriteNumber("size_in_bytes", file.Length);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteExtension(Utf8JsonWriter json, EntryContent entry)
    {
        json.WriteStartObject("_aggregator");
        json.WriteString("cluster", entry.Lead.Cluster.Value);
        json.WriteStartObject("source");
        json.WriteString("title", entry.SourceName);
        json.WriteString("url", WrittenAddress.Of(entry.SourceAddress ?? entry.Site));
        json.WriteEndObject();
        if (entry.Comments is not null)
        {
            json.WriteString("comments", WrittenAddress.Of(entry.Comments));
        }

        json.WriteStartArray("also_reported_by");
        foreach (var other in entry.Others)
        {
            json.WriteStartObject();
            json.WriteString("title", other.Title);
            json.WriteString("url", WrittenAddress.Of(other.Address));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
