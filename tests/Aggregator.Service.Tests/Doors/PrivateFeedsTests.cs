using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Aggregator.Model.Storage;
using Aggregator.Service.Doors;
using Aggregator.Service.Polling;
using Aggregator.Service.Push;
using Aggregator.Service.Tests.EndToEnd;
using Aggregator.Service.Tests.Push;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;
using static Aggregator.Service.Tests.Doors.DoorWorld;

namespace Aggregator.Service.Tests.Doors;

/// <summary>Feeds that only who has a key may read, and may know of.</summary>
public sealed class PrivateFeedsTests : IDisposable
{
    private const string NoFeeds = """{ "feeds": [ ] }""";

    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    private static readonly (string, string)[] Private = [("SavedQueries:Zeppelin watch:Query", "topic:ai"), ("SavedQueries:Zeppelin watch:Private", "true"), ("SavedQueries:Open watch", "topic:space")];

    private static readonly (string, string) KeysOnly = ("Doors:Reading", "Keys");

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/feeds/zeppelin-watch.atom")]
    [InlineData("/feeds/zeppelin-watch/feed.atom")]
    [InlineData("/feeds/Zeppelin%20Watch/feed.rss?limit=5")]
    [InlineData("/feeds/zeppelin-watch/feed.json?q=topic:ai")]
    [InlineData("/feeds/zeppelin-watch")]
    [InlineData("/feeds/zeppelin-watch/events")]
    public async Task PrivateFeed_IsOpenedByAKeyAndNothingElse(string path)
    {
        await using var service = await StartAsync(Private);
        var (any, own, other) = (service.KeyFor(KeyScope.Read), service.KeyFor(KeyScope.Read, "feeds/zeppelin-watch"), service.KeyFor(KeyScope.Read, "feeds/open-watch"));
        var sign = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';

        var refused = await service.GetAsync(path);
        Assert.Equal(401, refused.Status);
        Assert.Contains("Basic realm", refused.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal("no-store", refused.Headers["Cache-Control"]);
        Assert.Equal(401, (await service.GetAsync($"{path}{sign}token=agg_wrong")).Status);
        Assert.Equal(403, (await service.GetAsync(path, Password(other))).Status);
        foreach (var key in new[] { any, own })
        {
            foreach (var opened in new[] { await service.GetAsync($"{path}{sign}token={key}"), await service.GetAsync(path, Password(key)), await service.GetAsync(path, Bearer(key)), await service.GetAsync(path, Header(key)) })
            {
                Assert.Equal(200, opened.Status);
                Assert.DoesNotContain("public", opened.Headers["Cache-Control"], StringComparison.Ordinal);
                Assert.Contains("Authorization", opened.Headers["Vary"], StringComparison.Ordinal);
                Assert.Equal("noindex, nofollow", opened.Headers["X-Robots-Tag"]);
            }
        }
    }

    /// <summary>Who tries names learns nothing: a name that means nothing is answered like one that is private.</summary>
    [Fact]
    public async Task PrivateFeed_IsNotToldFromNone()
    {
        await using var service = await StartAsync(Private);

        var (there, none) = (await service.GetAsync("/feeds/zeppelin-watch.atom"), await service.GetAsync("/feeds/zeppelin-wotch.atom"));

        Assert.Equal((401, WithoutTrace(there.Text)), (none.Status, WithoutTrace(none.Text)));
        Assert.Equal(200, (await service.GetAsync("/feeds/open-watch.atom")).Status);
        Assert.Equal(404, (await service.GetAsync("/feeds/zeppelin-wotch.atom", Bearer(service.KeyFor(KeyScope.Read)))).Status);

        static string WithoutTrace(string problem)
        {
            var json = JsonNode.Parse(problem)!.AsObject();
            json.Remove("traceId");
            return json.ToJsonString();
        }
    }

    [Fact]
    public async Task PrivateFeed_IsNamedToNobodyWhoMayNotReadIt()
    {
        await using var service = await StartAsync([.. Private, ("Mcp:Enabled", "true")]);
        var (key, other) = (service.KeyFor(KeyScope.Read), service.KeyFor(KeyScope.Read, "feeds/open-watch"));
        foreach (var path in new[] { "/", "/topics/ai", "/feeds.opml", "/sitemap.xml", "/robots.txt", "/api/queries", "/api/feeds", "/api/stories", "/feed.atom", "/feeds/nothing", "/feeds/open-watch", "/openapi/v1.json", "/api/feeds.opml", "/state.atom", "/api/topics/near-nothing" })
        {
            foreach (var with in new Action<HttpRequestMessage>[] { _ => { }, Password(other) })
            {
                var answer = await service.GetAsync(path, with);
                Assert.DoesNotContain("zeppelin", answer.Text, StringComparison.OrdinalIgnoreCase);
            }
        }

        foreach (var path in new[] { "/", "/feeds.opml", "/api/queries" })
        {
            Assert.Contains("Zeppelin watch", (await service.GetAsync(path, Password(key))).Text, StringComparison.Ordinal);
            Assert.Contains("Open watch", (await service.GetAsync(path)).Text, StringComparison.Ordinal);
        }
    }

    /// <summary>Neither the hub nor the feed offers to push it; who subscribed before it was private gets nothing more.</summary>
    [Fact]
    public async Task PrivateFeed_IsPushedToNobody()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var service = await StartAsync(("Fetching:AllowedNetworks:0", "127.0.0.1/32"), ("Push:Every", "00:00:00.05"));
        using var saved = await service.AskAsync(HttpMethod.Put, "/api/queries/zeppelin-watch", new { query = "topic:ai" });
        var key = service.KeyFor(KeyScope.Read);
        var topic = new Uri(service.Client.BaseAddress!, "/feeds/zeppelin-watch/feed.atom").AbsoluteUri;
        Assert.Equal(1, await LinksToHubAsync("/feeds/zeppelin-watch.atom"));
        Assert.Equal(202, await SubscribeAsync(topic));
        await Eventually.HoldsAsync(() => Task.FromResult(service.Services.GetRequiredService<PushBook>().Subscribers.Count == 1));

        using var hidden = await service.AskAsync(HttpMethod.Put, "/api/queries/zeppelin-watch", new { query = "topic:ai", @private = true });
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch([TestStories.Make(1, 1, "AI")], null), Token);
        service.Services.GetRequiredService<StoreChanges>().Happened();

