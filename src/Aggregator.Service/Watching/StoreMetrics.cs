using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Aggregator.Service.Watching;

/// <summary>How long the store takes for what it is asked. Safe for concurrent use.</summary>
public sealed class StoreMetrics
{
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] };

    private readonly Histogram<double> _operations;
    private int _saving;

    /// <summary>The instruments, in the service's meter.</summary>
    public StoreMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _operations = meters.Create(Meters.Own).CreateHistogram("aggregator.store.operation.duration", "s", "How long the store took, by what it was asked to do.", advice: Seconds);
    }

    /// <summary>Saves that wait until they are stored for good.</summary>
    public int Saving => Volatile.Read(ref _saving);

    /// <summary>A save begins.</summary>
    public void SaveBegins() => Interlocked.Increment(ref _saving);

    /// <summary>A save ended, whichever way.</summary>
    public void SaveEnds() => Interlocked.Decrement(ref _saving);

    /// <summary>An operation ended that began at <paramref name="began"/> (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public void Done(string operation, long began, bool failed)
    {
        var tags = new TagList { { "aggregator.store.operation", operation } };
        if (failed)
        {
            tags.Add("error.type", "store_fault");
        }

        _operations.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, tags);
    }
}
