using Aggregator.Model.Storage;

namespace Aggregator.Service.Retention;

/// <summary>
/// The time by which stories age. What is dropped for its age is gone for good, so a clock that is ahead for a minute must not do it: a time that is later
/// than the last one and what was measured since is believed when it has stood for an hour. One that goes back is believed at once, for then less is
/// dropped. Safe for concurrent use.
/// </summary>
/// <remarks>Of the time before this process the last poll tells: a service may have been off for a day without a doubt.</remarks>
public sealed partial class StoryClock(IStoryStore store, TimeProvider clock, ILogger<StoryClock> logger) : IHostedService
{
    /// <summary>By so much a clock is set without anybody having mistaken the date.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan DownWithoutDoubt = TimeSpan.FromDays(1);

    /// <summary>By then whoever keeps the time of this machine has put it right: time servers are asked every 17 minutes at least.</summary>
    private static readonly TimeSpan BelievedAfter = TimeSpan.FromHours(1);

    private readonly Lock _turn = new();

    /// <summary>The time last believed, and when that was by what is measured.</summary>
    private (DateTimeOffset Time, long At) _known = (clock.GetUtcNow(), clock.GetTimestamp());

    /// <summary>How far the clock is ahead, and since when. Null: it is right.</summary>
    private (TimeSpan Ahead, long Since)? _doubt;

    /// <summary>The time now.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_turn)
            {
                var (wall, at) = (clock.GetUtcNow(), clock.GetTimestamp());
                var expected = _known.Time + clock.GetElapsedTime(_known.At, at);
                if (IsDoubtful(wall - expected, at))
                {
                    return expected;
                }

                (_known, _doubt) = ((wall, at), null);
                return wall;
            }
        }
    }

    /// <summary>Reads what the last polls tell of the time, before there are others.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var polls = (await store.ListFeedStatesAsync(cancellationToken)).Select(state => state.LastPoll);
        lock (_turn)
        {
            var (wall, at) = (clock.GetUtcNow(), clock.GetTimestamp());
            _known = (polls.Where(poll => poll <= wall).Max() is { } last && wall - last > DownWithoutDoubt ? last : wall, at);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool IsDoubtful(TimeSpan ahead, long at)
    {
        if (ahead <= Tolerance)
        {
            return false;
        }

        if (_doubt is not { } doubt || (ahead - doubt.Ahead).Duration() > Tolerance)
        {
            _doubt = (ahead, at);
            LogDoubt(ahead);
            return true;
        }

        return clock.GetElapsedTime(doubt.Since, at) < BelievedAfter;
    }

    [LoggerMessage(975, LogLevel.Warning, "The clock is {Ahead} later than the last time known and what passed since. If the service was off or asleep so long, all is well; if not, see that this machine's clock is right. In an hour stories are dropped that are too old by it, not before")]
    private partial void LogDoubt(TimeSpan ahead);
}
