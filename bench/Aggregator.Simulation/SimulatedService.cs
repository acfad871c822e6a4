using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aggregator.Simulation;

/// <summary>The real service, schedule and all, that polls a world under a stepped clock.</summary>
internal sealed class SimulatedService : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(0.2);

    /// <summary>
    /// An answer that takes longer, in real time, is one that never ends: the service's own deadlines must come to pass. A busy machine must
    /// not look like that.
    /// </summary>
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(5);

    /// <summary>The same for the steps after one that was waited for in vain.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(0.5);

    private readonly WebApplication _app;
    private readonly HostGate _gate;
    private readonly BodiesInHand _bodies;
    private readonly PollProgress _progress;
    private bool _waitedInVain;

    private SimulatedService(WebApplication app)
    {
        _app = app;
        _gate = app.Services.GetRequiredService<HostGate>();
        _bodies = app.Services.GetRequiredService<BodiesInHand>();
        _progress = app.Services.GetRequiredService<PollProgress>();
    }

    public PollCounts Progress => _progress.Snapshot();

    /// <summary>Whether a request is on its way or work waits for a processor. What waits for the clock, or for memory that others have, is not busy.</summary>
    private bool IsBusy
    {
        get
        {
            ThreadPool.GetMaxThreads(out var most, out _);
            ThreadPool.GetAvailableThreads(out var free, out _);
            return _gate.UnderWay > _bodies.Feeds.Waiting + _bodies.Pages.Waiting || ThreadPool.PendingWorkItemCount > 0 || most > free;
        }
    }

    public static async Task<SimulatedService> StartAsync(Plan plan, JsonArray feeds, IReadOnlyList<Uri> faulty, Detour detour, SteppedClock clock, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(plan.DataFolder);
        var list = Path.Combine(plan.DataFolder, "feeds.json");
        await File.WriteAllTextAsync(list, ListOf(feeds, faulty, plan).ToJsonString(), cancellationToken);
        var settings = new Dictionary<string, string?>
        {
            ["Hosting:Listen"] = "http://127.0.0.1:0",
            ["Fetching:Proxy"] = plan.Direct ? null : detour.Address.ToString(),
            ["Fetching:AllowedNetworks:0"] = plan.World.Host,
            ["Hosting:CommitsApart"] = "00:00:00", // real time, of which a simulated day must cost little
            ["Polling:DispatchEvery"] = "00:00:30", // finer costs steps and changes the lateness by seconds
        };
        foreach (var (name, value) in plan.Settings)
        {
            settings[name] = value;
        }

        var paths = new ServicePaths(list, Path.Combine(plan.DataFolder, "store"));
        var app = await ServiceStart.PrepareAsync(paths, ServiceMode.Serve, settings, cancellationToken, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Error);
        });
        await app.StartAsync(cancellationToken);
        return new SimulatedService(app);
    }

    /// <summary>Returns once nothing goes on that does not wait for the clock. Called from a thread that is not the pool's.</summary>
    public void WaitUntilQuiet(CancellationToken cancellationToken)
    {
        // A commit of the store is on a thread of its own and cannot be seen: a little patience while polls are under way.
        var quiet = 0;
        var began = Stopwatch.GetTimestamp();
        var patience = _waitedInVain ? LeastPatience : MostPatience;
        _waitedInVain = false;
        while (!_waitedInVain && quiet < (_progress.Snapshot().Idle ? 2 : 5))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Thread.Sleep(LookEvery);
            quiet = IsBusy ? 0 : quiet + 1;
            _waitedInVain = Stopwatch.GetElapsedTime(began) > patience;
        }
    }

    /// <summary>When each article was first seen, by its address. What several feeds carried is one story and has an address in each.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadFirstSeenAsync(CancellationToken cancellationToken)
    {
        var store = _app.Services.GetRequiredService<IStoryStore>();
        var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        StoryCursor? cursor = null;
        do
        {
            var page = await store.QueryAsync(new StoryQuery { Limit = StoryQuery.MaxLimit, After = cursor }, cancellationToken);
            foreach (var story in page.Stories)
            {
                foreach (var (link, at) in story.Carriers.Select(carrier => (carrier.Link, carrier.FirstSeen)).Prepend((story.Link, story.FirstSeen)))
                {
                    var address = link.ToString();
                    seen[address] = seen.TryGetValue(address, out var before) && before < at ? before : at;
                }
            }

            cursor = page.Next;
        }
        while (cursor is not null);
        return seen;
    }

    /// <summary>How long the longest overdue of the feeds that do not misbehave has waited for its poll; null: none is due.</summary>
    public async Task<TimeSpan?> FindLongestOverdueAsync(CancellationToken cancellationToken)
    {
        var now = _app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var late = (await _app.Services.GetRequiredService<IStoryStore>().ListFeedStatesAsync(cancellationToken))
            .Where(state => state.Health == FeedHealth.Healthy && state.NextPoll < now && !Detour.IsFaulty(state.Address)).Select(state => now - state.NextPoll).ToList();
        return late.Count == 0 ? null : late.Max();
    }

    /// <summary>How these feeds stand, in their order.</summary>
    public async Task<IReadOnlyList<FeedState>> ReadStatesAsync(JsonArray feeds, CancellationToken cancellationToken)
    {
        var states = (await _app.Services.GetRequiredService<IStoryStore>().ListFeedStatesAsync(cancellationToken)).ToDictionary(state => state.Address);
        return [.. feeds.Select(feed => states.GetValueOrDefault(new Uri((string)feed!["url"]!))).OfType<FeedState>()];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static JsonObject ListOf(JsonArray feeds, IReadOnlyList<Uri> faulty, Plan plan)
    {
        var list = new JsonArray();
        foreach (var feed in feeds)
        {
            var entry = feed!.DeepClone().AsObject();
            entry["fullText"] = plan.Pages;
            if (plan.Fixed is { } interval)
            {
                entry["interval"] = string.Create(CultureInfo.InvariantCulture, $"{interval.TotalMinutes:0}m");
            }

            list.Add(entry);
        }

        foreach (var feed in plan.Also)
        {
            list.Add(feed!.DeepClone());
        }

        foreach (var feed in faulty)
        {
            list.Add(new JsonObject { ["url"] = feed.ToString(), ["fullText"] = plan.Pages });
        }

        return new JsonObject { ["feeds"] = list };
    }
}
