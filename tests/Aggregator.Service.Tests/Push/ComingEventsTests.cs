using Aggregator.Service.Push;

namespace Aggregator.Service.Tests.Push;

/// <summary>What waits for whoever reads a stream slowly.</summary>
public sealed class ComingEventsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_MoreBytesThanMayWait_EndsAfterWhatWaits()
    {
        var coming = new ComingEvents();
        for (var number = 1; number <= 4; number++)
        {
            coming.Add(Event(number, 3 * 1024 * 1024));
        }

        Assert.Equal(["1", "2"], Read(coming));
        Assert.False(await coming.WaitToReadAsync(Token));
    }

    [Fact]
    public async Task Add_MoreEventsThanMayWait_EndsAfterWhatWaits()
    {
        var coming = new ComingEvents();
        for (var number = 1; number <= 501; number++)
        {
            coming.Add(Event(number, 10));
        }

        Assert.Equal(500, Read(coming).Count);
        Assert.False(await coming.WaitToReadAsync(Token));
    }

    [Fact]
    public void Add_ToAListenerWhoReads_GoesOn()
    {
        var coming = new ComingEvents();
        for (var number = 1; number <= 10; number++)
        {
            coming.Add(Event(number, 5 * 1024 * 1024));
            Assert.Equal([$"{number}"], Read(coming));
        }
    }

    [Fact]
    public void Add_OneLargerThanMayWait_IsTakenAlone()
    {
        var coming = new ComingEvents();

        coming.Add(Event(1, 20 * 1024 * 1024));

        Assert.Equal(["1"], Read(coming));
    }

    private static LiveEvent Event(int number, int bytes) => new($"{number}", new byte[bytes]);

    private static List<string> Read(ComingEvents coming)
    {
        var ids = new List<string>();
        while (coming.TryRead(out var told))
        {
            ids.Add(told.Id);
        }

        return ids;
    }
}
