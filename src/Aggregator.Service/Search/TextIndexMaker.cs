using Aggregator.Model.Storage;

namespace Aggregator.Service.Search;

/// <summary>
/// Sees that the store's index of texts is there: made anew in the background where it is missing, damaged or was given up, and when the operator
/// asks for it. Meanwhile words are looked for in the stories themselves.
/// </summary>
public sealed partial class TextIndexMaker(IStoryStore store, TimeProvider clock, ILogger<TextIndexMaker> logger) : BackgroundService, IProgress<long>
{
    /// <summary>When it is looked after first: an index that only has to catch up is whole by then.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _making = new(1, 1);
    private long _done;

    /// <summary>Whether texts can be searched.</summary>
    public bool IsReady => store.CanSearchText;

    /// <summary>How many stories are indexed of those there are, while the index is made. Null: it is not being made.</summary>
    public long? Done => _making.CurrentCount == 0 ? Interlocked.Read(ref _done) : null;

    /// <summary>Begins to make the index anew, unless that is under way.</summary>
    public void Begin() => _ = MakeAsync(CancellationToken.None);

    /// <inheritdoc/>
    public void Report(long value) => Interlocked.Exchange(ref _done, value);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _making.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var wait = FirstLook; !stoppingToken.IsCancellationRequested; wait = LookEvery)
        {
            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested && !store.CanSearchText)
            {
                await MakeAsync(stoppingToken);
            }
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (!await _making.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            return;
        }

        try
        {
            Report(0);
            var started = clock.GetTimestamp();
            LogBegun();
            await store.RebuildTextIndexAsync(this, cancellationToken);
            LogMade(clock.GetElapsedTime(started).TotalSeconds);
        }
        catch (Exception fault) when (fault is StoreException or InvalidOperationException)
        {
            LogFailed(fault.Message);
        }
        catch (OperationCanceledException)
        {
            // The service stops; the index is made when it starts again.
        }
        finally
        {
            _making.Release();
        }
    }

    [LoggerMessage(850, LogLevel.Information, "the index of texts is made anew; until it is, searches for words read the stories themselves")]
    private partial void LogBegun();

    [LoggerMessage(851, LogLevel.Information, "the index of texts is made, in {Seconds:F0} s")]
    private partial void LogMade(double seconds);

    [LoggerMessage(852, LogLevel.Warning, "the index of texts could not be made: {Reason}")]
    private partial void LogFailed(string reason);
}
