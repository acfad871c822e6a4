using System.Text;
using Aggregator.Service.Hub;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Hub;

/// <summary>Pushed documents that wait, and who may push more.</summary>
public sealed class PendingPushesTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void MayPush_ThirtyTimesAMinute_EachByItsOwnMinute()
    {
        var pushes = new PendingPushes(_clock);

        Assert.Equal(30, Tries("busy"));
        _clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal((0, 30), (Tries("busy"), Tries("later")));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((30, 0), (Tries("busy"), Tries("later")));
        _clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal((30, 0), (Tries("later"), Tries("busy")));

        int Tries(string token) => Enumerable.Range(0, 40).Count(_ => pushes.MayPush(token));
    }

    [Fact]
    public void TryAdd_OfOneSubscription_LeavesRoomForOthers()
    {
        var pushes = new PendingPushes(_clock);

        Assert.Equal(25, Enumerable.Range(0, 100).Count(_ => pushes.TryAdd(Push("busy", "x"))));
        Assert.True(pushes.TryAdd(Push("other", "x")));
    }

    [Fact]
    public async Task ReadAll_BySeveral_GivesOutThoseOfASubscriptionOneByOneInOrder()
    {
        var pushes = new PendingPushes(_clock);
        foreach (var text in new[] { "1", "2", "3" })
        {
            pushes.TryAdd(Push("one", text));
        }

        pushes.TryAdd(Push("other", "4"));
        await using var first = pushes.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        await using var second = pushes.ReadAllAsync(Token).GetAsyncEnumerator(Token);

        Assert.Equal("1", await NextAsync(first));
        Assert.Equal("4", await NextAsync(second));
        var waiting = NextAsync(second);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(3, pushes.Count);
        var third = NextAsync(first);
        Assert.Equal("2", await await Task.WhenAny(waiting, third));
        Assert.Equal(["one"], pushes.Tokens);

        // Whoever did not get the second gets the third once that is done with.
        var (done, idle) = waiting.IsCompleted ? (second, third) : (first, waiting);
        pushes.TryAdd(Push("last", "5"));
        Assert.Equal("5", await idle);
        Assert.Equal("3", await NextAsync(done));
    }

    private static PushedDocument Push(string token, string text) => new(token, Encoding.UTF8.GetBytes(text), null);

    private static async Task<string> NextAsync(IAsyncEnumerator<PushedDocument> reader)
    {
        Assert.True(await reader.MoveNextAsync());
        return Encoding.UTF8.GetString(reader.Current.Body);
    }
}
