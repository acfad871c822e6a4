using Aggregator.Service.Api;
using Aggregator.Service.Cli;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Cli;

public sealed class StoryWatchTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Run_TellsEachStoryOnceTheOldestFirst()
    {
        await using var watched = new Watched(atFirst: 2) { Stories = [1, 2, 3] };

        await watched.RoundAsync();
        watched.Stories = [1, 2, 3, 5, 4];
        await watched.RoundAsync();
        await watched.RoundAsync();

        Assert.Equal([2, 3, 4, 5], watched.Told);
    }

    [Fact]
    public async Task Run_MoreCameThanAPageHolds_TellsAllOfThem()
    {
        await using var watched = new Watched(atFirst: 1) { Stories = [.. Enumerable.Range(1, 9)] };

        await watched.RoundAsync();
        watched.Stories = [.. Enumerable.Range(1, 25)];
        await watched.RoundAsync();

        Assert.Equal([9, .. Enumerable.Range(10, 16)], watched.Told);
    }

    [Fact]
    public async Task Run_StoriesLeave_ThoseThatSlideInBehindThemAreNoNews()
    {
        await using var watched = new Watched(atFirst: 1) { Stories = [.. Enumerable.Range(1, 9)] };

        await watched.RoundAsync();
        watched.Stories = [1, 2, 3, 4, 8, 10];
        await watched.RoundAsync();

        Assert.Equal([9, 10], watched.Told);
    }

    [Theory]
    [InlineData("5s", 5)]
    [InlineData("2m", 120)]
    [InlineData("1h", 3600)]
    [InlineData("0s", null)]
    [InlineData("5", null)]
    [InlineData("-5s", null)]
    [InlineData("soon", null)]
    public void ReadEvery_IsANumberAndAUnit(string text, int? seconds) =>
        Assert.Equal(seconds, (int?)StoryWatch.ReadEvery(text)?.TotalSeconds);

    /// <summary>One who watches stories that are numbers, of which an answer holds the five newest.</summary>
    private sealed class Watched : IAsyncDisposable
    {
        private const int PageSize = 5;

        private readonly FakeTimeProvider _clock = new(Morning);
        private readonly CancellationTokenSource _stop = new();
        private readonly SemaphoreSlim _asked = new(0);
        private readonly StoryWatch _watch;
        private readonly List<int> _told = [];
        private Task? _watching;

        public Watched(int atFirst) => _watch = new StoryWatch(AnswerAsync, story => _told.Add((int)(story.Date - Morning).TotalMinutes), atFirst, new Signalling(_clock, _asked));

        public IReadOnlyList<int> Stories { get; set; } = [];

        public IReadOnlyList<int> Told => _told;

        /// <summary>Lets it ask once, and waits until it waits again.</summary>
        public async Task RoundAsync()
        {
            _watching ??= _watch.RunAsync(TimeSpan.FromSeconds(5), _stop.Token);
            if (_watching.IsFaulted)
            {
                await _watching;
            }

            await _asked.WaitAsync(TestContext.Current.CancellationToken);
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _watching!;
            _stop.Dispose();
            _asked.Dispose();
        }

        private Task<WatchedStories> AnswerAsync(string? after, CancellationToken cancellationToken)
        {
            var older = Stories.OrderDescending().SkipWhile(number => after is not null && number >= int.Parse(after, System.Globalization.CultureInfo.InvariantCulture)).ToList();
            var page = older.Take(PageSize).ToList();
            return Task.FromResult(new WatchedStories(
                [.. page.Select(number => new WatchedStory($"{number}", $"Story {number}", "https://a.example/", new SourceAnswer("a", "A", null), Morning.AddMinutes(number), []))],
                older.Count > PageSize ? $"{page[^1]}" : null));
        }

        /// <summary>A clock that says when somebody begins to wait.</summary>
        private sealed class Signalling(TimeProvider clock, SemaphoreSlim waits) : TimeProvider
        {
            public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            {
                var timer = clock.CreateTimer(callback, state, dueTime, period);
                waits.Release();
                return timer;
            }
        }
    }
}
