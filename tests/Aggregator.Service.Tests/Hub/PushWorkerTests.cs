using System.Text;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hub;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.EndToEnd;
using Aggregator.Service.Tests.World;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Hub;

/// <summary>Documents that hubs pushed, of two feeds: the pages of the one are read, and its site never answers; the other tells all itself.</summary>
public sealed class PushWorkerTests
{
    private const string Slow = "slow", Quick = "quick";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_WhosePageNeverComes_HoldsUpItsOwnFeedOnly()
    {
        using var folder = new TestFolder();
        using var open = new SemaphoreSlim(0);
        await using var site = await StartSiteAsync(open.WaitAsync);
        await using var service = await StartAsync(folder, site);
        var queue = service.Services.GetRequiredService<PendingPushes>();

        queue.TryAdd(Push(Slow, "first", new Uri(site.Address, "page")));
        queue.TryAdd(Push(Slow, "second", null));
        queue.TryAdd(Push(Quick, "other", null));

        await Eventually.HoldsAsync(async () => (await service.AllStoriesAsync()).Count > 0);
        Assert.Equal(["other"], await TitlesAsync(service));
        open.Release(2);
        await Eventually.HoldsAsync(() => Task.FromResult(queue.Count == 0));
        Assert.Equal(["first", "other", "second"], await TitlesAsync(service));
    }

    [Fact]
    public async Task Push_ThatTakesLongerThanAPollMay_IsBrokenOffAndItsFeedPolled()
    {
        using var folder = new TestFolder();
        using var asked = new SemaphoreSlim(0);
        await using var site = await StartSiteAsync(gone =>
        {
            asked.Release();
            return Task.Delay(Timeout.Infinite, gone);
        });
        await using var service = await StartAsync(folder, site);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(-1));
        var queue = new PendingPushes(clock);
        using var worker = new PushWorker(
            queue, service.Services.GetRequiredService<HubSubscriptions>(), service.Services.GetRequiredService<FeedPoller>(), service.Services.GetRequiredService<FeedCatalog>(),
            service.Services.GetRequiredService<IStoryStore>(), Options.Create(new PollingOptions { Lease = TimeSpan.FromMinutes(5) }), clock, NullLogger<PushWorker>.Instance);
        await worker.StartAsync(Token);

        queue.TryAdd(Push(Slow, "first", new Uri(site.Address, "page")));
        queue.TryAdd(Push(Slow, "second", null));
        await asked.WaitAsync(Token);
        clock.Advance(TimeSpan.FromMinutes(6));

        await Eventually.HoldsAsync(async () => (await TitlesAsync(service)).Contains("second"));
        Assert.DoesNotContain("first", await TitlesAsync(service));
        await Eventually.HoldsAsync(async () => (long)(await service.GetJsonAsync("/api/feeds"))["feeds"]!.AsArray().Single(feed => ((string)feed!["url"]!).EndsWith(Slow, StringComparison.Ordinal))!["polls"]! > 1);
        await worker.StopAsync(Token);
    }

    /// <summary>The hub was told that it was taken and will not push it again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Push_ThatTheStoreCouldNotTakeIn_MakesItsFeedDueOnceTheStoreAnswers(bool whenItStops)
    {
        using var folder = new TestFolder();
        await using var site = await StartSiteAsync(_ => Task.CompletedTask);
        await using var service = await StartAsync(folder, site);
        var sound = service.Services.GetRequiredService<IStoryStore>();
        var (isAway, refused, hastened) = (true, 0, new TaskCompletionSource<string>());
        var store = FaultyStore.Of((method, arguments) => isAway
            ? Task.FromException<HubSubscription?>(new StoreException($"the server is away ({++refused})"))
            : method.Name == nameof(IStoryStore.HastenPollAsync) ? Task.FromResult(hastened.TrySetResult($"{arguments[0]}: {arguments[2]}")) : method.Invoke(sound, arguments));
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var queue = new PendingPushes(clock);
        using var worker = new PushWorker(
            queue, service.Services.GetRequiredService<HubSubscriptions>(), service.Services.GetRequiredService<FeedPoller>(), service.Services.GetRequiredService<FeedCatalog>(),
            store, Options.Create(new PollingOptions()), clock, NullLogger<PushWorker>.Instance);
        await worker.StartAsync(Token);
        queue.TryAdd(Push(Quick, "other", null));
        await Eventually.HoldsAsync(() => Task.FromResult(refused > 0));
        clock.Advance(TimeSpan.FromMinutes(5));

        isAway = false;
        if (whenItStops)
        {
            await worker.StopAsync(Token);
        }

        await Eventually.HoldsAsync(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(hastened.Task.IsCompleted);
        });
        Assert.Equal($"{FeedId.Of(new Uri(site.Address, Quick))}: hub.example pushed news that could not be taken in", await hastened.Task);
        await worker.StopAsync(Token);
    }

    /// <summary>A site with two feeds that hold nothing, and a page that comes once <paramref name="page"/> lets it.</summary>
    private static Task<LoopbackServer> StartSiteAsync(Func<CancellationToken, Task> page) => LoopbackServer.StartAsync(async context =>
    {
        switch (context.Request.Path.Value)
        {
            case "/robots.txt":
                context.Response.StatusCode = 404;
                break;
            case "/page":
                await page(context.RequestAborted);
                break;
            default:
                context.Response.ContentType = "application/rss+xml";
                await context.Response.WriteAsync(Feed(""), Token);
                break;
        }
    });

    /// <summary>The service, subscribed to both feeds. A token is the feed's name.</summary>
    private static async Task<RunningService> StartAsync(TestFolder folder, LoopbackServer site)
    {
        var service = await RunningService.StartAsync(folder, $$"""{ "feeds": [ { "url": "{{site.Address}}{{Slow}}" }, { "url": "{{site.Address}}{{Quick}}", "fullText": false } ] }""");
        await service.PolledAsync(2);
        var now = DateTimeOffset.UtcNow;
        foreach (var name in new[] { Slow, Quick })
        {
            var feed = new Uri(site.Address, name);
            await service.Services.GetRequiredService<IStoryStore>().SaveSubscriptionAsync(
                new HubSubscription
                {
                    Feed = FeedId.Of(feed),
                    Hub = new Uri("http://hub.example/"),
                    Topic = feed,
                    Token = name,
                    Callback = new Uri("http://mine.example/"),
                    Secret = "s",
                    State = HubState.Active,
                    ActiveSince = now,
                    LeaseEnd = now.AddDays(1),
                    NextRequest = now.AddDays(1),
                },
                Token);
        }

        return service;
    }

    private static PushedDocument Push(string token, string title, Uri? page) =>
        new(token, Encoding.UTF8.GetBytes(Feed($"<item><guid>{title}</guid><title>{title}</title><link>{page}</link></item>")), "application/rss+xml");

    private static string Feed(string items) => $"<rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>";

    private static async Task<IReadOnlyList<string>> TitlesAsync(RunningService service) => [.. (await service.AllStoriesAsync()).Select(story => (string)story["title"]!).Order(StringComparer.Ordinal)];
}
