using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The whole service while its machine's clock is set.</summary>
public sealed class ClockTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clock_SetBackByADay_PollingGoesOn()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        var clock = new SetClock(DateTimeOffset.UtcNow);
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["lab/feed.json", "ledger/feed.atom"]), Token);
        var app = await ServiceStart.PrepareAsync(new ServicePaths(folder.Feeds, folder.Data), ServiceMode.Serve, RunningService.Settings, Token, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Logging.ClearProviders();

            // Who watches would take it for a standstill that minutes pass at once.
            builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(WatchWorker)));
        });
        await ServiceStart.StartAsync(app, Token);
        try
        {
            var store = app.Services.GetRequiredService<IStoryStore>();
            await SecondsPassAsync(clock, async () => (await store.ListFeedStatesAsync(Token)) is { Count: 2 } states && states.All(state => state.Polls == 1));

            clock.Set(TimeSpan.FromDays(-1));
            var set = clock.GetUtcNow();
            await SecondsPassAsync(clock, async () => (await store.ListFeedStatesAsync(Token)).All(state => state.Polls == 2));

            Assert.InRange(clock.GetUtcNow() - set, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        }
        finally
        {
            await app.StopAsync(Token);
            await app.DisposeAsync();
        }
    }

    private static Task SecondsPassAsync(SetClock clock, Func<Task<bool>> holds) => Eventually.HoldsAsync(async () =>
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        return await holds();
    });

    /// <summary>A clock that is advanced, and set: then the time of day jumps, and what is measured and the timers go on.</summary>
    private sealed class SetClock(DateTimeOffset start) : TimeProvider
    {
        private readonly FakeTimeProvider _measured = new(start);
        private TimeSpan _set;

        public override long TimestampFrequency => _measured.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _measured.GetUtcNow() + _set;

        public override long GetTimestamp() => _measured.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _measured.CreateTimer(callback, state, dueTime, period);

        public void Advance(TimeSpan by) => _measured.Advance(by);

        public void Set(TimeSpan by) => _set += by;
    }
}