        await Eventually.HoldsAsync(() => Task.FromResult(service.Services.GetRequiredService<PushBook>().Subscribers.Count == 0));
        Assert.Empty(receiver.Taken);
        Assert.Equal(0, await LinksToHubAsync($"/feeds/zeppelin-watch.atom?token={key}"));
        Assert.Equal(400, await SubscribeAsync(topic));
        Assert.Equal(400, await SubscribeAsync($"{topic}?token={key}"));

        async Task<int> LinksToHubAsync(string path) => XDocument.Parse((await service.GetAsync(path)).Text).Root!.Elements(Atom + "link").Count(link => (string?)link.Attribute("rel") == "hub");

        async Task<int> SubscribeAsync(string asked) => (await service.ComeAsync(HttpMethod.Post, "/hub", null, new FormUrlEncodedContent(
            [new("hub.mode", "subscribe"), new("hub.topic", asked), new("hub.callback", receiver.Address.AbsoluteUri)]))).Status;
    }

    [Fact]
    public async Task Stream_OfAQueryThatIsMadePrivate_EndsBeforeItTellsMore()
    {
        await using var service = await StartAsync(("Push:Every", "00:00:00.05"));
        using var saved = await service.AskAsync(HttpMethod.Put, "/api/queries/zeppelin-watch", new { query = "topic:ai" });
        using var answer = await service.Client.GetAsync(new Uri("/feeds/zeppelin-watch/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        using var hidden = await service.AskAsync(HttpMethod.Put, "/api/queries/zeppelin-watch", new { query = "topic:ai", @private = true });
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch([TestStories.Make(1, 1, "AI")], null), Token);
        service.Services.GetRequiredService<StoreChanges>().Happened();

        Assert.DoesNotContain("Story 1", await reader.ReadToEndAsync(Token), StringComparison.Ordinal);
        Assert.Equal(401, (await service.GetAsync("/feeds/zeppelin-watch/events")).Status);
    }

    [Fact]
    public async Task SavedQuery_StaysPrivateUntilItIsOpened()
    {
        await using (var service = await StartAsync())
        {
            using var saved = await service.AskAsync(HttpMethod.Put, "/api/queries/Zeppelin%20watch", new { query = "topic:ai", @private = true });
            using var other = await service.AskAsync(HttpMethod.Put, "/api/queries/Zeppelin%20watch", new { query = "topic:ai topic:space" });
            Assert.Equal(401, (await service.GetAsync("/feeds/zeppelin-watch.atom")).Status);
        }

        await using var again = await StartAsync();
        Assert.Equal(401, (await again.GetAsync("/feeds/zeppelin-watch.atom")).Status);
        using var opened = await again.AskAsync(HttpMethod.Put, "/api/queries/Zeppelin%20watch", new { query = "topic:ai", @private = false });
        Assert.Equal(200, (await again.GetAsync("/feeds/zeppelin-watch.atom")).Status);
    }

    /// <summary>A new endpoint that tells something is closed too, unless it says otherwise. Metrics have a door of their own.</summary>
    [Fact]
    public async Task ReadingByKeys_ClosesEveryEndpointButAFew()
    {
        string[] open = ["/healthz", "/robots.txt", "/style.css", "/copy.js", "/icon.svg", "/hub/{token}", "/readyz", "/metrics", "/images/{signature}/{address}"];
        await using var service = await StartAsync(KeysOnly, ("Mcp:Enabled", "true"), ("Images:Proxy", "true"));
        var endpoints = DoorTests.Endpoints(service).ToList();
        Assert.All(open, pattern => Assert.Contains(endpoints, endpoint => endpoint.Pattern == pattern));
        foreach (var (method, pattern) in endpoints)
        {
            var answer = await service.ComeAsync(new HttpMethod(method), DoorTests.Fill(pattern));
            Assert.True(open.Contains(pattern) ? answer.Status is not (401 or 403) : answer.Status == 401, $"{method} {pattern}: {answer.Status}");
        }

        Assert.Equal("User-agent: *\nDisallow: /\n", (await service.GetAsync("/robots.txt")).Text);
    }

    [Fact]
    public async Task ReadingByKeys_AnswersWhoHasOne()
    {
        await using var service = await StartAsync(KeysOnly, ("SavedQueries:Open watch", "topic:space"));
        var (key, one) = (service.KeyFor(KeyScope.Read), service.KeyFor(KeyScope.Read, "feeds/open-watch", "topics/ai"));
        foreach (var path in new[] { "/", "/feed.atom", "/api/stories", "/api/feeds", "/feeds.opml", "/openapi/v1.json", "/feeds/open-watch.rss", "/topics/ai/feed.json" })
        {
            Assert.Equal(200, (await service.GetAsync(path, Password(key))).Status);
            Assert.Equal(200, (await service.GetAsync($"{path}?token={key}")).Status);
            Assert.Equal(path.StartsWith("/feeds/", StringComparison.Ordinal) || path.StartsWith("/topics/ai", StringComparison.Ordinal) ? 200 : 403, (await service.GetAsync(path, Password(one))).Status);
        }

        Assert.Equal(401, (await service.GetAsync("/feed.atom", Password("a guess"))).Status);
        var feed = XDocument.Parse((await service.GetAsync("/feed.atom", Password(key))).Text).Root!;
        Assert.DoesNotContain(feed.Elements(Atom + "link"), link => (string?)link.Attribute("rel") == "hub");
        Assert.Equal(401, (await service.ComeAsync(HttpMethod.Post, "/hub")).Status);
        using var commandLine = await service.AskAsync(HttpMethod.Get, "/api/stories");
        Assert.Equal(HttpStatusCode.OK, commandLine.StatusCode);
    }

    /// <summary>Conditional requests work for who has a key, and tell nothing to who has none.</summary>
    [Fact]
    public async Task ReadingByKeys_HasETagsForWhoMayRead()
    {
        await using var service = await StartAsync(KeysOnly);
        var key = service.KeyFor(KeyScope.Read);
        var tag = (await service.GetAsync("/feed.atom", Password(key))).Headers["ETag"];

        Assert.Equal(304, (await service.GetAsync($"/feed.atom?token={key}", request => request.Headers.TryAddWithoutValidation("If-None-Match", tag))).Status);
        var refused = await service.GetAsync("/feed.atom", request => request.Headers.TryAddWithoutValidation("If-None-Match", tag));
        Assert.Equal(401, refused.Status);
        Assert.False(refused.Headers.ContainsKey("ETag"));
    }

    /// <summary>A token in an address comes back in nothing that is made for all: who gets a feed passed on must not get the key with it.</summary>
    [Fact]
    public async Task Token_ComesBackInNothingButWhatIsItsHoldersOwn()
    {
        await using var service = await StartAsync(KeysOnly);
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch([.. Enumerable.Range(1, 60).Select(number => TestStories.Make(number, number, "AI"))], null), Token);
        service.Services.GetRequiredService<StoreChanges>().Happened();
        var key = service.KeyFor(KeyScope.Read);
        foreach (var path in new[] { "/", "/feed.atom", "/feed.rss", "/feed.json", "/feed.rdf", "/topics/ai/feed.atom", "/topics/ai", "/topics/nothing", "/nothing", "/sitemap.xml", "/api/stories", "/api/stories?limit=x", "/openapi/v1.json", "/state.atom" })
        {
            var answer = await service.GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}token={key}");
            Assert.DoesNotContain(key[^64..], answer.Text + string.Concat(answer.Headers.Values), StringComparison.Ordinal);
        }

        Assert.Contains($"/topics/ai/feed.atom?token={key}", (await service.GetAsync($"/feeds.opml?token={key}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("token", (await service.GetAsync("/feeds.opml", Password(key))).Text, StringComparison.Ordinal);
        var door = await service.GetAsync($"/feed.atom?token={key}", request => request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "document"));
        Assert.Contains($"feed.atom?token={key}", door.Text, StringComparison.Ordinal);
        Assert.Equal("no-referrer", door.Headers["Referrer-Policy"]);
    }

    /// <summary>A stream that was opened with a key ends with it.</summary>
    [Fact]
    public async Task Stream_EndsWhenItsKeyIsRevoked()
    {
        await using var service = await StartAsync(KeysOnly);
        var key = service.KeyFor(KeyScope.Read);
        using var answer = await service.Client.GetAsync(new Uri($"/events?token={key}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        await using var stream = await answer.Content.ReadAsStreamAsync(Token);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("retry:", await reader.ReadLineAsync(Token), StringComparison.Ordinal);

        service.Services.GetRequiredService<ApiKeys>().Revoke(service.Services.GetRequiredService<ApiKeys>().All[0].Id);

        while (await reader.ReadLineAsync(Token) is not null)
        {
        }

        Assert.Equal(401, (await service.GetAsync($"/events?token={key}")).Status);
    }

    [Theory]
    [InlineData("SavedQueries:A:Quary", "topic:ai", "SavedQueries:A:Quary is no setting of a saved query")]
    [InlineData("SavedQueries:A:Private", "perhaps", "SavedQueries:A:Private=\"perhaps\"")]
    [InlineData("SavedQueries:A:Private", "true", "it asks for nothing")]
    [InlineData("Doors:Reading", "Friends", "Doors:Reading=\"Friends\" cannot be used: expected one of Everybody, Keys")]
    [InlineData("Doors:RequestsPerSecond", "0", "Doors:RequestsPerSecond=\"0\" cannot be used")]
    public async Task Setting_ThatCannotBe_StopsTheStart(string name, string value, string words)
    {
        var fault = await Assert.ThrowsAsync<Aggregator.Service.Hosting.StartException>(() => StartAsync((name, value)));

        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Newsboat as its users set it up: the key in the address of one feed, and as a password for another.</summary>
    [Fact]
    public async Task Newsboat_ReadsPrivateFeeds_ByTokenAndByPassword()
    {
        OtherProgram.SkipWithout("newsboat");
        await using var service = await StartAsync(Private);
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch([TestStories.Make(1, 1, "AI"), TestStories.Make(2, 2, "AI")], null), Token);
        service.Services.GetRequiredService<StoreChanges>().Happened();
        var (key, home) = (service.KeyFor(KeyScope.Read), service.Client.BaseAddress!);
        foreach (var address in new[] { $"{home}feeds/zeppelin-watch.atom?token={key}", $"http://reader:{key}@{home.Authority}/feeds/zeppelin-watch.rss", $"{home}feeds/zeppelin-watch.atom" })
        {
            var (urls, cache, config) = (Path.Combine(_folder.Path, "urls"), Path.Combine(_folder.Path, $"{Guid.NewGuid():n}.db"), Path.Combine(_folder.Path, "config"));
            await File.WriteAllTextAsync(urls, address, Token);
            await File.WriteAllTextAsync(config, "", Token);
            await OtherProgram.OutputOfAsync("newsboat", ["-u", urls, "-c", cache, "-C", config, "-x", "reload"], _folder.Path);
            var told = await OtherProgram.OutputOfAsync("newsboat", ["-u", urls, "-c", cache, "-C", config, "-x", "print-unread"], _folder.Path);
            Assert.StartsWith(address.Contains(key, StringComparison.Ordinal) ? "2 unread" : "0 unread", told, StringComparison.Ordinal);
        }
    }

    private Task<RunningService> StartAsync(params (string Name, string Value)[] settings) => RunningService.StartAsync(_folder, NoFeeds, settings);
}
