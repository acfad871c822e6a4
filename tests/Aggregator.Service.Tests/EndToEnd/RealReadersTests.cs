using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>
/// The merged feeds as programs read them that people use: what was written comes through, and nothing is new twice, neither after a poll that brought nothing nor
/// after the service started again. A program that is not installed skips its test.
/// </summary>
public sealed partial class RealReadersTests
{
    private static readonly string[] Formats = ["atom", "rss", "rdf"];
    private static readonly int Told = Outlets.Desk.Count - 1;

    /// <summary>Reads a feed from standard input and tells of it as JSON.</summary>
    private const string TellFeed = """
        import feedparser, json, sys
        feed = feedparser.parse(sys.stdin.buffer.read())
        print(json.dumps({"fault": str(feed.get("bozo_exception", "")), "version": feed.version, "entries": [{
            "id": entry.id, "title": entry.title, "type": entry.title_detail.type, "link": entry.link,
            "authors": [author.get("name", "") for author in entry.get("authors", [])] or [entry.get("author", "")],
            "published": list((entry.get("published_parsed") or entry.get("updated_parsed"))[:5]),
            "tags": [tag.term for tag in entry.get("tags", [])],
            "content": entry.content[0].value if "content" in entry else entry.get("summary", ""),
            "enclosures": [file.get("href", "") for file in entry.get("enclosures", [])]} for entry in feed.entries]}))
        """;

    /// <summary>Tells of newsboat's cache as JSON.</summary>
    private const string TellCache = """
        import json, sqlite3, sys
        cache = sqlite3.connect(sys.argv[1])
        rows = cache.execute("select guid, title, author, url, pubDate, content, unread from rss_item order by guid")
        print(json.dumps([dict(zip(("id", "title", "author", "link", "published", "content", "unread"), row)) for row in rows]))
        """;

    /// <summary>Marks all of newsboat's cache as read.</summary>
    private const string ReadCache = """
        import sqlite3, sys
        with sqlite3.connect(sys.argv[1]) as cache:
            cache.execute("update rss_item set unread = 0")
        """;

    [Fact]
    public async Task Sfeed_ReadsEveryFormat_AndNothingTwice()
    {
        OtherProgram.SkipWithout("sfeed");
        await using var news = await News.StartAsync();
        foreach (var format in Formats)
        {
            var items = await ReadAsync(format);
            Assert.Equal(Told, items.Count);
            for (var i = 0; i < Told; i++)
            {
                var told = Outlets.Desk[Told - 1 - i];
                var item = items[i];
                Assert.Equal(told.Title, AsText(item[1], isHtml: false));
                Assert.Equal(DateOf(Told - 1 - i).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), item[0]);
                Assert.Equal($"{news.World.Address}desk/{Told - 1 - i}?a=1&b=2", item[2]);
                Assert.Contains(told.Subject, item[3], StringComparison.Ordinal);
                Assert.Contains($"<a href=\"{news.World.Address}{Told - 1 - i}\"", item[3], StringComparison.Ordinal);
                Assert.Equal("html", item[4]);
                Assert.Equal(format == "rdf" ? "" : "tag", item[5].Split(':')[0]); // it does not ask what an item of RDF is about
                Assert.Contains(told.Author, item[6], StringComparison.Ordinal);
            }
        }

        await NothingTwiceAsync(news, async () => [.. (await Task.WhenAll(Formats.Select(ReadAsync))).SelectMany((items, at) => items.Select(item => $"{Formats[at]} {item[5]} {item[2]}"))]);

