using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Retention;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Topics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Tests.Retention;

/// <summary>Stories that are kept for ten days, under a clock that is wrong at times.</summary>
public sealed class StoryKeeperTests : IAsyncDisposable
{
    private static readonly StorageOptions Settings = new() { MaxAge = TimeSpan.FromDays(10) };

    private readonly TestFolder _folder = new();
    private readonly JumpingClock _clock = new(TestStories.Morning.AddHours(1));
    private readonly ToldLog<StoryClock> _told = new();
    private IStoryStore? _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keep_TheClockJumpsAheadForAMinute_DropsNothing()
    {
        var keep = await StartAsync();

        _clock.Jump = TimeSpan.FromDays(400);
        await PassAsync(1, keep);
        _clock.Jump = TimeSpan.Zero;
        await PassAsync(1, keep);

        Assert.Equal(1, (await CountAsync()).Stories);
        Assert.Contains("400.0", Assert.Single(_told.Lines, line => line.Level == LogLevel.Warning).Line, StringComparison.Ordinal);
        Assert.True((await CountAsync()).KeptSince <= _clock.GetUtcNow().AddDays(-10));
    }

    [Fact]
    public async Task Keep_TheClockStaysAhead_IsBelievedAfterAnHourAndToldOnce()
    {
        var keep = await StartAsync();

        _clock.Jump = TimeSpan.FromDays(400);
        await PassAsync(60, keep);
        Assert.Equal(1, (await CountAsync()).Stories);
        await PassAsync(2, keep);

        Assert.Equal(0, (await CountAsync()).Stories);
        Assert.Single(_told.Lines);
    }

    [Fact]
    public async Task Keep_TheClockJumpsOnWhileItIsDoubted_IsDoubtedForAnotherHour()
    {
        var keep = await StartAsync();
        _clock.Jump = TimeSpan.FromDays(2);
        await PassAsync(59, keep);

        _clock.Jump = TimeSpan.FromDays(400);
        await PassAsync(59, keep);

        Assert.Equal(1, (await CountAsync()).Stories);
    }

    [Fact]
    public async Task Keep_TheClockGoesBack_EntriesAreTakenFromTenDaysBeforeIt()
    {
        var keep = await StartAsync();
        _clock.Jump = TimeSpan.FromDays(400);
        await PassAsync(62, keep);

        _clock.Jump = TimeSpan.Zero;
        await PassAsync(1, keep);

        Assert.Equal(_clock.GetUtcNow().AddDays(-10), (await CountAsync()).KeptSince);
    }

    [Theory]
    [InlineData(19.5, 0)]
    [InlineData(8, 1)]
    public async Task Keep_AtTheStart_WaitsAnHourWhereTheLastPollWasLongAgo(double lastPoll, int left)
    {
        await FillAsync();
        var feed = new FeedState { Id = new FeedId("0123456789abcdef"), Address = new Uri("https://test.example/feed"), NextPoll = TestStories.Morning, LastPoll = TestStories.Morning.AddDays(lastPoll) };
        await _store!.SaveAsync(new StoryBatch([], feed), Token);

        _clock.Jump = TimeSpan.FromDays(20);
        var keep = await BeginAsync();
        await PassAsync(1, keep);
        Assert.Equal(left, (await CountAsync()).Stories);
        await PassAsync(62, keep);

        Assert.Equal(0, (await CountAsync()).Stories);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task FillAsync()
    {
        _store = await StorageRegistration.OpenAsync(_folder.Data, Settings.Retention, TimeSpan.Zero, TimeProvider.System, Token);
        await _store.SaveAsync(new StoryBatch([TestStories.Make(0)], null), Token);
    }

    private async Task<StoryKeeper> StartAsync()
    {
        await FillAsync();
        var keeper = await BeginAsync();
        await PassAsync(1, keeper);
        return keeper;
    }

    private async Task<StoryKeeper> BeginAsync()
    {
        var (limits, changes) = (new RetentionInForce(Options.Create(Settings), new FeedCatalog()), new StoreChanges());
        var time = new StoryClock(_store!, _clock, _told);
        await time.StartAsync(Token);
        return new StoryKeeper(_store!, limits, new Pins(_store!, limits, changes, _clock), new TopicsInForce(), changes, time, NullLogger<StoryKeeper>.Instance);
    }

    private async Task PassAsync(int minutes, StoryKeeper keeper)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await keeper.KeepAsync(Token);
        }
    }

    private Task<StoreCounts> CountAsync() => _store!.CountAsync(Token);
}
