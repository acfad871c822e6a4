using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Aggregator.Content.Parsing;
using Aggregator.Content.Publishing;
using Aggregator.Content.Tests.Sanitizing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Polling;

namespace Aggregator.Evaluation;

/// <summary>
/// {"id","html"} or {"id","file"} in: markup, which is put into every place of feeds of each format, or a feed itself. It goes the whole way: parsed, made into stories, written in all formats.
/// {"id","stories","text","faults","documents"} out: each document is parsed again, and whatever in it a reader would show as HTML, or follow, is looked at; what is live in there is named among the faults.
/// </summary>
internal sealed class PublishCommand : IEvaluation
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FeedSource Source = new() { Address = new Uri("https://feeds.example/feed"), Title = "A source" };
    private static readonly string[] Links = ["href", "url", "src", "uri"];

    /// <summary>Elements whose text readers show as HTML: by the formats, by custom, or by guessing.</summary>
    private static readonly string[] ShownAsHtml = ["title", "description", "encoded", "summary", "subtitle", "content", "name", "creator", "subject", "source", "category"];

    public JsonObject Evaluate(JsonObject line, string folder)
    {
        IEnumerable<byte[]> documents = line["file"] is { } file ? [File.ReadAllBytes(Path.Combine(folder, (string)file!))] : FeedsAround((string)line["html"]!);
        var faults = new List<string>();
        var texts = new StringBuilder();
        var written = new JsonObject();
        var stories = 0;
        foreach (var document in documents)
        {
            var feed = FeedParser.Parse(document, new FeedDocument(Source.Address, null));
            List<Story> made = [.. feed.Entries.Select(entry => StoryComposer.Compose(Source, feed, entry, ArticlePage.NotWanted, Now))];
            stories += made.Count;
            foreach (var story in made)
            {
                texts.Append(story.Title).Append('\n').Append(story.Body?.Text).Append('\n');
            }

            var published = Published(made);
            foreach (var format in PublishedFormats.All)
            {
                var bytes = format.Write(published);
                written[format.Extension] = Encoding.UTF8.GetString(bytes);
                faults.AddRange((format.Extension == "json" ? InJson(bytes) : InXml(bytes)).Select(fault => $"{format.Extension}: {fault}"));
            }
        }

        return new JsonObject
        {
            ["id"] = line["id"]!.DeepClone(),
            ["stories"] = stories,
            ["text"] = texts.ToString(),
            ["faults"] = new JsonArray([.. faults.Distinct().Select(fault => (JsonNode)fault)]),
            ["documents"] = written,
        };
    }

    private static PublishedFeed Published(List<Story> stories) => new()
    {
        Title = "All",
        Key = "all",
        Self = new Uri("https://news.example/feed"),
        Alternate = new Uri("https://news.example/"),
        Updated = Now,
        TagAuthority = "news.example,2026",
        TopicScheme = new Uri("https://news.example/topics/"),
        Entries = [.. stories.Select(story => new PublishedEntry(story with { Category = "c" }, [story with { Title = story.Title + " again" }]))],
    };

    /// <summary>Feeds with the markup in every place that takes text or an address, escaped in each way there is.</summary>
    private static IEnumerable<byte[]> FeedsAround(string html)
    {
        // What no XML can hold comes as it is, which is what hostile feeds do.
        var escaped = html.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
        var sections = $"<![CDATA[{html.Replace("]]>", "]]]]><![CDATA[>", StringComparison.Ordinal)}]]>";
        foreach (var text in new[] { escaped, sections, html })
        {
            yield return Encoding.UTF8.GetBytes($"""
                <?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel>
                <title>{text}</title><link>{text}</link><description>{text}</description><item><guid>1</guid><title>{text}</title><link>https://page.example/1</link><description>{text}</description>
                <content:encoded>{text}</content:encoded><dc:creator>{text}</dc:creator><author>{text}</author><category>{text}</category><comments>{text}</comments><enclosure url="{escaped}" type="{escaped}" length="1"/>
                <media:thumbnail url="{escaped}"/><source url="{escaped}">{text}</source></item><item><guid>2</guid><title>second</title><link>{text}</link><description>{text}</description></item></channel></rss>
                """);
            yield return Encoding.UTF8.GetBytes($"""
                <?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title type="html">{text}</title><updated>2026-01-01T00:00:00Z</updated>
                <entry><id>urn:1</id><title type="html">{text}</title><link href="https://page.example/2"/><link rel="enclosure" href="{escaped}"/><link rel="replies" href="{escaped}"/><author><name>{text}</name><uri>{text}</uri></author>
                <category term="{escaped}" label="{escaped}"/><summary type="html">{text}</summary><content type="html">{text}</content></entry>
                <entry><id>urn:2</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{text}</div></title><link href="https://page.example/3"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{text}</div></content></entry>
                <entry><id>urn:3</id><title>{text}</title><link href="{escaped}"/><content>{text}</content></entry></feed>
                """);
        }

        yield return JsonSerializer.SerializeToUtf8Bytes(new
        {
            version = "https://jsonfeed.org/version/1.1",
            title = html,
            home_page_url = html,
            items = new object[]
            {
                new { id = "1", url = "https://page.example/4", title = html, content_html = html, summary = html, image = html, banner_image = html, tags = new[] { html }, authors = new[] { new { name = html, url = html } }, attachments = new[] { new { url = html, mime_type = html } } },
                new { id = "2", url = html, external_url = html, title = "second", content_text = html },
            },
        });
    }

    private static IEnumerable<string> InXml(byte[] bytes)
    {
        var document = XDocument.Parse(Encoding.UTF8.GetString(bytes));
        foreach (var element in document.Descendants())
        {
            var name = element.Name.LocalName;
            var isText = (string?)element.Attribute("type") == "text";
            if (ShownAsHtml.Contains(name) && !element.HasElements && !isText)
            {
                foreach (var fault in LiveMarkup.In(element.Value).Where(fault => name is "encoded" or "content" or "description" || fault != LiveMarkup.Unsettled))
                {
                    yield return $"{name}: {fault}";
                }
            }

            var addresses = element.Attributes().Where(attribute => Links.Contains(attribute.Name.LocalName)).Select(attribute => attribute.Value);
            if (name is "link" or "comments" or "url" && element.Value.Length > 0)
            {
                addresses = addresses.Append(element.Value);
            }

            foreach (var address in addresses.Where(address => !LiveMarkup.IsHarmless(address)))
            {
                yield return $"{name}: {address}";
            }

            if (element.Nodes().OfType<XProcessingInstruction>().Any())
            {
                yield return $"{name}: a processing instruction";
            }
        }
    }

    private static IEnumerable<string> InJson(byte[] bytes)
    {
        foreach (var (name, value) in Strings("", JsonNode.Parse(bytes)))
        {
            if (name is "content_html")
            {
                foreach (var fault in LiveMarkup.In(value))
                {
                    yield return $"{name}: {fault}";
                }
            }
            else if ((name is "url" or "image" or "comments" || name.EndsWith("_url", StringComparison.Ordinal)) && !LiveMarkup.IsHarmless(value))
            {
                yield return $"{name}: {value}";
            }
        }

        if (bytes.AsSpan().IndexOf("<"u8) >= 0)
        {
            yield return "an angle bracket that is not escaped";
        }
    }

    private static IEnumerable<(string Name, string Value)> Strings(string name, JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Strings(member.Key, member.Value)),
        JsonArray items => items.SelectMany(item => Strings(name, item)),
        JsonValue value when value.TryGetValue<string>(out var text) => [(name, text)],
        _ => [],
    };
}