        async Task<List<string[]>> ReadAsync(string format) =>
            [.. (await OtherProgram.OutputOfAsync("sfeed", [], news.Home, await news.BytesAsync(format))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
    }

    [Fact]
    public async Task Feedparser_ReadsEveryFormat_AndNothingTwice()
    {
        await using var news = await News.StartAsync();
        var python = await OtherProgram.PythonWithAsync("feedparser", news.Home);
        foreach (var format in Formats)
        {
            var feed = await ReadAsync(format);
            Assert.Equal("", (string)feed["fault"]!);
            Assert.Equal(format switch { "atom" => "atom10", "rss" => "rss20", _ => "rss10" }, (string)feed["version"]!);
            var entries = feed["entries"]!.AsArray();
            Assert.Equal(Told, entries.Count);
            for (var i = 0; i < Told; i++)
            {
                var told = Outlets.Desk[Told - 1 - i];
                var entry = entries[i]!;

                // RSS does not say whether a title is HTML, and this reader guesses from what it holds: a reference in it is read as one.
                var isGuess = format != "atom" && (string)entry["type"]! == "text/html";
                Assert.Equal(isGuess ? WebUtility.HtmlDecode(told.Title) : told.Title, AsText((string)entry["title"]!, isHtml: (string)entry["type"]! == "text/html"));
                Assert.Contains(told.Author, entry["authors"]!.AsArray().Select(author => (string)author!));
                Assert.Equal($"{news.World.Address}desk/{Told - 1 - i}?a=1&b=2", (string)entry["link"]!);
                var date = DateOf(Told - 1 - i);
                Assert.Equal([date.Year, date.Month, date.Day, date.Hour, date.Minute], entry["published"]!.AsArray().Select(part => (int)part!));
                Assert.Contains(told.Subject, (string)entry["content"]!, StringComparison.Ordinal);
            }

            Assert.Contains(entries, entry => entry!["tags"]!.AsArray().Count > 0);
        }

        await NothingTwiceAsync(news, async () => [.. (await Task.WhenAll(Formats.Select(ReadAsync))).SelectMany((feed, at) => feed["entries"]!.AsArray().Select(entry => $"{Formats[at]} {(string)entry!["id"]!}"))]);

        async Task<JsonObject> ReadAsync(string format) =>
            JsonNode.Parse(await OtherProgram.OutputOfAsync(python, ["-c", TellFeed], news.Home, await news.BytesAsync(format)))!.AsObject();
    }

    [Theory]
    [InlineData("atom")]
    [InlineData("rss")]
    [InlineData("rdf")]
    public async Task Newsboat_Subscribed_ShowsNothingAsUnreadTwice(string format)
    {
        OtherProgram.SkipWithout("newsboat");
        await using var news = await News.StartAsync();
        var python = await OtherProgram.PythonWithAsync("sqlite3", news.Home);
        var (urls, cache, config) = (Path.Combine(news.Home, "urls"), Path.Combine(news.Home, "cache.db"), Path.Combine(news.Home, "config"));
        await File.WriteAllTextAsync(urls, news.AddressOf(format).AbsoluteUri, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(config, "", TestContext.Current.CancellationToken);

        var articles = await ReloadAsync();
        Assert.Equal(Told, articles.Count);
        for (var i = 0; i < Told; i++)
        {
            var article = Assert.Single(articles, article => (string)article!["link"]! == $"{news.World.Address}desk/{i}?a=1&b=2")!;
            Assert.Equal(Outlets.Desk[i].Title, AsText((string)article["title"]!, isHtml: false));
            Assert.Contains(Outlets.Desk[i].Author, (string)article["author"]!, StringComparison.Ordinal);
            Assert.Contains(Outlets.Desk[i].Subject, (string)article["content"]!, StringComparison.Ordinal);
            Assert.Equal(DateOf(i).ToUnixTimeSeconds(), (long)article["published"]!);
            Assert.Equal(1, (int)article["unread"]!);
        }

        await OtherProgram.OutputOfAsync(python, ["-c", ReadCache, cache], news.Home);
        await news.PollAsync();
        Assert.Empty(Unread(await ReloadAsync()));
        await news.StartAgainAsync();
        Assert.Empty(Unread(await ReloadAsync()));
        await news.TellOneMoreAsync();
        Assert.Equal(Outlets.Desk[^1].Title, Assert.Single(Unread(await ReloadAsync())));

        async Task<JsonArray> ReloadAsync()
        {
            await OtherProgram.OutputOfAsync("newsboat", ["-u", urls, "-c", cache, "-C", config, "-x", "reload"], news.Home);
            return JsonNode.Parse(await OtherProgram.OutputOfAsync(python, ["-c", TellCache, cache], news.Home))!.AsArray();
        }

        static List<string> Unread(JsonArray articles) => [.. articles.Where(article => (int)article!["unread"]! == 1).Select(article => (string)article!["title"]!)];
    }

    [Fact]
    public async Task Rss2Email_SubscribedToEveryFormat_SendsEachStoryOnce()
    {
        OtherProgram.SkipWithout("r2e");
        await using var news = await News.StartAsync();
        var (config, data, mail) = (Path.Combine(news.Home, "rss2email.cfg"), Path.Combine(news.Home, "rss2email.json"), Path.Combine(news.Home, "mail", "news"));
        Directory.CreateDirectory(Path.GetDirectoryName(mail)!);
        await File.WriteAllTextAsync(
            config, $"[DEFAULT]\nfrom = news@reader.example\nto = me@reader.example\nemail-protocol = maildir\nmaildir-path = {Path.GetDirectoryName(mail)}\nmaildir-mailbox = news\n", TestContext.Current.CancellationToken);
        foreach (var format in Formats)
        {
            await OtherProgram.OutputOfAsync("r2e", ["-c", config, "-d", data, "add", format, news.AddressOf(format).AbsoluteUri], news.Home);
        }

        Assert.Equal(Formats.Length * Told, await RunAsync());
        var letters = await Task.WhenAll(Directory.GetFiles(mail, "*", SearchOption.AllDirectories).Select(letter => File.ReadAllTextAsync(letter, TestContext.Current.CancellationToken)));
        Assert.All(Enumerable.Range(0, Told), i => Assert.Equal(Formats.Length, letters.Count(letter => letter.Contains($"/desk/{i}?a=1&b=2", StringComparison.Ordinal))));
        await news.PollAsync();
        Assert.Equal(Formats.Length * Told, await RunAsync());
        await news.StartAgainAsync();
        Assert.Equal(Formats.Length * Told, await RunAsync());
        await news.TellOneMoreAsync();
        Assert.Equal(Formats.Length * (Told + 1), await RunAsync());

        async Task<int> RunAsync()
        {
            await OtherProgram.OutputOfAsync("r2e", ["-c", config, "-d", data, "run"], news.Home);
            return Directory.GetFiles(mail, "*", SearchOption.AllDirectories).Length;
        }
    }

    /// <summary>What a reader that remembers ids would take for new: nothing after a poll and a start that brought nothing, then one story in each format.</summary>
    private static async Task NothingTwiceAsync(News news, Func<Task<HashSet<string>>> readIds)
    {
        var known = await readIds();
        Assert.Equal(Formats.Length * Told, known.Count);
        await news.PollAsync();
        Assert.Equal(known, await readIds());
        await news.StartAgainAsync();
        Assert.Equal(known, await readIds());
        await news.TellOneMoreAsync();
        var later = await readIds();
        Assert.Superset(known, later);
        Assert.Equal(known.Count + Formats.Length, later.Count);
    }

    /// <summary>A title as people see it: markup read where there is some, without the characters that have no width.</summary>
    private static string AsText(string title, bool isHtml)
    {
        var text = isHtml ? Tag().Replace(title, "") : title;
        return (isHtml || text.Contains("&lt;", StringComparison.Ordinal) ? WebUtility.HtmlDecode(text) : text).Replace("\u2060", "", StringComparison.Ordinal);
    }

    private static DateTimeOffset DateOf(int story) => new(2026, 11, 21 + story, 10, 0, 0, TimeSpan.Zero);

    [GeneratedRegex("</?[a-z]+>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    /// <summary>The desk, and the service at an address that it keeps when it starts again.</summary>
    private sealed class News : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly (string, string) _listen = ("Hosting:Listen", $"http://127.0.0.1:{LastingPort()}");
        private RunningService _service = null!;

        private News(NewsWorld world) => World = world;

        public NewsWorld World { get; }

        public string Home { get; } = Directory.CreateTempSubdirectory("aggregator-reader-").FullName;

        public static async Task<News> StartAsync()
        {
            var news = new News(await NewsWorld.StartAsync());
            await news.StartServiceAsync();
            await news._service.PolledAsync(1);
            await news.HoldsAsync(Told);
            return news;
        }

        public Uri AddressOf(string format) => new(_service.Client.BaseAddress!, $"/feed.{format}");

        public Task<byte[]> BytesAsync(string format) => _service.Client.GetByteArrayAsync(AddressOf(format), TestContext.Current.CancellationToken);

        /// <summary>Asks the desk again; it tells the same in another document.</summary>
        public async Task PollAsync()
        {
            var asked = World.Requests.Count(request => request.Path == "desk/feed.json");
            World.Edition++;
            await _service.AskJsonAsync(HttpMethod.Post, "/api/poll", new { all = true });
            await Eventually.HoldsAsync(async () =>
                World.Requests.Count(request => request.Path == "desk/feed.json") > asked && (bool)(await _service.GetJsonAsync("/api/poll"))["idle"]!);
        }

        public async Task StartAgainAsync()
        {
            await _service.DisposeAsync();
            await StartServiceAsync();
        }

        public async Task TellOneMoreAsync()
        {
            World.DeskEntries++;
            await PollAsync();
            await HoldsAsync(Told + 1);
        }

        public async ValueTask DisposeAsync()
        {
            await _service.DisposeAsync();
            await World.DisposeAsync();
            _folder.Dispose();
            Directory.Delete(Home, recursive: true);
        }

        private async Task StartServiceAsync() => _service = await RunningService.StartAsync(_folder, World.FeedsJson(["desk/feed.json"]), _listen);

        private Task HoldsAsync(int stories) => Eventually.HoldsAsync(async () => (await _service.AllStoriesAsync()).Count == stories);

        /// <summary>A port below those that the system gives to whoever asks for any, so that nobody takes it while the service starts again.</summary>
        private static int LastingPort()
        {
            for (var port = 21_000 + (Environment.ProcessId % 5_000); ; port++)
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                try
                {
                    listener.Start();
                    return port;
                }
                catch (SocketException)
                {
                    // Taken: the next one.
                }
            }
        }
    }
}
