using Aggregator.Service.Images;

namespace Aggregator.Service.Tests.Images;

public sealed class ImageTurnsTests : IDisposable
{
    private readonly ImageTurns _turns = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _turns.Dispose();

    [Fact]
    public async Task Take_OfOneHost_LeavesTurnsToOthersAndItsQueueHasAnEnd()
    {
        var slow = Enumerable.Range(0, ImageTurns.MostOfAHost).Select(_ => _turns.TakeAsync("slow.example", Token)).ToList();
        Assert.Equal(ImageTurns.AtOnceOfAHost, slow.Count(turn => turn.IsCompleted));
        Assert.Null(await _turns.TakeAsync("SLOW.example", Token));

        using var other = await _turns.TakeAsync("quick.example", Token);
        Assert.NotNull(other);

        foreach (var turn in slow)
        {
            (await turn)!.Dispose();
        }

        using var again = await _turns.TakeAsync("slow.example", Token);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Take_OfManyHosts_IsBoundedAndNoneIsLost()
    {
        var all = Enumerable.Range(0, ImageTurns.Most).Select(i => _turns.TakeAsync($"{i}.example", Token)).ToList();
        Assert.Equal(ImageTurns.AtOnce, all.Count(turn => turn.IsCompleted));
        Assert.Null(await _turns.TakeAsync("more.example", Token));

        foreach (var turn in all)
        {
            (await turn)!.Dispose();
        }

        using var more = await _turns.TakeAsync("more.example", Token);
        Assert.NotNull(more);
    }

    [Fact]
    public async Task Take_GivenUp_LeavesItsPlace()
    {
        using var leaves = new CancellationTokenSource();
        var first = Enumerable.Range(0, ImageTurns.AtOnceOfAHost).Select(_ => _turns.TakeAsync("a.example", Token)).ToList();
        var waiting = Enumerable.Range(ImageTurns.AtOnceOfAHost, ImageTurns.MostOfAHost - ImageTurns.AtOnceOfAHost).Select(_ => _turns.TakeAsync("a.example", leaves.Token)).ToList();
        Assert.Null(await _turns.TakeAsync("a.example", Token));

        await leaves.CancelAsync();
        foreach (var turn in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turn);
        }

        var next = _turns.TakeAsync("a.example", Token);
        Assert.False(next.IsCompleted);
        var turns = await Task.WhenAll(first);
        turns[0]!.Dispose();
        turns[0]!.Dispose();
        Assert.NotNull(await next);
        Assert.False(_turns.TakeAsync("a.example", Token).IsCompleted);
    }
}
