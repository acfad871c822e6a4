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

        await using var turn = await second.WaitAsync(TimeSpan.FromSeconds(5), Token);
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

        await using var turn = await third.WaitAsync(TimeSpan.FromSeconds(5), Token);
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
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(5), Token);

        Assert.Equal([0, 1, 2, 3, 4], served);
    }

    [Fact]
    public async Task Enter_GivenUp_LeavesThePlaceToTheNext()
    {
        var gate = NewGate(TimeSpan.Zero, connections: 1);
        var first = await EnterAsync(gate, "a.example");
        using var giveUp = new CancellationTokenSource();
        var second = gate.EnterAsync("a.example", TimeSpan.Zero, giveUp.Token).AsTask();
        var third = EnterAsync(gate, "a.example");

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first.DisposeAsync();

        await using var turn = await third.WaitAsync(TimeSpan.FromSeconds(5), Token);
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

    private HostGate NewGate(TimeSpan spacing, int connections = 2) =>
        new(Options.Create(new FetchingOptions { PerHostSpacing = spacing, PerHostConnections = connections }), _clock);

    private static Task<IAsyncDisposable> EnterAsync(HostGate gate, string host) => gate.EnterAsync(host, TimeSpan.Zero, Token).AsTask();
}
