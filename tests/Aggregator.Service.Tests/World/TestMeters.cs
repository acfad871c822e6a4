using System.Diagnostics.Metrics;

namespace Aggregator.Service.Tests.World;

/// <summary>Makes meters for one test, and keeps what was measured with them, summed up by instrument and attributes: "aggregator.poll.duration{aggregator.poll.outcome=changed}".</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, int> _counts = [];
    private readonly Lock _gate = new();

    public TestMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Count(instrument, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Count(instrument, tags));
        _listener.Start();
    }

    /// <summary>How often something was measured.</summary>
    public int Times(string measured)
    {
        lock (_gate)
        {
            return _counts.GetValueOrDefault(measured);
        }
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }

    private void Count(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var attributes = string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
        var name = attributes.Length == 0 ? instrument.Name : $"{instrument.Name}{{{attributes}}}";
        lock (_gate)
        {
            _counts[name] = _counts.GetValueOrDefault(name) + 1;
        }
    }
}
