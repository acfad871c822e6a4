using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The whole service in this process, polling a small news web, with a data folder of its own.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningService(WebApplication app, HttpClient client)
    {
        _app = app;
        Client = client;
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The settings under which the world's loopback address may be polled, fast, and a test may ask as fast as it can, from behind a proxy too.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Hosting:Listen"] = "http://127.0.0.1:0",
        ["Hosting:FeedsMayLag"] = "00:00:00",
        ["Fetching:AllowedNetworks:0"] = "127.0.0.1/32",
        ["Fetching:PerHostSpacing"] = "00:00:00",
        ["Polling:DispatchEvery"] = "00:00:01",
        ["Polling:ManualInterval"] = "00:00:00",
        ["Doors:RequestsPerSecond"] = "1000000",

        // On a machine that is slow or has other things to do, all is slow that is not meant to be.
        ["Polling:PageBudget"] = "00:05:00",
        ["Fetching:ConnectTimeout"] = "00:01:00",
        ["Fetching:HeaderTimeout"] = "00:05:00",
        ["Fetching:BodyTimeout"] = "00:10:00",
        ["Fetching:SlowBodyAfter"] = "00:05:00",
        ["Push:AnswerTime"] = "00:01:00",
        ["Doors:AnswerWithin"] = "00:10:00",
    };

    public static Task<RunningService> StartAsync(TestFolder folder, string feedsJson, params (string Name, string Value)[] more) => StartAsync(folder, feedsJson, _ => { }, more);

    /// <summary>The same with endpoints of a test's own.</summary>
    public static Task<RunningService> StartAsync(TestFolder folder, string feedsJson, Action<WebApplication> extend, params (string Name, string Value)[] more) => StartAsync(
        folder,
        feedsJson,
        app =>
        {
            extend(app);
            return Task.CompletedTask;
        },
        more);

    /// <summary>The same with something done to it before it starts.</summary>
    public static async Task<RunningService> StartAsync(TestFolder folder, string feedsJson, Func<WebApplication, Task> extend, params (string Name, string Value)[] more)
    {
        await File.WriteAllTextAsync(folder.Feeds, feedsJson, TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string?>(Settings);
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        var paths = new ServicePaths(folder.Feeds, folder.Data);
        var app = await ServiceStart.PrepareAsync(paths, ServiceMode.Serve, settings, TestContext.Current.CancellationToken, builder => builder.Logging.ClearProviders());
        await extend(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningService(app, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });
    }

    public async Task<JsonObject> GetJsonAsync(string path) =>
        (await Client.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken))!;

    public async Task<string> GetTextAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return text;
    }

    /// <summary>The answer to a request of the operator, with the service's key.</summary>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add(ServiceKey.Header, _app.Services.GetRequiredService<ServiceKey>().Value);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The same, as JSON; fails the test if it is no success.</summary>
    public async Task<JsonObject> AskJsonAsync(HttpMethod method, string path, object? body = null)
    {
        using var answer = await AskAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>All stories, page after page.</summary>
    public async Task<IReadOnlyList<JsonNode>> AllStoriesAsync(int pageSize = 500)
    {
        var stories = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = await GetJsonAsync($"/api/stories?limit={pageSize}{(cursor is null ? "" : $"&cursor={cursor}")}");
            stories.AddRange(page["stories"]!.AsArray().Select(story => story!));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);
        return stories;
    }

    /// <summary>Waits until so many feeds are neither new nor busy: each was polled at least once, and a poll that is asked for now is another one.</summary>
    public Task PolledAsync(int feeds) => Eventually.HoldsAsync(async () =>
        (await GetJsonAsync("/api/feeds"))["feeds"]!.AsArray().Count(feed => (long)feed!["polls"]! > 0) == feeds && (bool)(await GetJsonAsync("/api/poll"))["idle"]!);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
