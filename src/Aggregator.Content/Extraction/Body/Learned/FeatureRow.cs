namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>One block's features in a fixed order. Their names are written down only while somebody asks for them: once, by whoever learns.</summary>
internal sealed class FeatureRow
{
    private float[] _values = new float[256];
    private int _count;

    /// <summary>Where names are written down; null: nobody asks.</summary>
    public List<string>? Names { get; set; }

    /// <summary>Put before the names that follow.</summary>
    public string Prefix { get; set; } = "";

    public ReadOnlySpan<float> Values => _values.AsSpan(0, _count);

    public void Start() => _count = 0;

    public void Add(string name, double value)
    {
        Names?.Add(Prefix + name);
        if (_count == _values.Length)
        {
            Array.Resize(ref _values, 2 * _count);
        }

        _values[_count++] = (float)value;
    }

    public void Add(string name, bool value) => Add(name, value ? 1.0 : 0.0);

    /// <summary>A count or length, of which the order of magnitude matters.</summary>
    public void AddLog(string name, double value) => Add(name, Math.Log(1 + Math.Max(0, value)));
}
