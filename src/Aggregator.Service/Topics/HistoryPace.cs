using System.Diagnostics;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Topics;

/// <summary>
/// Keeps work on stored stories from standing in the way of new ones: it rests as long as it worked, and while feeds are polled four
/// times as long. One page of a hundred stories is some 50 ms of work.
/// </summary>
public sealed class HistoryPace(PollProgress progress, TimeProvider clock)
{
    /// <summary>The longest rest: a page that took long, say behind a slow disk, is no reason to stand still.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    /// <summary>Rests after work that began at <paramref name="began"/>, a reading of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public Task RestAsync(long began, CancellationToken cancellationToken)
    {
        var rest = Stopwatch.GetElapsedTime(began) * (progress.Snapshot().Idle ? 1 : 4);
        return Task.Delay(rest < LongestRest ? rest : LongestRest, clock, cancellationToken);
    }
}
