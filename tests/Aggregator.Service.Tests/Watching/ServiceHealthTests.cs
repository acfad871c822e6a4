using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Watching;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Tests.Watching;

public sealed class ServiceHealthTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly FeedSource Source = new() { Address = new Uri("https://news.example.org/feed") };

    private readonly TestFolder _folder = new();
    private readonly JumpingClock _clock = new(Noon);
    private readonly StoreWatch _watch = new(NullLogger<StoreWatch>.Instance);
    private readonly PollPulse _pulse;
    private readonly FeedCensus _census;
    private readonly ServiceHealth _health;
    private DateTimeOffset _nextPoll = Noon.AddHours(1);
    private Func<Task<Story?>> _find = () => Task.FromResult<Story?>(null);

    public ServiceHealthTests()
    {
        var catalog = new FeedCatalog();
        catalog.Replace(new FeedList([Source], []));
        var store = FaultyStore.Of((method, _) => method.Name switch
        {
            nameof(IStoryStore.ListFeedStatesAsync) => Task.FromResult<IReadOnlyList<FeedState>>([new FeedState { Id = Source.Id, Address = Source.Address, NextPoll = _nextPoll }]),
            nameof(IStoryStore.CountAsync) => Task.FromResult(new StoreCounts(7, new Dictionary<string, long>())),
            nameof(IStoryStore.FindStoryAsync) => _find(),
            _ => throw new NotSupportedException(method.Name),
        });
        Directory.CreateDirectory(_folder.Data);
        _pulse = new PollPulse(_clock);
        _census = new FeedCensus(store, catalog, _clock);
        var storage = Options.Create(new StorageOptions());
        var disk = new DiskProbe(new ServicePaths(_folder.Feeds, _folder.Data), _watch, storage, _clock);
        _health = new ServiceHealth(store, _watch, _pulse, _census, disk, Options.Create(new PollingOptions()), storage, _clock);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Judge_DueFeedsAreLookedForAndNothingIsDue_IsReadyForDays()
    {
        for (var minute = 0; minute < 3 * 24 * 60; minute += 10)
        {
            Pass(TimeSpan.FromMinutes(10));
            _nextPoll = _clock.GetUtcNow().AddHours(1);
            Assert.True((await _health.JudgeAsync(Token)).IsReady);
        }
    }

    [Fact]
    public async Task Judge_NobodyLooksForDueFeeds_IsStuckWithinMinutes()
    {
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await _health.JudgeAsync(Token)).IsReady);

        _clock.Advance(TimeSpan.FromSeconds(20));
        var report = await _health.JudgeAsync(Token);
        Assert.True(report.IsStuck);
        Assert.Equal("due feeds have not been looked for in 80 s, which should be done every 5 s", report.Sentence);

        _pulse.Looked();
        Assert.True((await _health.JudgeAsync(Token)).IsReady);
    }

    [Fact]
    public async Task Judge_PollsAreUnderWayAndNoneEnds_IsStuckAfterTheLongestThatAPollMayTake()
    {
        _pulse.Queued();
        _pulse.Began();
        _pulse.Queued();
        Pass(TimeSpan.FromMinutes(30));
        Assert.True((await _health.JudgeAsync(Token)).IsReady);

        Pass(TimeSpan.FromMinutes(2));
        var report = await _health.JudgeAsync(Token);
        Assert.True(report.IsStuck);
        Assert.Equal("no poll has ended for 32 min; 1 are under way and 1 wait", report.Sentence);

        _pulse.Ended();
        Assert.True((await _health.JudgeAsync(Token)).IsReady);
    }

    /// <summary>All pollers are busy with slow servers: that is no fault of the job that waits for one.</summary>
    [Fact]
    public async Task Judge_LookingWaitsForAPollerWhilePollsEnd_IsReady()
    {
        _pulse.Queued();
        _pulse.Began();
        using var wait = _pulse.WaitForRoom();
        for (var i = 0; i < 6; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(20));
            Assert.True((await _health.JudgeAsync(Token)).IsReady);
            _pulse.Ended();
            _pulse.Queued();
            _pulse.Began();
        }
    }

    [Fact]
    public async Task Judge_FeedsAreDueAndNoPollBegins_IsStuckAfterTwoIntervals()
    {
        _nextPoll = Noon;
        Pass(TimeSpan.FromMinutes(30));
        Assert.True((await _health.JudgeAsync(Token)).IsReady);

        Pass(TimeSpan.FromMinutes(2));
        var report = await _health.JudgeAsync(Token);
        Assert.True(report.IsStuck);
        Assert.Equal("no poll has begun for 32 min, and 1 feeds are due", report.Sentence);
    }

    /// <summary>What time it is has nothing to do with how much of it passed.</summary>
    [Fact]
    public async Task Judge_TheClockJumpsByADay_IsReady()
    {
        _clock.Jump = TimeSpan.FromDays(1);
        Assert.True((await _health.JudgeAsync(Token)).IsReady);
        Pass(TimeSpan.FromMinutes(20));
        Assert.True((await _health.JudgeAsync(Token)).IsReady);
        _clock.Jump = TimeSpan.FromDays(-1);
        Pass(TimeSpan.FromMinutes(5));
        Assert.True((await _health.JudgeAsync(Token)).IsReady);
    }

    [Fact]
    public async Task Judge_StoreCannotStore_IsNotReadyAndNotStuckUntilTheDiskTakesSomethingAgain()
    {
        _watch.StoringFailed(new StoreException("nothing can be stored in /srv/data: the disk is full."));
        Directory.Delete(_folder.Data); // stands in for a disk that takes nothing
        var report = await _health.JudgeAsync(Token);
        Assert.Equal((false, false), (report.IsReady, report.IsStuck));
        Assert.Equal(("nothing can be stored", "nothing can be stored in /srv/data: the disk is full."), (report.Findings[0].Reason, report.Sentence));

        Directory.CreateDirectory(_folder.Data);
        _clock.Advance(TimeSpan.FromSeconds(15));
        await _health.JudgeAsync(Token);
        Assert.True((await _health.JudgeAsync(Token)).IsReady);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Data));
    }

    [Fact]
    public async Task Judge_StoreIsAway_IsNotReadyAndNotStuck()
    {
        _watch.ReadingFailed(new StoreException("the server db.example cannot be reached"));

        var report = await _health.JudgeAsync(Token);

        Assert.Equal((false, false, "the store cannot be read"), (report.IsReady, report.IsStuck, report.Findings[0].Reason));
        _watch.WasRead();
        Assert.True((await _health.JudgeAsync(Token)).IsReady);
    }

    [Fact]
    public async Task Judge_StoreNeverAnswers_IsNotReadyAtOnceAndStuckAfterMinutes()
    {
        var never = new TaskCompletionSource<Story?>();
        var asked = 0;
        _find = () =>
        {
            Interlocked.Increment(ref asked);
            return never.Task;
        };
        var first = _health.JudgeAsync(Token);
        await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref asked) == 1));
        while (!first.IsCompleted)
        {
            Pass(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }

        Assert.Equal((false, false), ((await first).IsReady, (await first).IsStuck));
        Pass(TimeSpan.FromMinutes(6));
        var later = await _health.JudgeAsync(Token);
        Assert.True(later.IsStuck);
        Assert.StartsWith("the store has not answered for 6 min", later.Sentence, StringComparison.Ordinal);
        Assert.Equal(1, asked);

        never.SetResult(null);
        Assert.True((await _health.JudgeAsync(Token)).IsReady);
    }

    public void Dispose()
    {
        _census.Dispose();
        _folder.Dispose();
    }

    /// <summary>Time in which due feeds are looked for as they should be.</summary>
    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        _pulse.Looked();
    }
}
