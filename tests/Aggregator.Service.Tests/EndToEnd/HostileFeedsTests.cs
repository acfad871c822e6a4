using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Aggregator.Content.Tests.Sanitizing;
using Aggregator.Service.Tests.World;
using AngleSharp.Html.Parser;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>Feeds that attack whoever reads what the service makes of them: the whole way from their server to every door of ours.</summary>
public sealed class HostileFeedsTests
{
    private const int Most = 300;

    /// <summary>Hundreds of stories, of which each is stored as soon as it is whole.</summary>
    private static readonly (string, string) Quick = ("Hosting:CommitsApart", "00:00:00");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>One entry for each attack, which stands in its title, texts, link, author, category and media.</summary>
    private static IEnumerable<string> Payloads => Attacks.All.Where((_, i) => i % 4 == 0).Take(Most);

    [Fact]
    public async Task Attacks_InEveryPartOfEntries_LeaveByNoDoor()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("rss", "application/rss+xml", Rss(Payloads));
        web.Put("json", "application/feed+json", Json(Payloads));
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("rss", "json"), Quick);
        await service.PolledAsync(2);
        var stories = await service.AllStoriesAsync();
        Assert.InRange(stories.Count, Payloads.Count(), 2 * Payloads.Count()); // two that are one article are one story

        foreach (var feed in stories.Select(story => (string)story["source"]!["id"]!).Distinct().ToList())
        {
            foreach (var format in (string[])["atom", "rss", "rdf"])
            {
                AssertNothingLive(XDocument.Parse(await service.GetTextAsync($"/sources/{feed}/feed.{format}?limit=500&cluster=off")));
            }

            AssertNothingLive(await service.GetTextAsync($"/sources/{feed}/feed.json?limit=500&cluster=off"));
        }

        AssertIsOurPage(await service.GetTextAsync("/"));
        foreach (var story in stories.Where((_, i) => i % 20 == 0))
        {
            AssertIsOurPage(await service.GetTextAsync($"/stories/{story["id"]}"));
        }

        var attack = Uri.EscapeDataString("\"><script>alert(1)</script><img src=x onerror=alert(1)>");
        using var asked = await service.Client.GetAsync(new Uri($"/?q={attack}", UriKind.Relative), Token);
        AssertIsOurPage(await asked.Content.ReadAsStringAsync(Token));
        foreach (var path in (string[])[$"/topics/{attack}", $"/stories/{attack}", $"/api/stories?topic={attack}", $"/feed.atom?q={attack}", $"/{attack}"])
        {
            using var refused = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.False(refused.Content.Headers.ContentType?.MediaType == "text/html", path);
            Assert.Equal("nosniff", refused.Headers.GetValues("X-Content-Type-Options").Single());
        }
    }

    /// <summary>What feedparser makes of a feed with its own cleaner off: each text of which it is not said that it is plain.</summary>
    private const string TellTexts = """
        import feedparser, json, sys
        feedparser.SANITIZE_HTML = 0
        feed = feedparser.parse(sys.stdin.buffer.read())
        texts = []
        for entry in feed.entries:
            details = [entry.get(name + "_detail") for name in ("title", "summary")] + entry.get("content", [])
            texts += [detail.value for detail in details if detail and detail.type != "text/plain"]
            texts += [author.get("name", "") for author in entry.get("authors", [])] + [tag.term for tag in entry.get("tags", [])]
        print(json.dumps({"fault": str(feed.get("bozo_exception", "")), "entries": len(feed.entries), "texts": texts, "links": [link.get("href", "") for entry in feed.entries for link in entry.get("links", [])]}))
        """;

    [Fact]
    public async Task Attacks_ReadByAnotherParser_AreDeadThereToo()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        var python = await OtherProgram.PythonWithAsync("feedparser", folder.Path);
        web.Put("rss", "application/rss+xml", Rss(Payloads));
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("rss"), Quick);
        await service.PolledAsync(1);

        foreach (var format in (string[])["atom", "rss", "rdf"])
        {
            var feed = await service.Client.GetByteArrayAsync(new Uri($"/feed.{format}?limit=500&cluster=off", UriKind.Relative), Token);
            var read = JsonNode.Parse(await OtherProgram.OutputOfAsync(python, ["-c", TellTexts], folder.Path, feed))!;

            Assert.Equal("", (string)read["fault"]!);
            Assert.InRange((int)read["entries"]!, Payloads.Count() * 9 / 10, Payloads.Count());
            Assert.All(read["texts"]!.AsArray(), text => Assert.DoesNotContain(LiveMarkup.In((string)text!), fault => fault != LiveMarkup.Unsettled));
            Assert.All(read["links"]!.AsArray(), link => Assert.True(LiveMarkup.IsHarmless((string)link!), (string)link!));
        }
    }

    [Fact]
    public async Task Attacks_InWholeStoriesOfTheApi_LeaveNothingLive()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("rss", "application/rss+xml", Rss(Payloads));
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("rss"), Quick);
        await service.PolledAsync(1);

        var lines = (await service.GetTextAsync("/api/stories?format=ndjson&whole=true")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.InRange(lines.Length, Payloads.Count() * 9 / 10, Payloads.Count());
        foreach (var story in lines.Select(line => JsonNode.Parse(line)!))
        {
            Assert.Empty(LiveMarkup.In((string)story["bodyHtml"]!));
            Assert.True(LiveMarkup.IsHarmless((string)story["link"]!), (string)story["link"]!);
            Assert.True(story["image"] is null || LiveMarkup.IsHarmless((string)story["image"]!));
            Assert.DoesNotContain((string)story["title"]!, letter => char.IsControl(letter) || letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));
        }
    }

    [Fact]
    public async Task Entities_ThatNameFilesAndAddresses_AreNotFollowed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var outside = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/x";
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        var secret = Path.Combine(folder.Path, "secret.txt");
        await File.WriteAllTextAsync(secret, "the-secret-word", Token);
        const string Item = "<rss version=\"2.0\"><channel><title>t</title><item><guid>1</guid><title>a &x; b</title><link>https://page.example/1</link><description>&x;</description></item></channel></rss>";
        web.Put("file", "application/rss+xml", $"<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY x SYSTEM \"file://{secret}\">]>{Item}");
        web.Put("http", "application/rss+xml", $"<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY x SYSTEM \"{outside}\">]>{Item}");
        web.Put("dtd", "application/rss+xml", $"<?xml version=\"1.0\"?><!DOCTYPE rss SYSTEM \"{outside}\">{Item}");
        web.Put("parameter", "application/rss+xml", $"<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY % p SYSTEM \"{outside}\"> %p;]>{Item}");
        web.Put("include", "application/rss+xml", $"<rss xmlns:xi=\"http://www.w3.org/2001/XInclude\"><channel><title>t</title><item><guid>1</guid><title>a</title><description><xi:include href=\"file://{secret}\" parse=\"text\"/></description></item></channel></rss>");
        web.Put("style", "application/rss+xml", $"<?xml version=\"1.0\"?><?xml-stylesheet type=\"text/xsl\" href=\"{outside}\"?>{Item.Replace("&x;", "", StringComparison.Ordinal)}");
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("file", "http", "dtd", "parameter", "include", "style"));
        await service.PolledAsync(6);

        Assert.False(listener.Pending());
        Assert.DoesNotContain("the-secret-word", await service.GetTextAsync("/api/stories?format=ndjson&whole=true"), StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret-word", await service.GetTextAsync("/api/feeds"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EntryWithAnotherFeedsGuid_IsAStoryOfItsOwn()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("honest", "application/rss+xml", One("shared-id", "The honest story", "https://honest.example/1", "<category>c</category>"));
        web.Put("forger", "application/rss+xml", One("shared-id", "A forged story", "https://forger.example/1",
            $"<source url=\"{web.Address}honest\">The honest paper</source><author>honest@honest.example (The honest paper)</author>"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "rules.json"), $$"""{ "rules": [ { "name": "Honest", "when": "source:\"{{web.Address}}honest\"", "boost": 3 } ] }""", Token);
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("forger", "honest"));
        await service.PolledAsync(2);

        var stories = await service.AllStoriesAsync();

        Assert.Equal(["A forged story", "The honest story"], stories.Select(story => (string)story["title"]!).Order());
        Assert.Equal(["https://forger.example/1", "https://honest.example/1"], stories.Select(story => (string)story["link"]!).Order());
        Assert.Equal(2, stories.Select(story => (string)story["source"]!["id"]!).Distinct().Count());

        // A rule on a source goes by the feed, not by what an entry claims.
        Assert.Equal([("A forged story", 0.0), ("The honest story", 3.0)], stories.Select(story => ((string)story["title"]!, (double)story["boost"]!)).Order());
    }

    [Fact]
    public async Task EntryDatedInTheFutureOrFarPast_StandsWhereItWasFirstSeenOrLater()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        var item = (string id, string date) => $"<item><guid>{id}</guid><title>{id}</title><link>https://page.example/{id}</link><description>x</description><pubDate>{date}</pubDate></item>";
        web.Put("dates", "application/rss+xml", $"<rss version=\"2.0\"><channel><title>t</title>{item("future", "Fri, 31 Dec 9999 23:59:59 GMT")}{item("first", "Mon, 01 Jan 0001 00:00:00 GMT")}{item("odd", "Sat, 30 Feb 2026 25:61:61 GMT")}{item("words", "soon")}</channel></rss>");
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("dates"));
        await service.PolledAsync(1);

        var stories = await service.AllStoriesAsync();

        Assert.Equal(4, stories.Count);
        Assert.All(stories, story => Assert.True((DateTimeOffset)story["date"]! <= (DateTimeOffset)story["firstSeen"]!));
        Assert.All(stories.Where(story => (string)story["title"]! is "odd" or "words"), story => Assert.Equal((DateTimeOffset)story["firstSeen"]!, (DateTimeOffset)story["date"]!, TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task FeedThatSuddenlyHasAThousandEntries_StoresThemAndFloodsNoFeed()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("flood", "application/rss+xml", Many(0, 5));
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("flood"), Quick);
        await service.PolledAsync(1);
        web.Put("flood", "application/rss+xml", Many(0, 1005));

        using var polled = await service.AskAsync(HttpMethod.Post, "/api/poll", new { all = true });
        await Eventually.HoldsAsync(async () => (long)(await service.GetJsonAsync("/api/feeds"))["feeds"]![0]!["stories"]! == 1005);

        var shown = XDocument.Parse(await service.GetTextAsync("/feed.atom?limit=500&cluster=off")).Descendants(XName.Get("entry", "http://www.w3.org/2005/Atom")).Count();
        Assert.Equal(105, shown);
        var feed = (await service.GetJsonAsync("/api/feeds"))["feeds"]![0]!;
        Assert.Contains("1000 new entries at once: 100 come into merged feeds, 900 are stored only and found with is:muted (Polling:MostNewOfAPoll)", feed["problems"]!.AsArray().Select(problem => (string)problem!));
        Assert.Equal(900, (await service.GetTextAsync("/api/stories?q=is:muted&format=ndjson&fields=title")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        // To say the same again in other words brings none of them in.
        web.Put("flood", "application/rss+xml", Many(0, 1005).Replace("words of", "other words of", StringComparison.Ordinal));
        using var again = await service.AskAsync(HttpMethod.Post, "/api/poll", new { all = true });
        await Eventually.HoldsAsync(async () => (long)(await service.GetJsonAsync("/api/feeds"))["feeds"]![0]!["polls"]! >= 3);
        Assert.Equal(900, (await service.GetTextAsync("/api/stories?q=is:muted&format=ndjson&fields=title")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task FeedWithNewIdsForOldLinks_BringsNothingNew()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("moved", "application/rss+xml", Many(0, 200));
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("moved"), Quick);
        await service.PolledAsync(1);
        var before = (await service.AllStoriesAsync()).Select(story => (string)story["id"]!).Order().ToList();
        web.Put("moved", "application/rss+xml", Many(0, 200).Replace("<guid>", "<guid>new-", StringComparison.Ordinal));

        using var polled = await service.AskAsync(HttpMethod.Post, "/api/poll", new { all = true });
        await Eventually.HoldsAsync(async () => (long)(await service.GetJsonAsync("/api/feeds"))["feeds"]![0]!["polls"]! >= 2);

        Assert.Equal(before, (await service.AllStoriesAsync()).Select(story => (string)story["id"]!).Order());
    }

    [Fact]
    public async Task FeedThatIsCutShortOrChangesAnEntry_LosesNothingAndKeepsIdAndFirstSight()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("feed", "application/rss+xml", Many(0, 10));
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("feed"));
        await service.PolledAsync(1);
        var before = (await service.AllStoriesAsync()).Single(story => (string)story["title"]! == "Entry 3");
        web.Put("feed", "application/rss+xml", Many(3, 1).Replace("words of", "quite other words of", StringComparison.Ordinal));

        using var polled = await service.AskAsync(HttpMethod.Post, "/api/poll", new { all = true });
        await Eventually.HoldsAsync(async () => (long)(await service.GetJsonAsync("/api/feeds"))["feeds"]![0]!["polls"]! >= 2);

        var stories = await service.AllStoriesAsync();
        var after = stories.Single(story => (string)story["title"]! == "Entry 3");
        Assert.Equal(10, stories.Count);
        Assert.Equal(((string)before["id"]!, (string)before["firstSeen"]!), ((string)after["id"]!, (string)after["firstSeen"]!));
        Assert.Contains("quite other words", (string)after["summary"]!, StringComparison.Ordinal);
        Assert.NotEqual((string)before["updated"]!, (string)after["updated"]!);
    }

    [Fact]
    public async Task NamesAndTitlesWithLineBreaks_EndUpInNoHeaderAndNoFileName()
    {
        await using var web = await SmallWeb.StartAsync();
        using var folder = new TestFolder();
        web.Put("feed", "application/rss+xml", One("../../../etc/passwd\u0085", "line&#10;2026-01-01 ERROR forged&#x9B;31m&#x202E;txt.exe", "https://page.example/%0d%0aSet-Cookie:x=1", "<category>../../x&#13;&#10;X-Evil: 1</category><enclosure url=\"https://page.example/..%2f..%2fx\" type=\"a/b&#10;X: y\" length=\"-9\"/>"));
        await using var service = await RunningService.StartAsync(folder, web.FeedsJson("feed"), ("Storage:PagesMegabytes", "16"));
        await service.PolledAsync(1);
        var story = (await service.AllStoriesAsync()).Single();

        foreach (var path in (string[])["/feed.atom", "/feed.rss", "/feed.json", "/feed.rdf", "/", $"/stories/{story["id"]}", "/api/stories", "/feeds.opml", $"/sources/{story["source"]!["id"]}/feed.atom"])
        {
            using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.DoesNotContain(answer.Headers.Concat(answer.Content.Headers), header => header.Key.Contains("Evil", StringComparison.Ordinal) || header.Key == "Set-Cookie" || header.Value.Any(value => value.Contains("forged", StringComparison.Ordinal)));
        }

        // Of all that was written nothing has a name that came from outside, and nothing lies outside.
        Assert.All(Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories), file => Assert.Matches("^[a-zA-Z0-9._-]+$", Path.GetFileName(file)));
        Assert.DoesNotContain("forged\u009B", (string)story["title"]!, StringComparison.Ordinal);
    }

    private static string Rss(IEnumerable<string> payloads)
    {
        var items = payloads.Select((payload, i) =>
        {
            var text = string.Concat((SecurityElement.Escape(payload) ?? "").Where(letter => letter is '\t' or '\n' or >= ' ' and not ('\uFFFE' or '\uFFFF')));
            return $"<item><guid>{i}</guid><title>{text}</title><link>{(i % 2 == 0 ? text : $"https://page.example/{i}")}</link><description>{text}</description><content:encoded>{text}</content:encoded><dc:creator>{text}</dc:creator><category>{text}</category><comments>{text}</comments>"
                + $"<enclosure url=\"{text}\" type=\"{text}\" length=\"5\"/><media:thumbnail url=\"{text}\"/><pubDate>{DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(i).ToString("r", CultureInfo.InvariantCulture)}</pubDate></item>";
        });
        return $"<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>&lt;script&gt;alert(1)&lt;/script&gt; paper</title><link>javascript:alert(1)</link>{string.Concat(items)}</channel></rss>";
    }

    private static byte[] Json(IEnumerable<string> payloads) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        version = "https://jsonfeed.org/version/1.1",
        title = "<img src=x onerror=alert(1)>",
        items = payloads.Select((payload, i) => new
        {
            id = $"{i}",
            url = i % 2 == 0 ? payload : $"https://page.example/json/{i}",
            title = payload,
            content_html = payload,
            image = payload,
            tags = new[] { payload },
            authors = new[] { new { name = payload, url = payload } },
            attachments = new[] { new { url = payload, mime_type = payload } },
            date_published = DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(i),
        }),
    });

    private static string One(string guid, string title, string link, string more) =>
        $"<rss version=\"2.0\"><channel><title>t</title><item><guid isPermaLink=\"false\">{guid}</guid><title>{title}</title><link>{link}</link><description>words of it</description>{more}</item></channel></rss>";

    private static string Many(int from, int count) => $"<rss version=\"2.0\"><channel><title>t</title>{string.Concat(Enumerable.Range(from, count).Select(i =>
        $"<item><guid>{i}</guid><title>Entry {i}</title><link>https://page.example/{i}</link><description>words of {i}</description></item>"))}</channel></rss>";

    private static void AssertNothingLive(XDocument feed)
    {
        string[] shown = ["title", "description", "encoded", "summary", "content", "name", "creator", "subject", "source", "category"];
        foreach (var element in feed.Descendants())
        {
            var name = element.Name.LocalName;
            if (shown.Contains(name) && !element.HasElements && (string?)element.Attribute("type") != "text")
            {
                Assert.DoesNotContain(LiveMarkup.In(element.Value), fault => fault != LiveMarkup.Unsettled || name is "content" or "encoded");
            }

            var addresses = element.Attributes().Where(attribute => attribute.Name.LocalName is "href" or "url").Select(attribute => attribute.Value);
            Assert.All(name is "link" or "comments" && element.Value.Length > 0 ? addresses.Append(element.Value) : addresses, address => Assert.True(LiveMarkup.IsHarmless(address), address));
        }
    }

    private static void AssertNothingLive(string jsonFeed)
    {
        Assert.DoesNotContain('<', jsonFeed);
        foreach (var item in JsonNode.Parse(jsonFeed)!["items"]!.AsArray())
        {
            Assert.Empty(LiveMarkup.In((string)item!["content_html"]!));
            var addresses = new[] { item["url"], item["image"] }.Concat((item["attachments"] as JsonArray ?? []).Select(file => file!["url"])).OfType<JsonNode>();
            Assert.All(addresses, address => Assert.True(LiveMarkup.IsHarmless((string)address!), (string)address!));
        }
    }

    /// <summary>Nothing in a page but what the program itself puts there.</summary>
    private static void AssertIsOurPage(string html)
    {
        using var page = new HtmlParser().ParseDocument(html);
        string[] ours = ["html", "head", "meta", "title", "link", "body", "header", "h1", "h2", "h3", "a", "p", "form", "input", "button", "div", "main", "ol", "ul", "li", "span", "small", "time", "nav", "aside", "section", "code", "del", "table", "thead", "tbody", "tr", "th", "td", "ins"];
        Assert.All(page.All, element => Assert.Contains(element.LocalName, ours));
        Assert.All(page.All.SelectMany(element => element.Attributes), attribute => Assert.False(attribute.Name.StartsWith("on", StringComparison.Ordinal) || attribute.Name is "style" or "srcdoc", attribute.Name));
        Assert.All(page.Links.Select(link => link.GetAttribute("href")!), address => Assert.True(address.StartsWith('/') || LiveMarkup.IsHarmless(address), address));
    }
}
