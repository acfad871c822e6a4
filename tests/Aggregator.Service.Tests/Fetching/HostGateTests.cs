using System.Net;
using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Fetching;

public class HostGateTests
{
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_TwoRequestsToOneHost_AreSpaced()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));
        await using var first = await EnterAsync(gate, "a.example");

        var second = EnterAsync(gate, "A.example");
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(201));

        await using var turn = await second.WaitAsync(TimeSpan.FromMinutes(5), Token);
    }

    [Fact]
    public async Task Enter_ThirdAtOnce_WaitsUntilOneIsDone()
    {
        var gate = NewGate(TimeSpan.Zero);
        var first = await EnterAsync(gate, "a.example");
        await using var second = await EnterAsync(gate, "a.example");
        var third = EnterAsync(gate, "a.example");

        Assert.False(third.IsCompleted);
        await first.DisposeAsync();

        await using var turn = await third.WaitAsync(TimeSpan.FromMinutes(5), Token);
    }

    [Fact]
    public async Task Enter_WhatAPollWaitsFor_GoesBeforeOtherFeedsOfTheHost()
    {
        var gate = NewGate(TimeSpan.Zero);
        await using var other = await EnterAsync(gate, "a.example");
        var first = await EnterAsync(gate, "a.example");
        var feed = EnterAsync(gate, "a.example");
        var page = EnterAsync(gate, "a.example", goesFirst: true);

        await first.DisposeAsync();
        await (await page).DisposeAsync();

        await (await feed).DisposeAsync();
    }

    [Fact]
    public async Task Enter_AnotherHost_DoesNotWait()
    {
        var gate = NewGate(TimeSpan.FromSeconds(60));
        await using var first = await EnterAsync(gate, "a.example");

        Assert.True(EnterAsync(gate, "b.example").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Enter_ManyWaiting_AreServedInTheirOrder()
    {
        var gate = NewGate(TimeSpan.Zero, connections: 1);
        var running = await EnterAsync(gate, "a.example");
        var served = new List<int>();
        var waiting = Enumerable.Range(0, 5).Select(async number =>
        {
            await using var turn = await EnterAsync(gate, "a.example");
            served.Add(number);
        }).ToList();

        await running.DisposeAsync();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromMinutes(5), Token);

        Assert.Equal([0, 1, 2, 3, 4], served);
    }

    [Fact]
    public async Task Enter_GivenUp_LeavesThePlaceToTheNext()
    {
        var gate = NewGate(TimeSpan.Zero, connections: 1);
        var first = await EnterAsync(gate, "a.example");
        using var giveUp = new CancellationTokenSource();
        var second = gate.EnterAsync("a.example", TimeSpan.Zero, goesFirst: false, giveUp.Token).AsTask();
        var third = EnterAsync(gate, "a.example");

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first.DisposeAsync();

        await using var turn = await third.WaitAsync(TimeSpan.FromMinutes(5), Token);
    }

    [Fact]
    public void Hold_ShorterAfterLonger_KeepsTheLonger()
    {
        var gate = NewGate(TimeSpan.Zero);
        var longer = _clock.GetUtcNow().AddHours(2);

        gate.Hold("a.example", longer);
        gate.Hold("a.example", _clock.GetUtcNow().AddMinutes(1));

        Assert.Equal(longer, gate.HeldUntil("a.example"));
        Assert.Null(gate.HeldUntil("b.example"));
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(gate.HeldUntil("a.example"));
    }

    [Fact]
    public async Task Enter_TensOfThousandsOfHosts_IdleOnesAreForgotten()
    {
        var gate = NewGate(TimeSpan.FromMilliseconds(1));
        for (var number = 0; number < 25_000; number++)
        {
            await using var turn = await EnterAsync(gate, $"host{number}.example");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(gate.KnownHosts, 1, 10_001);
    }

    [Fact]
    public async Task Learn_TooManyRequests_HoldsThenAsksOneAtATimeAndHalfAsOften()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));

        gate.Learn(Address("/feed"), HttpStatusCode.TooManyRequests, TimeSpan.FromMinutes(10));
        Assert.Equal(_clock.GetUtcNow().AddMinutes(10), gate.HeldUntil("a.example"));
        _clock.Advance(TimeSpan.FromMinutes(11));

        var first = await EnterAsync(gate, "a.example");
        var second = EnterAsync(gate, "a.example");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        var third = await second.WaitAsync(TimeSpan.FromMinutes(5), Token);
        await third.DisposeAsync();
        Assert.Equal(TimeSpan.FromSeconds(2), gate.LearnedSpacing("a.example"));
    }

    [Fact]
    public void Learn_TurnedAwayAgainAndAgain_GoesDownToOnceAMinuteAndNoFurther()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));
        for (var round = 0; round < 20; round++)
        {
            gate.Learn(Address("/feed"), HttpStatusCode.TooManyRequests, TimeSpan.FromMinutes(1));
            _clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(TimeSpan.FromSeconds(60), gate.LearnedSpacing("a.example"));
    }

    [Fact]
    public void Learn_RequestsUnderWayTogetherTurnedAway_AreOneLesson()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));

        gate.Learn(Address("/1"), HttpStatusCode.TooManyRequests, null);
        gate.Learn(Address("/2"), HttpStatusCode.TooManyRequests, null);

        Assert.Equal(TimeSpan.FromSeconds(2), gate.LearnedSpacing("a.example"));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public void Learn_ThreeAddressesTurnedAwayInARow_IsReadAsThrottling(HttpStatusCode status)
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));

        gate.Learn(Address("/1"), status, null);
        gate.Learn(Address("/2"), status, null);
        Assert.Null(gate.HeldUntil("a.example"));
        gate.Learn(Address("/3"), status, null);

        Assert.Equal(_clock.GetUtcNow().AddMinutes(30), gate.HeldUntil("a.example"));
        Assert.Equal(TimeSpan.FromSeconds(2), gate.LearnedSpacing("a.example"));
    }

    [Fact]
    public void Learn_ClosedPagesAmongOpenOnes_AreClosedPages()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));
        for (var round = 0; round < 10; round++)
        {
            gate.Learn(Address("/same"), HttpStatusCode.Forbidden, null);
            gate.Learn(Address($"/{round}"), HttpStatusCode.Forbidden, null);
            gate.Learn(Address("/open"), HttpStatusCode.OK, null);
        }

        for (var round = 0; round < 10; round++)
        {
            gate.Learn(Address($"/slowly/{round}"), HttpStatusCode.Forbidden, null);
            _clock.Advance(TimeSpan.FromMinutes(3));
        }

        Assert.Null(gate.HeldUntil("a.example"));
        Assert.Equal(TimeSpan.Zero, gate.LearnedSpacing("a.example"));
    }

    [Fact]
    public void Learn_GoodAnswers_BringTheUsualPaceBackSlowly()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));
        for (var round = 0; round < 10; round++)
        {
            gate.Learn(Address("/feed"), HttpStatusCode.TooManyRequests, TimeSpan.FromMinutes(1));
            _clock.Advance(TimeSpan.FromMinutes(2));
        }

        var answers = 0;
        for (; gate.LearnedSpacing("a.example") > TimeSpan.Zero; answers++)
        {
            gate.Learn(Address("/feed"), HttpStatusCode.NotModified, null);
        }

        Assert.InRange(answers, 20, 60);
    }

    [Fact]
    public void Learn_LongAgo_IsForgotten()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));
        gate.Learn(Address("/feed"), HttpStatusCode.TooManyRequests, null);

        _clock.Advance(TimeSpan.FromDays(8));
        gate.Learn(Address("/feed"), HttpStatusCode.OK, null);

        Assert.Equal(TimeSpan.Zero, gate.LearnedSpacing("a.example"));
    }

    [Fact]
    public void Restore_LessonsOfAnEarlierProcess_AreInForce()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));
        gate.Learn(Address("/feed"), HttpStatusCode.TooManyRequests, TimeSpan.FromHours(3));
        var lessons = gate.TakeLessons();
        Assert.Empty(gate.TakeLessons());

        _clock.Advance(TimeSpan.FromHours(1));
        var next = NewGate(TimeSpan.FromSeconds(1));
        next.Restore(lessons);

        Assert.Equal(_clock.GetUtcNow().AddHours(2), next.HeldUntil("A.example"));
        Assert.Equal(TimeSpan.FromSeconds(2), next.LearnedSpacing("a.example"));
    }

    /// <summary>Nobody asks for more than a week; and the week does not begin anew with every start.</summary>
    [Fact]
    public void Restore_HoldLearnedWhileTheClockRanAhead_EndsInAWeekAtMost()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));
        var ahead = _clock.GetUtcNow().AddYears(73);

        gate.Restore([new HostLesson("a.example") { HeldUntil = ahead.AddHours(1), LearnedAt = ahead }]);

        Assert.Equal(_clock.GetUtcNow().AddDays(7), gate.HeldUntil("a.example"));
        var stored = Assert.Single(gate.TakeLessons());
        Assert.Equal((_clock.GetUtcNow().AddDays(7), _clock.GetUtcNow()), (stored.HeldUntil, stored.LearnedAt));
    }

    [Fact]
    public void Restore_LessonLongOver_SaysNothing()
    {
        var gate = NewGate(TimeSpan.FromSeconds(1));

        gate.Restore([new HostLesson("a.example") { Spacing = TimeSpan.FromSeconds(60), LearnedAt = _clock.GetUtcNow().AddDays(-8) }]);

        Assert.Equal((TimeSpan.Zero, 0), (gate.LearnedSpacing("a.example"), gate.KnownHosts));
    }

    [Fact]
    public async Task Enter_HeldHost_TellsThoseInTheQueueAtOnce()
    {
        var gate = NewGate(TimeSpan.FromSeconds(60), connections: 1);
        var running = await EnterAsync(gate, "a.example");
        var waiting = Enumerable.Range(0, 100).Select(async _ =>
        {
            await using var turn = await EnterAsync(gate, "a.example");
            return gate.HeldUntil("a.example") is not null;
        }).ToList();

        gate.Hold("a.example", _clock.GetUtcNow().AddHours(1));
        await running.DisposeAsync();

        Assert.All(await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromMinutes(5), Token), Assert.True);
    }

    [Fact]
    public void Jitter_OfHosts_DiffersAndIsTheSameInEveryRun()
    {
        static List<double> Series(string host)
        {
            var jitter = new HostJitter(host);
            return [.. Enumerable.Range(0, 100).Select(_ => jitter.Next())];
        }

        Assert.Equal(Series("a.example"), Series("a.example"));
        Assert.Empty(Series("a.example").Intersect(Series("b.example")));
        Assert.All(Series("a.example"), share => Assert.InRange(share, 0, 1));
        Assert.InRange(Series("a.example").Average(), 0.3, 0.7);
    }

    private static Uri Address(string path) => new($"https://a.example{path}");

    private HostGate NewGate(TimeSpan spacing, int connections = 2) =>
        new(Options.Create(new FetchingOptions { PerHostSpacing = spacing, PerHostConnections = connections }), _clock);

    private static Task<IAsyncDisposable> EnterAsync(HostGate gate, string host, bool goesFirst = false) => gate.EnterAsync(host, TimeSpan.Zero, goesFirst, Token).AsTask();
}
