using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The service below a path of a host that is not its own: every address it names leads back to it, however the proxy before it treats the path.</summary>
public sealed partial class PathTests
{
    private const string Public = "https://example.org/news/";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Follows every link of every kind of page. "/news": the proxy passes the path on. "": it takes the path away.</summary>
    [Theory]
    [InlineData("/news")]
    [InlineData("")]
    public async Task Pages_BelowAPath_LinkToWhatIsThere(string passedOn)
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(
            folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys), ("Hosting:PublicAddress", Public), ("SavedQueries:Labs", "source:\"The lab\""));
        await service.PolledAsync(NewsWorld.GoodFeeds.Count);
        var story = (string)(await service.AllStoriesAsync())[0]["id"]!;
        var links = new HashSet<string>();

        foreach (var page in (string[])["/", "/topics/ai", "/feeds/labs", "/categories/test", "/sources/the-lab", $"/stories/{story}", "/?q=source:the-lab%20OR%20source:the-wire", "/feed.atom", "/topics/ai/feed.json?limit=5"])
        {
            var text = await ReadPageAsync(passedOn + page);
            links.UnionWith(Link().Matches(text).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).Where(link => link.StartsWith('/')));
        }

        Assert.Contains("/news/style.css", links);
        Assert.Contains("/news/copy.js", links);
        Assert.Contains(links, link => link.StartsWith("/news/?q=", StringComparison.Ordinal));
        foreach (var link in links)
        {
            Assert.StartsWith("/news/", link, StringComparison.Ordinal);
            using var answer = await service.Client.GetAsync(new Uri(passedOn + link["/news".Length..], UriKind.Relative), Token);
            Assert.True(answer.IsSuccessStatusCode, $"{link}: {answer.StatusCode}");
        }

        Assert.Contains($"readonly value=\"{Public}feed.atom\"", await ReadPageAsync($"{passedOn}/feed.atom"), StringComparison.Ordinal);

        async Task<string> ReadPageAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "example.org" } };
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "document");
            using var answer = await service.Client.SendAsync(request, Token);
            Assert.Equal(("text/html", HttpStatusCode.OK), (answer.Content.Headers.ContentType!.MediaType, answer.StatusCode));
            return await answer.Content.ReadAsStringAsync(Token);
        }
    }

    [Theory]
    [InlineData("/news")]
    [InlineData("")]
    public async Task Feeds_BelowAPath_NameItInEveryAddressAndInNoId(string passedOn)
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys), ("Hosting:PublicAddress", Public.TrimEnd('/')));
        await service.PolledAsync(NewsWorld.GoodFeeds.Count);

        foreach (var path in (string[])["/feed.atom", "/feed.rss", "/feed.json", "/feed.rdf", "/topics/ai/feed.atom?limit=5", "/state.atom", "/feeds.opml"])
        {
            var text = await service.GetTextAsync(passedOn + path);

            var addresses = OwnAddress().Matches(text).Select(match => match.Value).ToList();
            Assert.NotEmpty(addresses);
            Assert.All(addresses, address => Assert.StartsWith("https://example.org/news/", address, StringComparison.Ordinal));
            Assert.DoesNotContain(service.Client.BaseAddress!.Authority, text, StringComparison.Ordinal);
        }

        XNamespace atom = "http://www.w3.org/2005/Atom";
        var feed = XDocument.Parse(await service.GetTextAsync($"{passedOn}/topics/ai/feed.atom")).Root!;
        Assert.Equal("tag:aggregator.localhost,2026:feed/topics/ai", feed.Element(atom + "id")!.Value);
        Assert.Equal("https://example.org/news/topics/ai/feed.atom", LinkOf("self"));
        Assert.Equal("https://example.org/news/topics/ai", LinkOf("alternate"));
        Assert.Contains("https://example.org/news/topics/ai/feed.atom", await service.GetTextAsync($"{passedOn}/feeds.opml"), StringComparison.Ordinal);

        string LinkOf(string relation) => (string)feed.Elements(atom + "link").Single(link => (string?)link.Attribute("rel") == relation).Attribute("href")!;
    }

    [Theory]
    [InlineData("/news")]
    [InlineData("")]
    public async Task Api_BelowAPath_NamesItToo(string passedOn)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", ("Hosting:PublicAddress", Public), ("SavedQueries:Labs", "lab"));

        using var poll = await service.AskAsync(HttpMethod.Post, $"{passedOn}/api/poll", new { all = true });
        using var missing = await service.Client.GetAsync(new Uri($"{passedOn}/api/storys", UriKind.Relative), Token);
        var problem = JsonNode.Parse(await missing.Content.ReadAsStringAsync(Token))!;

        Assert.Equal(HttpStatusCode.Accepted, poll.StatusCode);
        Assert.StartsWith("/news/api/poll/", poll.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("\"feed\":\"/news/topics/ai/feed.atom\"", await service.GetTextAsync($"{passedOn}/api/topics"), StringComparison.Ordinal);
        Assert.Contains("\"feed\":\"/news/feeds/labs.atom\"", await service.GetTextAsync($"{passedOn}/api/queries"), StringComparison.Ordinal);
        Assert.Equal("https://example.org/news", (string)(await service.GetJsonAsync($"{passedOn}/openapi/v1.json"))["servers"]![0]!["url"]!);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("There is nothing at /news/api/storys. /news/openapi/v1.json lists what there is.", (string)problem["detail"]!);
        Assert.Equal("/news/api/stories", (string)problem["suggestions"]![0]!);
    }

    [Theory]
    [InlineData("/news", HttpStatusCode.OK)]
    [InlineData("/news/", HttpStatusCode.OK)]
    [InlineData("/news/healthz", HttpStatusCode.OK)]
    [InlineData("/healthz", HttpStatusCode.OK)]
    [InlineData("/newsroom/healthz", HttpStatusCode.NotFound)]
    [InlineData("/news/news/healthz", HttpStatusCode.NotFound)]
    [InlineData("/other/healthz", HttpStatusCode.NotFound)]
    public async Task Request_WithThePathOrWithout_IsTheSame(string path, HttpStatusCode expected)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", ("Hosting:PublicAddress", Public));

        using var answer = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);

        Assert.Equal(expected, answer.StatusCode);
    }

    /// <summary>Of /feeds/ai.atom below /feeds nobody could tell whether it is /ai.atom or itself.</summary>
    [Fact]
    public async Task Start_BelowAPathOfItsOwn_SaysSo()
    {
        using var folder = new TestFolder();

        var fault = await Assert.ThrowsAsync<StartException>(() => RunningService.StartAsync(folder, """{"feeds":[]}""", ("Hosting:PublicAddress", "https://example.org/feeds/")));
        await using var afterwards = await RunningService.StartAsync(folder, """{"feeds":[]}""", ("Hosting:PublicAddress", "https://example.org/my/feeds/"));

        Assert.Equal("Hosting:PublicAddress=\"https://example.org/feeds/\" cannot be used: addresses of the service itself begin with /feeds; expected another path, such as /news/", fault.Message);
        Assert.Equal("ok", await afterwards.GetTextAsync("/my/feeds/healthz"));
    }

    [GeneratedRegex("(?:href|src|action)=\"([^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("https://example\\.org[^\"<&]*")]
    private static partial Regex OwnAddress();
}
