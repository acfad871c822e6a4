using System.Text.Json.Nodes;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.EndToEnd;
using Aggregator.Service.Tests.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using static Aggregator.Service.Tests.Doors.DoorWorld;

namespace Aggregator.Service.Tests.Doors;

/// <summary>Who gets through the service's door.</summary>
public sealed class DoorTests : IDisposable
{
    private const string NoFeeds = """{ "feeds": [ ] }""";

    private static readonly object Feed = new { url = "http://127.0.0.1:9999/feed.xml", title = "Example" };

    private static readonly (string, string) BehindAProxy = ("Hosting:TrustedProxies:0", "127.0.0.1");

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>An endpoint that is added tomorrow is closed unless it says in as many words that it is not.</summary>
    [Fact]
    public async Task EveryEndpointThatIsNoGet_WithoutAKey_IsRefused()
    {
        string[] open = ["POST /hub", "POST /hub/{token}", "POST /mcp", "POST /mcp/"];
        await using var service = await RunningService.StartAsync(_folder, NoFeeds, app => app.MapPost("/forgotten", () => "done"), ("Mcp:Enabled", "true"));
        var refused = new List<string>();
        foreach (var (method, pattern) in Endpoints(service).Where(endpoint => endpoint.Method is not ("GET" or "HEAD")))
        {
            var answer = await service.ComeAsync(new HttpMethod(method), Fill(pattern));
            var name = $"{method} {pattern}";
            Assert.True(answer.Status == 401 || open.Contains(name), $"{name}: {answer.Status}");
            if (answer.Status == 401)
            {
                refused.Add(name);
                Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
            }
        }

        Assert.Contains("POST /forgotten", refused);
        Assert.Contains("POST /api/feeds", refused);
        Assert.Contains("POST /api/restore", refused);
        Assert.Contains("DELETE /api/keys/{key}", refused);
        Assert.DoesNotContain(refused, open.Contains);
    }

