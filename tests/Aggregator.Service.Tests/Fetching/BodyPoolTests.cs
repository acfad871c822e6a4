using Aggregator.Service.Fetching;

namespace Aggregator.Service.Tests.Fetching;

public class BodyPoolTests
{
    private const int Most = 8_000_000;

    private readonly BodyPool _pool = new(Most);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bodies_BeyondTheMemoryForThem_WaitInTheirOrder()
    {
        var first = await FillAsync();
        var (second, third) = (_pool.Begin(), _pool.Begin());
        var waits = new[] { second.BeginAsync(100_000, Token).AsTask(), third.BeginAsync(100_000, Token).AsTask() };
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        Assert.Equal(2, _pool.Waiting);

        first.ForEach(share => share.Dispose());

        await Task.WhenAll(waits);
        Assert.Equal((200_000, 0), (_pool.Taken, _pool.Waiting));
    }

    [Fact]
    public async Task Body_LargerThanAllMemory_IsLetInAlone()
    {
        using var share = _pool.Begin();
        await share.BeginAsync(int.MaxValue, Token);
        await share.GrowLargeAsync(Token);
        share.Settle(10L * Most);

        Assert.Equal(10L * Most, _pool.Taken);
    }

    [Fact]
    public async Task LargeBodies_AreReceivedThreeAtATime()
    {
        var large = Enumerable.Range(0, 4).Select(_ => _pool.Begin()).ToList();
        foreach (var share in large)
        {
            await share.BeginAsync(100_000, Token);
        }

        var waits = large.Select(share => share.GrowLargeAsync(Token).AsTask()).ToList();
        Assert.Equal([true, true, true, false], waits.Select(wait => wait.IsCompleted));

        large[1].Dispose();

        await waits[3];
    }

    [Fact]
    public async Task LargeBodies_ThatAreThere_HoldUpLargeOnesOnly()
    {
        using var growing = _pool.Begin();
        await growing.BeginAsync(100_000, Token);
        var whole = await TakenAsync(Most);
        var wait = growing.GrowLargeAsync(Token).AsTask();
        using var small = _pool.Begin();
        await small.BeginAsync(100_000, Token);
        Assert.False(wait.IsCompleted);

        whole.Dispose();

        await wait;
    }

    [Fact]
    public async Task LargeBodies_ThatWaitToGrow_HoldUpNoSmallOne()
    {
        var growing = await FillAsync();
        var waits = growing.Select(share => share.GrowLargeAsync(Token).AsTask()).ToList();
        using var small = _pool.Begin();

        await small.BeginAsync(100_000, Token);

        Assert.Equal(growing.Count - 3, waits.Count(wait => !wait.IsCompleted));
    }

    [Fact]
    public async Task Waiting_GivenUp_TakesNothingAndHoldsUpNobodyWhoWantsLess()
    {
        var first = await FillAsync();
        first[0].Settle(100_000);
        using var given = new CancellationTokenSource();
        var abandoned = _pool.Begin().BeginAsync(500_000, given.Token).AsTask();
        using var patient = _pool.Begin();
        var wait = patient.BeginAsync(100_000, Token).AsTask();
        var before = _pool.Taken;

        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        await wait;
        Assert.Equal((before + 100_000, 0), (_pool.Taken, _pool.Waiting));
    }

    [Fact]
    public async Task Bodies_OfAllSizesAtOnce_AllComeToAnEnd()
    {
        var random = new Random(1);
        var sizes = Enumerable.Range(0, 500).Select(_ => random.Next(4) == 0 ? random.Next(BodyPool.Large, 5 * BodyPool.Large) : random.Next(1000, 300_000)).ToList();
        var (large, mostLarge) = (0, 0);

        await Task.WhenAll(sizes.Select(size => Task.Run(async () =>
        {
            using var share = _pool.Begin();
            await share.BeginAsync(Math.Min(size, 64_000), Token);
            if (size > BodyPool.Large)
            {
                await share.GrowLargeAsync(Token);
                var now = Interlocked.Increment(ref large);
                InterlockedMax(ref mostLarge, now);
                await Task.Yield();
                Interlocked.Decrement(ref large);
            }

            share.Settle(size);
            await Task.Yield();
        }, Token)));

        Assert.InRange(mostLarge, 1, 3);
        Assert.Equal(0, _pool.Taken);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); value > known; known = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, known);
        }
    }

    /// <summary>As many small bodies as there is memory for.</summary>
    private async Task<List<BodyShare>> FillAsync()
    {
        var all = new List<BodyShare>();
        for (var bytes = 0; bytes < Most / 2; bytes += BodyPool.Large / 2)
        {
            all.Add(await TakenAsync(BodyPool.Large / 2));
        }

        return all;
    }

    private async Task<BodyShare> TakenAsync(long bytes)
    {
        var share = _pool.Begin();
        await share.BeginAsync(1000, Token);
        share.Settle(bytes);
        return share;
    }
}
