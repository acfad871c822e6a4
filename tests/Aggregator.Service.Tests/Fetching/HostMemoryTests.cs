using System.Net;
using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Fetching;

public class HostMemoryTests
{
    private static readonly Uri Feed = new("https://news.example.org/feed");

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_HostThatAskedForQuiet_IsStillLeftAlone()
    {
        using var folder = new TestFolder();
        await RunAsync(folder, gate =>
        {
            gate.Learn(Feed, HttpStatusCode.TooManyRequests, TimeSpan.FromHours(5));
            return Task.CompletedTask;
        });

        await RunAsync(folder, gate =>
        {
            Assert.Equal(_clock.GetUtcNow().AddHours(5), gate.HeldUntil("news.example.org"));
            Assert.Equal(TimeSpan.FromSeconds(2), gate.LearnedSpacing("news.example.org"));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Learn_Hold_IsStoredWhileTheServiceRuns()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, _clock, Token);
        var gate = NewGate();
        using var memory = new HostMemory(gate, store, Options.Create(new StorageOptions()), _clock, NullLogger<HostMemory>.Instance);
        await memory.StartAsync(Token);

        gate.Learn(Feed, HttpStatusCode.TooManyRequests, TimeSpan.FromHours(5));

        await Eventually.HoldsAsync(async () => (await store.ListHostLessonsAsync(Token)).Any(lesson => lesson.HeldUntil == _clock.GetUtcNow().AddHours(5)));
        await memory.StopAsync(Token);
    }

    [Fact]
    public async Task Learn_StoreOutOfOrder_IsStoredWithTheNextLesson()
    {
        var broken = true;
        var stored = new List<string>();
        var store = FaultyStore.Of((method, arguments) =>
        {
            if (method.Name == nameof(IStoryStore.ListHostLessonsAsync))
            {
                return Task.FromResult<IReadOnlyList<HostLesson>>([]);
            }

            if (broken)
            {
                broken = false;
                throw new StoreException("the disk is full");
            }

            stored.AddRange(((StoryBatch)arguments[0]!).Hosts.Select(lesson => lesson.Host));
            return Task.FromResult(default(SaveResult));
        });
        var gate = NewGate();
        using var memory = new HostMemory(gate, store, Options.Create(new StorageOptions()), _clock, NullLogger<HostMemory>.Instance);
        await memory.StartAsync(Token);

        gate.Learn(Feed, HttpStatusCode.TooManyRequests, null);
        await Eventually.HoldsAsync(() => Task.FromResult(!broken));
        gate.Learn(new Uri("https://other.example.org/"), HttpStatusCode.TooManyRequests, null);
        await Eventually.HoldsAsync(() => Task.FromResult(stored.Count > 0));
        await memory.StopAsync(Token);

        Assert.Equal(["news.example.org", "other.example.org"], stored.Order());
    }

    /// <summary>Each of them hears only some seconds later of what the other stored.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Learn_TwoProcessesOfWhichOneIsAskedForALongerQuiet_ThatOneStays(int goodAnswers)
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, _clock, Token);
        var until = _clock.GetUtcNow().AddHours(5);
        HostGate one = NewGate(), other = NewGate();
        var shared = Options.Create(new StorageOptions { PostgreSql = "Host=db.example" });
        using HostMemory memoryOfOne = new(one, store, shared, _clock, NullLogger<HostMemory>.Instance), memoryOfOther = new(other, store, shared, _clock, NullLogger<HostMemory>.Instance);
        await memoryOfOne.StartAsync(Token);
        await memoryOfOther.StartAsync(Token);

        one.Learn(Feed, HttpStatusCode.TooManyRequests, TimeSpan.FromHours(5));
        await memoryOfOne.StopAsync(Token);
        other.Learn(Feed, HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1));
        _clock.Advance(TimeSpan.FromHours(goodAnswers > 0 ? 2 : 0));
        for (var answer = 0; answer < goodAnswers; answer++)
        {
            other.Learn(Feed, HttpStatusCode.OK, null);
        }

        Assert.Equal(goodAnswers > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(2), other.LearnedSpacing(Feed.Host));
        await memoryOfOther.StopAsync(Token);

        Assert.Equal(until, Assert.Single(await store.ListHostLessonsAsync(Token)).HeldUntil);
    }

    private async Task RunAsync(TestFolder folder, Func<HostGate, Task> use)
    {
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, _clock, Token);
        var gate = NewGate();
        using var memory = new HostMemory(gate, store, Options.Create(new StorageOptions()), _clock, NullLogger<HostMemory>.Instance);
        await memory.StartAsync(Token);
        await use(gate);
        await memory.StopAsync(Token);
    }

    private HostGate NewGate() => new(Options.Create(new FetchingOptions()), _clock);
}
