using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>How the whole service is watched: probes, metrics, traces, the log, the table of sources.</summary>
public sealed partial class WatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_WhileAllIsWell_ThenNotWhenNothingCanBeStored()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss"]));
        await service.PolledAsync(1);
        Assert.Equal("""{"ready":true,"reasons":[]}""", await service.GetTextAsync("/readyz"));
        Assert.Equal("ok", await service.GetTextAsync("/healthz"));

        service.Services.GetRequiredService<StoreWatch>().StoringFailed(new StoreException($"nothing can be stored in {folder.Data}: the disk is full."));
        Directory.Move(folder.Data, folder.Data + ".away"); // as if it took nothing
        Directory.CreateDirectory(folder.Path);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/readyz");
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        using var stranger = await service.Client.SendAsync(request, Token);
        using var own = await service.Client.GetAsync(new Uri("/readyz", UriKind.Relative), Token);
        Directory.Move(folder.Data + ".away", folder.Data);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"ready":false,"reasons":["nothing can be stored"]}"""), (stranger.StatusCode, await stranger.Content.ReadAsStringAsync(Token)));
        Assert.Contains("the disk is full", await own.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal("ok", await service.GetTextAsync("/healthz"));
    }

    [Fact]
    public async Task Metrics_OfARunningService_HaveAllThatTheDashboardShowsAndNameNoFeed()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson([.. NewsWorld.GoodFeeds.Keys, .. NewsWorld.BadFeeds, "desk/feed.json"]), Token);

        // In a process of its own: meters are a process's, and other tests' services would count in it.
        using var program = AggregatorProcess.Start(folder, "run");
        var endpoint = await program.ListeningAsync(folder);
        using var client = new HttpClient { BaseAddress = endpoint.Address };
        Task<string> GetAsync(string path) => client.GetStringAsync(new Uri(path, UriKind.Relative), Token);
        await Eventually.HoldsAsync(async () =>
            JsonNode.Parse(await GetAsync("/api/feeds"))!["feeds"]!.AsArray().Count(feed => (long)feed!["polls"]! > 0) == NewsWorld.GoodFeeds.Count + NewsWorld.BadFeeds.Count + 1
            && (bool)JsonNode.Parse(await GetAsync("/api/poll"))!["idle"]!);
        world.DeskEntries++;
        using var poll = new HttpRequestMessage(HttpMethod.Post, "/api/poll") { Content = JsonContent.Create(new { sources = new[] { world.Address + "desk/feed.json" } }) };
        poll.Headers.Add(ServiceKey.Header, endpoint.Key);
        using var polled = await client.SendAsync(poll, Token);
        polled.EnsureSuccessStatusCode();

        var dashboard = await File.ReadAllTextAsync(Path.Combine(FindRoot(), "docs", "grafana-dashboard.json"), Token);
        var asked = Expressions(JsonNode.Parse(dashboard)!).SelectMany(expression => MetricName().Matches(expression).Select(match => match.Value)).ToHashSet();
        Assert.True(asked.Count > 30, "the dashboard's names were not found");

        // Feeds are counted every ten seconds or so, and some of what the runtime tells comes with its first collection.
        var metrics = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                metrics = await GetAsync("/metrics");
                return metrics.Contains("aggregator_feeds{aggregator_feed_health=\"healthy\"} 5", StringComparison.Ordinal) && !asked.Except(NamesIn(metrics)).Any();
            },
            () => $"missing: {string.Join(' ', asked.Except(NamesIn(metrics)))}");
        Assert.All(metrics.Split('\n').Where(line => !line.StartsWith("kestrel_", StringComparison.Ordinal)), line => // where it listens
            Assert.DoesNotContain("127.0.0.1", line, StringComparison.Ordinal));
        Assert.DoesNotContain("feed.rss", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(endpoint.Key, metrics, StringComparison.Ordinal);
        Assert.Matches("""aggregator_poll_duration_seconds_count\{aggregator_poll_outcome="failed",error_type="not_found"\} [1-9]""", metrics);
        Assert.All(metrics.Split('\n').Where(line => line.StartsWith("# TYPE aggregator_", StringComparison.Ordinal)), line =>
            Assert.Contains($"# HELP {line.Split(' ')[2]} ", metrics, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_AskedByAStranger_AreRefusedUnlessOpened()
    {
        using var folder = new TestFolder();
        await using (var service = await RunningService.StartAsync(folder, """{ "feeds": [] }"""))
        {
            using var refused = await AskAsStrangerAsync(service);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("Watching:MetricsNetworks", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        await using (var open = await RunningService.StartAsync(folder, """{ "feeds": [] }""", ("Watching:Metrics", "Everybody")))
        {
            using var answer = await AskAsStrangerAsync(open);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await using var none = await RunningService.StartAsync(folder, """{ "feeds": [] }""", ("Watching:Metrics", "Nobody"));
        using var nothing = await none.Client.GetAsync(new Uri("/metrics", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    [Fact]
    public async Task Telemetry_ByDefaultNone_AndToTheCollectorThatIsNamed()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using (var plain = await RunningService.StartAsync(folder, """{ "feeds": [] }"""))
        {
            Assert.Null(plain.Services.GetService<OpenTelemetry.Trace.TracerProvider>());
        }

        var sent = new ConcurrentQueue<(string Path, string Header, string Body)>();
        await using var collector = await StartCollectorAsync(sent);
        await using (var service = await RunningService.StartAsync(
            folder, world.FeedsJson(["wire/feed.rss"]), ("Watching:OtlpEndpoint", collector.Address.AbsoluteUri), ("Watching:OtlpProtocol", "HttpProtobuf"), ("Watching:OtlpHeaders", "x-api-key=abc")))
        {
            await service.PolledAsync(1);
        }

        // What was gathered is sent when the service ends, if not before.
        Assert.Contains(sent, one => one is { Path: "/v1/metrics", Header: "abc" } && one.Body.Contains("aggregator.poll.duration", StringComparison.Ordinal));
        Assert.Contains(sent, one => one.Path == "/v1/traces" && one.Body.Contains("poll", StringComparison.Ordinal));
        Assert.Contains(sent, one => one.Path == "/v1/traces" && one.Body.Contains("cluster", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sources_AsAPageAndOneByOne_TellHowEachDoes()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss", "missing/feed.rss"]));
        await service.PolledAsync(2);

        var page = await service.GetTextAsync("/sources");
        Assert.Contains("2 sources: 1 cannot be read.", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("answered 404: no feed at this address", StringComparison.Ordinal) < page.IndexOf(">healthy<", StringComparison.Ordinal), "what fails comes first");
        Assert.Contains("Look for its new one with aggregator feeds discover", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        foreach (var order in Service.Web.SourceOrder.All)
        {
            Assert.Equal(3, (await service.GetTextAsync($"/sources?sort={order.Name}&page=9")).Split("<tr>").Length - 1);
        }

        using var unknown = await service.Client.GetAsync(new Uri("/sources?sort=luck", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);

        var feeds = (await service.GetJsonAsync("/api/feeds"))["feeds"]!.AsArray();
        var wire = await service.GetJsonAsync($"/api/feeds/{feeds[0]!["id"]}");
        Assert.Equal((1, 1, 5, 1, 0.833), ((int)wire["figures"]!["polls"]!, (int)wire["figures"]!["documents"]!, (int)wire["figures"]!["pagesRead"]!, (int)wire["figures"]!["pagesMissed"]!, (double)wire["figures"]!["pagesReadShare"]!));
        Assert.True((long)wire["figures"]!["bytes"]! > 100);
        Assert.Equal("notFound", (string)feeds[1]!["fault"]!);
        using var ambiguous = await service.Client.GetAsync(new Uri("/api/feeds/127.0.0.1", UriKind.Relative), Token);
        using var none = await service.Client.GetAsync(new Uri("/api/feeds/nosuch", UriKind.Relative), Token);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (ambiguous.StatusCode, none.StatusCode));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/sources");
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        using var stranger = await service.Client.SendAsync(request, Token);
        Assert.DoesNotContain("answered 404", await stranger.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    /// <summary>Hours in which nothing happens but polls that bring nothing, or fail as before, are not worth a line.</summary>
    [Fact]
    public async Task Log_OfQuietHours_IsEmpty()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var log = new Lines();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(), Token);
        var app = await ServiceStart.PrepareAsync(new ServicePaths(folder.Feeds, folder.Data), ServiceMode.Serve, RunningService.Settings, Token, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Logging.AddProvider(log).AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error); // it warns of a slow machine

            // Who watches would take it for a standstill that hours pass at once.
            builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(WatchWorker)));
        });
        await ServiceStart.StartAsync(app, Token);
        try
        {
            var store = app.Services.GetRequiredService<IStoryStore>();
            var feeds = NewsWorld.GoodFeeds.Count + NewsWorld.BadFeeds.Count;
            await PassAsync(store, clock, states => states.Count == feeds && states.All(state => state.Polls > 0));
            Assert.NotEmpty(log.Taken());
            await PassAsync(store, clock, states => states.All(state => state.Polls > 1)); // the second document may be another, and is told once
            log.Taken();

            await PassAsync(store, clock, states => states.All(state => state.Polls > 4));

            Assert.Equal([], log.Taken());
        }
        finally
        {
            await app.StopAsync(Token);
            await app.DisposeAsync();
        }
    }

    /// <summary>Secrets in the files and settings where they belong, and where they do not, never come into the log, in whatever form it is written.</summary>
    [Theory]
    [InlineData("Text")]
    [InlineData("Json")]
    public async Task Log_OfAServiceWithSecrets_TellsNone(string format)
    {
        const string Secret = "hunter2hunter2";
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Data);
        var secrets = Path.Combine(folder.Data, "secrets.json");
        await File.WriteAllTextAsync(secrets, $$"""{ "bearer": { "token": "{{Secret}}" }, "query": { "kind": "query", "name": "u", "value": "{{Secret}}" }, "basic": { "user": "me", "password": "{{Secret}}" } }""", Token);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(secrets, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var home = world.Address;
        await File.WriteAllTextAsync(folder.Feeds, $$"""
            { "feeds": [
              { "url": "{{home}}vault/feed.json", "auth": "bearer" }, { "url": "{{home}}missing/feed.rss", "auth": "query" }, { "url": "{{home}}page/feed.rss?token={{Secret}}", "auth": "basic" },
              { "url": "http://me:{{Secret}}@{{home.Authority}}/wire/feed.rss" }, { "url": "{{home}}dead/feed.rss?key={{Secret}}" }, { "url": "{{home}}wire/feed.rss?apikey={{Secret}}" }, { "url": "{{home}}wire/feed.rss?a=1", "auth": "nosuch" } ] }
            """, Token);
        using var program = AggregatorProcess.Start(
            folder, "run", "--set", $"Watching:LogFormat={format}", "--set", $"Webhooks:Desk:Address=http://127.0.0.1:1/?token={Secret}", "--set", "Webhooks:Desk:Query=", "--set", $"Webhooks:Desk:Secret=whsec_{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Secret + Secret))}",
            "--set", $"Watching:OtlpEndpoint=http://127.0.0.1:1/", "--set", $"Watching:OtlpHeaders=api-key={Secret}", "--set", $"SecondOpinion:ApiKey={Secret}");
        var endpoint = await program.ListeningAsync(folder);
        using var client = new HttpClient { BaseAddress = endpoint.Address };
        await client.GetAsync(new Uri($"/api/stories?q={Secret}&token={Secret}", UriKind.Relative), Token);
        await client.GetAsync(new Uri("/%0A%1B[31mforged", UriKind.Relative), Token);
        await Eventually.HoldsAsync(async () => (await client.GetStringAsync(new Uri("/api/feeds", UriKind.Relative), Token)) is var text
            && JsonNode.Parse(text)!["feeds"]!.AsArray() is { Count: > 4 } feeds && feeds.All(feed => (long)feed!["polls"]! > 0));
        program.Terminate();
        await program.EndAsync();

        Assert.DoesNotContain(Secret, program.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("me:" + Secret)), program.Log, StringComparison.Ordinal);
        Assert.Contains("cannot be read", program.Log, StringComparison.Ordinal);
        if (format == "Json")
        {
            Assert.All(program.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')), line => JsonDocument.Parse(line).Dispose());
        }
    }

    private static IEnumerable<string> NamesIn(string metrics) => metrics.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('{', ' ')[0]);

    private static async Task<HttpResponseMessage> AskAsStrangerAsync(RunningService service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("X-Forwarded-For", "127.0.0.1");
        return await service.Client.SendAsync(request, Token);
    }

    private static Task<LoopbackServer> StartCollectorAsync(ConcurrentQueue<(string Path, string Header, string Body)> sent) => LoopbackServer.StartAsync(async http =>
    {
        using var reader = new StreamReader(http.Request.Body, System.Text.Encoding.Latin1);
        sent.Enqueue((http.Request.Path, http.Request.Headers["x-api-key"].ToString(), await reader.ReadToEndAsync(http.RequestAborted)));
    });

    /// <summary>Lets time pass, ten minutes at a time, as soon as no feed is due, until the feeds are as asked for.</summary>
    private static async Task PassAsync(IStoryStore store, FakeTimeProvider clock, Func<IReadOnlyList<FeedState>, bool> holds) => await Eventually.HoldsAsync(async () =>
    {
        var states = await store.ListFeedStatesAsync(Token);
        if (holds(states))
        {
            return true;
        }

        clock.Advance(states.Any(state => state.NextPoll <= clock.GetUtcNow() && state.Health != FeedHealth.Gone) ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(10));
        return false;
    });

    private static IEnumerable<string> Expressions(JsonNode node) => node switch
    {
        JsonObject item => item.SelectMany(field => field.Key is "expr" or "definition" ? [(string)field.Value!] : field.Value is null ? [] : Expressions(field.Value)),
        JsonArray list => list.Where(one => one is not null).SelectMany(one => Expressions(one!)),
        _ => [],
    };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Aggregator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run outside the tree");
        }

        return folder.FullName;
    }

    /// <summary>A metric, not a label: what stands before a brace or is all there is in an argument.</summary>
    [GeneratedRegex(@"\b(aggregator|http|dotnet|kestrel)_[a-z0-9_]+(?=\{|, instance)")]
    private static partial Regex MetricName();

    private sealed class Lines : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        /// <summary>What was logged since this was last asked.</summary>
        public List<string> Taken()
        {
            List<string> taken = [];
            while (_lines.TryDequeue(out var line))
            {
                taken.Add(line);
            }

            return taken;
        }

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{logLevel} {category} {formatter(state, exception)}");
        }
    }
}
