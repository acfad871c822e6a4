using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>What is believed of forwarded headers: what listed proxies say, and nothing else.</summary>
public sealed class ProxyTests
{
    private static readonly (string, string) LoopbackIsTrusted = ("Hosting:TrustedProxies:0", "127.0.0.1");

    private static readonly (string Name, string Value)[] Forwarded =
        [("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "news.example.org"), ("X-Forwarded-Prefix", "/news")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forwarded_ByAListedProxy_IsTheAddressOfEveryLink()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", LoopbackIsTrusted);

        Assert.Equal("https://news.example.org/news/feed.atom", await SelfAsync(service, Forwarded));
        Assert.Equal("https://news.example.org/news", (string)JsonNode.Parse(await AskAsync(service, "/openapi/v1.json", Forwarded))!["servers"]![0]!["url"]!);
        Assert.Contains("href=\"/news/topics/ai\"", await AskAsync(service, "/", Forwarded), StringComparison.Ordinal);
        Assert.Equal($"{service.Client.BaseAddress}feed.atom", await SelfAsync(service));
    }

    [Theory]
    [InlineData("Hosting:FeedEntries", "50")]
    [InlineData("Hosting:TrustedProxies:0", "10.0.0.0/8")]
    [InlineData("ForwardedHeaders_Enabled", "true")]
    public async Task Forwarded_ByAnybodyElse_ChangesNothing(string setting, string value)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", (setting, value));

        Assert.Equal($"{service.Client.BaseAddress}feed.atom", await SelfAsync(service, Forwarded));
        Assert.Equal(await AskAsync(service, "/"), await AskAsync(service, "/", Forwarded));
    }

    /// <summary>A proxy that passes on what its client said, or is not set up well, makes no links that lead elsewhere.</summary>
    [Theory]
    [InlineData("X-Forwarded-Host", "news.example.org/@evil.example")]
    [InlineData("X-Forwarded-Host", "a b")]
    [InlineData("X-Forwarded-Proto", "javascript:")]
    [InlineData("X-Forwarded-Prefix", "//evil.example")]
    [InlineData("X-Forwarded-Prefix", "/\\evil.example")]
    [InlineData("X-Forwarded-Prefix", "/news/../..")]
    [InlineData("X-Forwarded-Prefix", "news")]
    [InlineData("X-Forwarded-Prefix", "/")]
    [InlineData("X-Forwarded-For", "nobody")]
    public async Task Forwarded_ThatCannotBe_IsLeftOut(string name, string value)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", LoopbackIsTrusted);

        Assert.Equal($"{service.Client.BaseAddress}feed.atom", await SelfAsync(service, (name, value)));
    }

    /// <summary>The public address is configured once, and then nobody says otherwise.</summary>
    [Fact]
    public async Task Forwarded_BesideAPublicAddress_DoesNotChangeIt()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", LoopbackIsTrusted, ("Hosting:PublicAddress", "https://example.org/our/news/"));

        Assert.Equal("https://example.org/our/news/feed.atom", await SelfAsync(service, Forwarded));
        Assert.Contains("href=\"/our/news/topics/ai\"", await AskAsync(service, "/", Forwarded), StringComparison.Ordinal);
        Assert.Contains("href=\"/our/news/topics/ai\"", await AskAsync(service, "/our/news/", ("X-Forwarded-Prefix", "/our/news")), StringComparison.Ordinal);
    }

    /// <summary>The words of a chain are believed from its end up to the first that is not listed: here the outer one spoke https, and the inner one http.</summary>
    [Theory]
    [InlineData("10.0.0.2", "https")]
    [InlineData("10.0.0.3", "http")]
    public async Task Forwarded_ThroughAChain_IsBelievedAsFarAsItIsListed(string listed, string scheme)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", LoopbackIsTrusted, ("Hosting:TrustedProxies:1", listed));

        var self = await SelfAsync(service, ("X-Forwarded-For", "198.51.100.7, 10.0.0.2"), ("X-Forwarded-Proto", "https, http"));

        Assert.Equal($"{scheme}://{service.Client.BaseAddress!.Authority}/feed.atom", self);
    }

    /// <summary>Why an address cannot be read tells of the operator's network.</summary>
    [Theory]
    [InlineData(false, null, true)]
    [InlineData(false, "198.51.100.7", false)]
    [InlineData(false, "127.0.0.1", false)]
    [InlineData(true, null, false)]
    [InlineData(true, "198.51.100.7", false)]
    [InlineData(true, "127.0.0.1", false)]
    public async Task Fault_ThroughAProxyOnThisMachine_IsToldToNobodyWithoutTheKey(bool isListed, string? forwardedFor, bool isTold)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(
            folder, """{ "feeds": [ { "url": "http://10.0.0.1/feed" } ] }""", isListed ? LoopbackIsTrusted : ("Hosting:FeedEntries", "50"));
        await service.PolledAsync(1);
        (string, string)[] headers = forwardedFor is null ? [] : [("X-Forwarded-For", forwardedFor)];

        var told = await AskAsync(service, "/api/feeds", headers);

        Assert.Equal(isTold, told.Contains("not on the public internet", StringComparison.Ordinal));
    }

    private static async Task<string> SelfAsync(RunningService service, params (string Name, string Value)[] headers)
    {
        XNamespace atom = "http://www.w3.org/2005/Atom";
        return (string)XDocument.Parse(await AskAsync(service, "/feed.atom", headers)).Root!.Elements(atom + "link").Single(link => (string?)link.Attribute("rel") == "self").Attribute("href")!;
    }

    private static async Task<string> AskAsync(RunningService service, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await service.Client.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return text;
    }
}