    /// <summary>What makes the service ask others, or tells what is the operator's only.</summary>
    [Theory]
    [InlineData("/api/discover?address=https://example.org/")]
    [InlineData("/api/backup")]
    [InlineData("/api/push")]
    [InlineData("/api/rules")]
    [InlineData("/api/corrections")]
    [InlineData("/api/keys")]
    [InlineData("/api/audit")]
    public async Task OperatorsGet_WithoutAKeyThatMayChange_IsRefused(string path)
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);
        var (reading, changing) = (service.KeyFor(KeyScope.Read), service.KeyFor(KeyScope.Change));

        Assert.Equal(401, (await service.GetAsync(path)).Status);
        Assert.Equal(403, (await service.GetAsync(path, Header(reading))).Status);
        Assert.Equal(403, (await service.GetAsync(path, Password(changing))).Status);
        if (!path.StartsWith("/api/discover", StringComparison.Ordinal))
        {
            Assert.Equal(200, (await service.GetAsync(path, Header(changing))).Status);
        }
    }

    [Fact]
    public async Task Change_ByEachWayAKeyCanCome()
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);
        var (reading, changing) = (service.KeyFor(KeyScope.Read), service.KeyFor(KeyScope.Change));
        var wrong = changing[..^1] + (changing[^1] == '0' ? '1' : '0');

        Task<Answer> AddAsync(string path, Action<HttpRequestMessage>? with = null) => service.ComeAsync(HttpMethod.Post, path, with, Feed);

        Assert.Equal(401, (await AddAsync("/api/feeds")).Status);
        Assert.Equal(401, (await AddAsync("/api/feeds", Header(wrong))).Status);
        Assert.Equal(401, (await AddAsync("/api/feeds", Bearer(wrong))).Status);
        Assert.Equal(403, (await AddAsync("/api/feeds", Header(reading))).Status);
        Assert.Equal(403, (await AddAsync("/api/feeds", Password(changing))).Status);
        Assert.Equal(401, (await AddAsync($"/api/feeds?token={changing}")).Status);
        Assert.Equal(403, (await AddAsync($"/api/feeds?token={reading}")).Status);
        Assert.Equal(NoFeeds, await File.ReadAllTextAsync(_folder.Feeds, TestContext.Current.CancellationToken));

        Assert.Equal(201, (await AddAsync("/api/feeds", Bearer(changing))).Status);
        Assert.Equal(409, (await AddAsync("/api/feeds", Header(changing))).Status);
        await Eventually.HoldsAsync(async () => (await service.GetJsonAsync("/api/feeds"))["feeds"]!.AsArray().Count == 1);

        Assert.Equal(404, (await service.ComeAsync(HttpMethod.Delete, "/api/feeds/nowhere", Header(changing))).Status);
        var address = (await service.GetJsonAsync("/api/feeds"))["feeds"]![0]!["url"]!.ToString();
        Assert.Equal(200, (await service.ComeAsync(HttpMethod.Delete, $"/api/feeds/{Uri.EscapeDataString(address)}", Header(changing))).Status);
        await Eventually.HoldsAsync(async () => (await service.GetJsonAsync("/api/feeds"))["feeds"]!.AsArray().Count == 0);
    }

    /// <summary>Over HTTP no feed is added that the service would not fetch, and none that another's secret would be sent to.</summary>
    [Theory]
    [InlineData("""{ "url": "http://169.254.169.254/latest" }""", 400)]
    [InlineData("""{ "url": "file:///etc/passwd" }""", 400)]
    [InlineData("""{ "url": "https://user:password@example.org/" }""", 400)]
    [InlineData("""{ "url": "nothing" }""", 400)]
    [InlineData("""{ }""", 400)]
    [InlineData("""{ "url": "http://127.0.0.1:9999/feed", "auth": "my-paper" }""", 201)]
    public async Task AddFeed_ThatMayNotBeFetched_IsRefused(string wish, int status)
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);

        var answer = await service.ComeAsync(HttpMethod.Post, "/api/feeds", Header(service.KeyFor(KeyScope.Change)), new StringContent(wish, null, "application/json"));

        Assert.Equal(status, answer.Status);
        Assert.DoesNotContain("my-paper", await File.ReadAllTextAsync(_folder.Feeds, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>A stranger's megabyte is not read before it is known whose it is.</summary>
    [Fact]
    public async Task Change_WithoutAKey_IsRefusedBeforeItsBodyIsRead()
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);

        Assert.Equal(401, (await service.ComeAsync(HttpMethod.Post, "/api/poll", null, new StringContent("{ this is none", null, "application/json"))).Status);
        Assert.Equal(400, (await service.ComeAsync(HttpMethod.Post, "/api/poll", Header(service.KeyFor(KeyScope.Change)), new StringContent("{ this is none", null, "application/json"))).Status);
        Assert.Equal(415, (await service.ComeAsync(HttpMethod.Post, "/api/poll", Header(service.KeyFor(KeyScope.Change)), new StringContent("{}", null, "text/plain"))).Status);
    }

    [Fact]
    public async Task Key_Revoked_IsWrongFromTheNextRequestOn()
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);
        var made = await service.AskJsonAsync(HttpMethod.Post, "/api/keys", new { name = "desk", scope = "change", expires = "90d" });
        var text = (string)made["text"]!;
        Assert.Equal(200, (await service.GetAsync("/api/keys", Header(text))).Status);

        var replaced = (string)JsonNode.Parse((await service.ComeAsync(HttpMethod.Post, "/api/keys/desk/replace", Header(text))).Text)!["text"]!;
        Assert.Equal(401, (await service.GetAsync("/api/keys", Header(text))).Status);
        var listed = (await service.GetAsync("/api/keys", Header(replaced))).Text;
        Assert.Equal(200, (await service.ComeAsync(HttpMethod.Delete, "/api/keys/desk", Header(replaced))).Status);

        Assert.Equal(401, (await service.GetAsync("/api/keys", Header(replaced))).Status);
        Assert.DoesNotContain(replaced[^64..], listed, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey.HashOf(replaced[^64..]), listed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "scope": "read" }""")]
    [InlineData("""{ "name": " ", "scope": "read" }""")]
    [InlineData("""{ "name": "a\nb", "scope": "read" }""")]
    [InlineData("""{ "name": "desk" }""")]
    [InlineData("""{ "name": "desk", "scope": "change", "feeds": [ "IP watch" ] }""")]
    [InlineData("""{ "name": "desk", "scope": "read", "feeds": [ "../api" ] }""")]
    [InlineData("""{ "name": "desk", "scope": "read", "expires": "soon" }""")]
    [InlineData("""{ "name": "desk", "scope": "read", "expires": "2020-01-01" }""")]
    public async Task Key_ThatCannotBe_IsRefusedInWords(string wish)
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);

        var answer = await service.ComeAsync(HttpMethod.Post, "/api/keys", Header(service.Services.GetRequiredService<ServiceKey>().Value), new StringContent(wish, null, "application/json"));

        Assert.Equal(400, answer.Status);
        Assert.NotEmpty((string)JsonNode.Parse(answer.Text)!["detail"]!);
    }

    [Fact]
    public async Task WrongKeys_MoreThanTen_ShutOneClientOutForAMinute()
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds, BehindAProxy);
        var right = service.KeyFor(KeyScope.Change);
        for (var number = 0; number < 10; number++)
        {
            Assert.Equal(401, (await service.GetAsync("/api/keys", From($"2001:db8:1:2::{number}", Header("agg_wrong")))).Status);
        }

        var shut = await service.GetAsync("/api/keys", From("2001:db8:1:2::99", Header("agg_wrong")));

        Assert.Equal(429, shut.Status);
        Assert.InRange(int.Parse(shut.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(429, (await service.GetAsync("/api/keys", From("2001:db8:1:2::1", Header(right)))).Status);
        Assert.Equal(200, (await service.GetAsync("/api/feeds", From("2001:db8:1:2::1"))).Status);
        Assert.Equal(200, (await service.GetAsync("/api/keys", From("2001:db8:1:3::1", Header(right)))).Status);
        Assert.Equal(200, (await service.GetAsync("/api/keys", From("2001:db8:1:2::1", Header(service.Services.GetRequiredService<ServiceKey>().Value)))).Status);
        var record = (await service.GetAsync("/api/audit", From("192.0.2.9", Header(right)))).Text;
        Assert.Equal(10, record.Split("refused: a wrong key").Length - 1);
        Assert.DoesNotContain("agg_wrong", record, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongKeys_OnThisMachine_AreCountedToo()
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds, ("Doors:WrongKeysPerMinute", "2"));

        var statuses = new List<int> { await TryAsync(), await TryAsync(), await TryAsync() };
        Assert.Equal([401, 401, 429], statuses);
        using var commandLine = await service.AskAsync(HttpMethod.Get, "/api/keys");
        Assert.True(commandLine.IsSuccessStatusCode);

        async Task<int> TryAsync() => (await service.ComeAsync(HttpMethod.Post, "/api/feeds", Header("agg_wrong"), Feed)).Status;
    }

    /// <summary>The operator's own machine asks without end; others, so often.</summary>
    [Fact]
    public async Task Requests_OfOneClient_AreBoundedAndOthersAreNot()
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds, BehindAProxy, ("Doors:RequestsPerSecond", "1"));
        using var folder = new TestFolder();
        await using var alone = await RunningService.StartAsync(folder, NoFeeds, ("Doors:RequestsPerSecond", "1"));

        var many = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => service.GetAsync("/healthz", From("192.0.2.1"))));
        var other = await service.GetAsync("/healthz", From("192.0.2.2"));
        var own = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => alone.GetAsync("/healthz")));

        Assert.Contains(many, answer => answer.Status == 200);
        var slowed = many.First(answer => answer.Status == 429);
        Assert.Equal("1", slowed.Headers["Retry-After"]);
        Assert.Contains("Doors:RequestsPerSecond", slowed.Text, StringComparison.Ordinal);
        Assert.Equal(200, other.Status);
        Assert.All(own, answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    public async Task Answer_ThatTakesTooLong_IsGivenUpUnlessTheOperatorWaits()
    {
        using var done = new SemaphoreSlim(0);
        await using var service = await RunningService.StartAsync(
            _folder,
            NoFeeds,
            app =>
            {
                app.MapGet("/slow", Slow);
                app.MapGet("/operators", Slow).RequireKey();
            },
            ("Doors:AnswerWithin", "00:00:01"));
        var waiting = service.GetAsync("/operators", Header(service.KeyFor(KeyScope.Change)));

        var slow = await service.GetAsync("/slow");

        Assert.Equal(503, slow.Status);
        Assert.Contains("Doors:AnswerWithin", slow.Text, StringComparison.Ordinal);
        Assert.False(waiting.IsCompleted);
        done.Release();
        Assert.Equal(200, (await waiting).Status);

        async Task<string> Slow(CancellationToken cancellationToken)
        {
            await done.WaitAsync(cancellationToken);
            return "done";
        }
    }

    /// <summary>CSRF: a page that the operator looks at makes their browser send what it likes, key or not.</summary>
    [Theory]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "http://127.0.0.1:1", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 202)]
    [InlineData("Sec-Fetch-Site", "none", 202)]
    [InlineData("Origin", "own", 202)]
    public async Task Change_FromAPageInABrowser_MustBeOfOurOwn(string header, string value, int status)
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);
        var key = service.KeyFor(KeyScope.Change);
        var origin = value == "own" ? service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) : value;

        var answer = await service.ComeAsync(HttpMethod.Post, "/api/poll", request =>
        {
            Bearer(key)(request);
            request.Headers.TryAddWithoutValidation(header, origin);
        }, new { all = true });

        Assert.Equal(status, answer.Status);
    }

    /// <summary>DNS rebinding: evil.example is made to mean this machine, and its page is of one origin with us.</summary>
    [Fact]
    public async Task Host_ThatIsNotOurs_IsAnsweredByNothing()
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);
        var key = service.KeyFor(KeyScope.Change);
        foreach (var path in new[] { "/", "/feed.atom", "/api/keys", "/healthz" })
        {
            var answer = await service.GetAsync(path, request =>
            {
                Header(key)(request);
                request.Headers.Host = "evil.example";
            });
            Assert.Equal(400, answer.Status);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        }

        Assert.Equal(200, (await service.GetAsync("/healthz", request => request.Headers.Host = "LOCALHOST:80")).Status);
    }

    /// <summary>Where the operator's files lie, and what stands in them that cannot be read.</summary>
    [Fact]
    public async Task Files_OfTheOperator_AreNotToldToStrangers()
    {
        await using var service = await RunningService.StartAsync(_folder, """{ "feeds": [ { "url": "no address of mine" } ] }""", BehindAProxy);
        foreach (var path in new[] { "/api/feeds", "/api/topics/definitions" })
        {
            var told = (await service.GetAsync(path, From("192.0.2.1"))).Text;
            Assert.DoesNotContain(_folder.Path, told, StringComparison.Ordinal);
            Assert.DoesNotContain("of mine", told, StringComparison.Ordinal);
            Assert.Contains(_folder.Path, (await service.GetAsync(path, From("192.0.2.1", Header(service.KeyFor(KeyScope.Change))))).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Changes_AreRecorded_WithWhoAndWhatAndNoSecret()
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);
        var made = await service.AskJsonAsync(HttpMethod.Post, "/api/keys", new { name = "desk", scope = "change" });
        var text = (string)made["text"]!;
        await service.ComeAsync(HttpMethod.Post, "/api/feeds", Header(text), new { url = "http://127.0.0.1:9999/feed?apikey=0123456789abcdef" });
        await service.ComeAsync(HttpMethod.Post, "/api/feeds?token=" + text, null, Feed);
        await service.GetAsync("/api/backup", Bearer(text));

        var record = JsonNode.Parse((await service.GetAsync("/api/audit", Header(text))).Text)!["entries"]!.AsArray();

        Assert.Equal(["POST /api/keys", "POST /api/feeds", "POST /api/feeds", "GET /api/backup"], record.Select(entry => (string)entry!["what"]!));
        Assert.Equal(["200", "201", $"refused: a wrong key, {text[..17]}", "200"], record.Select(entry => (string)entry!["outcome"]!));
        Assert.Equal("the command line of this machine", (string)record[0]!["who"]!);
        Assert.StartsWith("the key \"desk\" (", (string)record[1]!["who"]!, StringComparison.Ordinal);
        Assert.Equal("http://127.0.0.1:9999/feed", (string)record[1]!["detail"]!);
        var file = await File.ReadAllTextAsync(Path.Combine(_folder.Data, "audit.log"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(text[^64..], file, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", file, StringComparison.Ordinal);
    }

    /// <summary>A proxy before us may have a password of its own; where no key is needed it is none of our business.</summary>
    [Fact]
    public async Task Credentials_MeantForAProxy_AreNothingWrongWhereNoneAreNeeded()
    {
        await using var service = await RunningService.StartAsync(_folder, NoFeeds);
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal(200, (await service.GetAsync("/feed.atom", Password("of the proxy"))).Status);
        }

        Assert.Equal(401, (await service.GetAsync("/feed.atom", Password("agg_wrong"))).Status);
    }

    internal static IEnumerable<(string Method, string Pattern)> Endpoints(RunningService service) =>
        from endpoint in service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["POST", "GET"]
        select (method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'));

    internal static string Fill(string pattern) => System.Text.RegularExpressions.Regex.Replace(pattern, "{[^}]+}", "0123456789abcdef01234567");
}
