namespace Aggregator.Service.Tests.World;

/// <summary>Waits for what another thread or process is about to bring about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Returns once the condition holds; fails the test if it does not within five minutes, with what is missing then: a slow machine is no failure.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> missing)
    {
        try
        {
            await HoldsAsync(condition);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail(missing());
        }
    }

    /// <summary>The same, where nothing more can be said.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }
}
