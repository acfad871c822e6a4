using System.IO.Compression;
using System.Net;
using System.Xml.Linq;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>What there are merged feeds of, and what is answered where there is none.</summary>
public sealed class FeedScopesTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Feeds_OfASourceACategoryAndASavedQuery_HoldTheirStories()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys), ("SavedQueries:Lab and ledger", "source:\"The lab\" OR source:\"The ledger\""));
        await service.PolledAsync(NewsWorld.GoodFeeds.Count);

        Assert.Equal(["The lab"], await SourcesAsync("/sources/the-lab/feed.atom?cluster=off"));
        Assert.Equal(4, (await SourcesAsync("/categories/test/feed.atom?cluster=off")).Count);
        Assert.Equal(["The lab", "The ledger"], await SourcesAsync("/feeds/lab-and-ledger/feed.atom?cluster=off"));
        Assert.Equal(["The ledger"], await SourcesAsync("/feeds/lab-and-ledger.atom?cluster=off&q=source:the-ledger"));
        var list = XDocument.Parse(await service.GetTextAsync("/feeds.opml")).Descendants("outline").Select(outline => (string?)outline.Attribute("xmlUrl")).OfType<string>().ToList();
        Assert.All(["/feed.atom", "/topics/ai/feed.atom", "/feeds/lab-and-ledger/feed.atom", "/categories/test/feed.atom"], path => Assert.Contains(new Uri(service.Client.BaseAddress!, path).AbsoluteUri, list));
        Assert.Equal("Aggregator: state of the sources", XDocument.Parse(await service.GetTextAsync("/state.atom")).Root!.Element(Atom + "title")!.Value);
        var page = await service.GetTextAsync("/");
        Assert.Contains("<a href=\"/feeds/lab-and-ledger\">Lab and ledger</a>", page, StringComparison.Ordinal);
        Assert.Contains("Subscribe to this source", await service.GetTextAsync("/sources/the-lab"), StringComparison.Ordinal);

        async Task<List<string>> SourcesAsync(string path) =>
        [
            .. XDocument.Parse(await service.GetTextAsync(path)).Root!.Elements(Atom + "entry").Select(entry => entry.Element(Atom + "source")!.Element(Atom + "title")!.Value)
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public async Task Queries_SavedOnTheCommandLine_HaveFeedsAtOnceAndAfterARestart()
    {
        using var folder = new TestFolder();
        await using (var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", ("SavedQueries:Fixed", "topic:ai")))
        {
            var (saveExit, saved) = await AggregatorProcess.RunAsync(folder, "queries", "save", "IP watch", "topic:ai topic:ip-theft");
            var (wrongExit, wrong) = await AggregatorProcess.RunAsync(folder, "queries", "save", "IP watch", "topic:nonsense");
            var (fixedExit, notChanged) = await AggregatorProcess.RunAsync(folder, "queries", "save", "fixed", "topic:ai");

            Assert.True(saveExit == 0, saved);
            Assert.Contains("/feeds/ip-watch.atom", saved, StringComparison.Ordinal);
            Assert.True(wrongExit == 2, wrong);
            Assert.Contains("column 7", wrong, StringComparison.Ordinal);
            Assert.True(fixedExit == 2, notChanged);
            Assert.Contains("SavedQueries:Fixed", notChanged, StringComparison.Ordinal);
            Assert.Contains("topic:ai topic:ip-theft", await service.GetTextAsync("/feeds/ip-watch.atom"), StringComparison.Ordinal);
        }

        await using var again = await RunningService.StartAsync(folder, """{"feeds":[]}""");
        Assert.Contains("IP watch", await again.GetTextAsync("/feeds/ip-watch.rss"), StringComparison.Ordinal);
        var (removeExit, removed) = await AggregatorProcess.RunAsync(folder, "queries", "remove", "ip-watch");
        using var gone = await again.Client.GetAsync(new Uri("/feeds/ip-watch.atom", UriKind.Relative), Token);
        Assert.True(removeExit == 0, removed);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Documents_AskedForByTagDateAndHead_AnswerAsHttpHasIt()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys));
        await service.PolledAsync(NewsWorld.GoodFeeds.Count);
        using var feed = await service.Client.GetAsync(new Uri("/feed.atom", UriKind.Relative), Token);

        using var byBoth = new HttpRequestMessage(HttpMethod.Get, "/feed.atom");
        byBoth.Headers.IfNoneMatch.Add(feed.Headers.ETag!);
        byBoth.Headers.IfModifiedSince = DateTimeOffset.UnixEpoch;
        using var tagWins = await service.Client.SendAsync(byBoth, Token);
        Assert.Equal(HttpStatusCode.NotModified, tagWins.StatusCode);
        Assert.NotNull(tagWins.Headers.CacheControl);
        Assert.NotEmpty(tagWins.Headers.Vary);

        using var byDate = new HttpRequestMessage(HttpMethod.Get, "/feed.atom");
        byDate.Headers.IfModifiedSince = feed.Content.Headers.LastModified;
        using var notChanged = await service.Client.SendAsync(byDate, Token);
        Assert.Equal(HttpStatusCode.NotModified, notChanged.StatusCode);

        foreach (var path in new[] { "/", "/feed.atom", "/topics/ai", "/topics/ai/feed.rss", "/feeds.opml", "/style.css", "/sitemap.xml", "/robots.txt", "/state.atom" })
        {
            using var asking = new HttpRequestMessage(HttpMethod.Head, path);
            using var head = await service.Client.SendAsync(asking, Token);
            Assert.True(head.StatusCode == HttpStatusCode.OK, $"{path}: {head.StatusCode}");
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
        }

        // One host has several feeds here.
        var ofHost = XDocument.Parse(await service.GetTextAsync("/sources/127.0.0.1/feed.atom?limit=2")).Root!;
        Assert.Equal(2, ofHost.Elements(Atom + "entry").Count());
        foreach (var link in ofHost.Elements(Atom + "link").Where(link => (string?)link.Attribute("rel") is not "hub"))
        {
            await service.GetTextAsync(new Uri((string)link.Attribute("href")!).PathAndQuery);
        }
    }

    [Fact]
    public async Task Feed_AskedForLess_TellsLessAndNeverMoreThanIsAllowed()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["ledger/feed.atom"]));
        using var open = new TestFolder();
        await using var published = await RunningService.StartAsync(open, world.FeedsJson(["ledger/feed.atom"]), ("Hosting:PublicAddress", "https://news.example/"));
        await service.PolledAsync(1);
        await published.PolledAsync(1);

        var full = await EntriesAsync(service, "/feed.atom");
        Assert.Equal(3, full.Count);
        Assert.Single(await EntriesAsync(service, "/feed.atom?limit=1"));
        var summaries = await EntriesAsync(service, "/feed.atom?content=summary");
        Assert.True(Length(summaries) < Length(full));
        Assert.True(Length(await EntriesAsync(service, "/feed.atom?content=title")) < Length(summaries));
        Assert.Equal(Length(summaries), Length(await EntriesAsync(published, "/feed.atom?content=full")));
        Assert.Contains("no feed has more", await service.GetTextAsync("/feed.rss?limit=99999999999"), StringComparison.Ordinal);
        foreach (var wrong in new[] { "limit=0", "limit=many", "content=2", "content=all" })
        {
            using var answer = await service.Client.GetAsync(new Uri($"/feed.atom?{wrong}", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        static async Task<List<XElement>> EntriesAsync(RunningService service, string path) => [.. XDocument.Parse(await service.GetTextAsync(path)).Root!.Elements(Atom + "entry")];
        static int Length(List<XElement> entries) => entries.Sum(entry => entry.Element(Atom + "content")!.Value.Length);
    }

    [Fact]
    public async Task Feed_LongerThanOneDocument_IsReadByPagesAndByNewsAlone()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys));
        await service.PolledAsync(NewsWorld.GoodFeeds.Count);

        var all = (await EntriesAsync("/feed.atom?limit=500")).Select(IdOf).ToList();
        var paged = new List<string>();
        for (var path = "/feed.atom?limit=2"; path is not null;)
        {
            var page = XDocument.Parse(await service.GetTextAsync(path)).Root!;
            paged.AddRange(page.Elements(Atom + "entry").Select(IdOf));
            path = page.Elements(Atom + "link").Where(link => (string?)link.Attribute("rel") == "next").Select(link => new Uri((string)link.Attribute("href")!).PathAndQuery).SingleOrDefault();
        }

        Assert.Equal(all, paged);
        foreach (var wrong in new[] { "cursor=0", "archive=2026", "archive=2026-11-29T13:05", "archive=9999-12-31" })
        {
            using var answer = await service.Client.GetAsync(new Uri($"/feed.atom?{wrong}", UriKind.Relative), Token);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, wrong);
        }

        using var before = await service.Client.GetAsync(new Uri("/feed.atom", UriKind.Relative), Token);
        var gone = await service.GetJsonAsync("/api/stories?limit=1");
        using var deletion = new HttpRequestMessage(HttpMethod.Delete, new Uri($"/api/stories/{(string)gone["stories"]![0]!["id"]!}", UriKind.Relative));
        deletion.Headers.Add(ServiceKey.Header, service.Services.GetRequiredService<ServiceKey>().Value);
        using var deleted = await service.Client.SendAsync(deletion, Token);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri("/feed.atom", UriKind.Relative));
        question.Headers.Add("A-IM", "feed");
        question.Headers.IfNoneMatch.Add(before.Headers.ETag!);
        using var news = await service.Client.SendAsync(question, Token);

        Assert.Equal(HttpStatusCode.IMUsed, news.StatusCode);
        Assert.Equal("feed", Assert.Single(news.Headers.GetValues("IM")));
        Assert.Equal(before.Headers.ETag!.ToString(), Assert.Single(news.Headers.GetValues("Delta-Base")));
        Assert.Contains("no-store", news.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.True(XDocument.Parse(await news.Content.ReadAsStringAsync(Token)).Root!.Elements(Atom + "entry").Count() < 2);
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri("/feed.atom", UriKind.Relative));
        again.Headers.Add("A-IM", "feed");
        again.Headers.IfNoneMatch.Add(news.Headers.ETag!);
        using var unchanged = await service.Client.SendAsync(again, Token);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        async Task<IEnumerable<XElement>> EntriesAsync(string path) => XDocument.Parse(await service.GetTextAsync(path)).Root!.Elements(Atom + "entry");
        static string IdOf(XElement entry) => entry.Element(Atom + "id")!.Value;
    }

    [Theory]
    [InlineData("", "Sec-Fetch-Dest", "document", true)]
    [InlineData("", "Upgrade-Insecure-Requests", "1", true)]
    [InlineData("?limit=2", "Sec-Fetch-Dest", "document", true)]
    [InlineData("?raw=1", "Sec-Fetch-Dest", "document", false)]
    [InlineData("", "Sec-Fetch-Dest", "empty", false)]
    [InlineData("", "Accept-Language", "en", false)]
    public async Task Feed_AskedForByABrowser_IsAPageWithItsAddress(string parameters, string header, string value, bool isPage)
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["ledger/feed.atom"]));
        await service.PolledAsync(1);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/topics/ai/feed.atom{parameters}");
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await service.Client.SendAsync(request, Token);

        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(isPage ? "text/html" : "application/atom+xml", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Sec-Fetch-Dest", answer.Headers.Vary);
        Assert.Equal(isPage, text.Contains($"readonly value=\"{service.Client.BaseAddress}topics/ai/feed.atom{parameters}\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0.2, gzip;q=0.8", "gzip")]
    [InlineData("br;q=0", null)]
    public async Task Feed_InACoding_IsTheSameDocumentAndAnsweredWith304InIt(string accepted, string? coding)
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["ledger/feed.atom"]));
        await service.PolledAsync(1);

        using var answer = await AskAsync(null);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal(coding is null ? [] : [coding], answer.Content.Headers.ContentEncoding);
        Assert.Equal(await service.GetTextAsync("/feed.atom"), Decode(bytes));
        using var again = await AskAsync(answer.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Contains("Accept-Encoding", again.Headers.Vary);

        async Task<HttpResponseMessage> AskAsync(string? tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/feed.atom");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
            if (tag is not null)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            }

            return await service.Client.SendAsync(request, Token);
        }

        string Decode(byte[] coded)
        {
            using var read = new MemoryStream(coded);
            using Stream stream = coding switch
            {
                "br" => new BrotliStream(read, CompressionMode.Decompress),
                "gzip" => new GZipStream(read, CompressionMode.Decompress),
                _ => read,
            };
            return new StreamReader(stream).ReadToEnd();
        }
    }

    [Theory]
    [InlineData("/sources/the-lap/feed.atom", "the-lab")]
    [InlineData("/categories/tests/feed.rss", "test")]
    [InlineData("/feeds/ip-watsh.json", "ip-watch")]
    public async Task Feed_OfNothingKnown_IsNotFoundAndTellsWhatIsNear(string path, string near)
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["lab/feed.json"]), ("SavedQueries:IP watch", "topic:ai topic:ip-theft"));

        using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(near, await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SavedQueryThatCannotBeRead_SaysWhereAndWhat()
    {
        using var folder = new TestFolder();

        var fault = await Assert.ThrowsAsync<StartException>(() => RunningService.StartAsync(folder, """{"feeds":[]}""", ("SavedQueries:IP watch", "topic:ai AND (")));

        Assert.Contains("SavedQueries:IP watch", fault.Message, StringComparison.Ordinal);
        Assert.Contains("column", fault.Message, StringComparison.Ordinal);
    }
}
