using System.Globalization;

namespace Aggregator.Content.Parsing;

/// <summary>Collects what was wrong with a document: each kind once, with how often it occurred.</summary>
internal sealed class ProblemList
{
    private readonly Dictionary<string, int> _counts = [];
    private readonly List<string> _order = [];

    public bool Any => _order.Count > 0;

    public void Add(string problem)
    {
        if (_counts.TryGetValue(problem, out var count))
        {
            _counts[problem] = count + 1;
            return;
        }

        _counts[problem] = 1;
        _order.Add(problem);
    }

    public void AddAll(ProblemList others)
    {
        foreach (var problem in others._order)
        {
            Add(problem);
            _counts[problem] += others._counts[problem] - 1;
        }
    }

    public IReadOnlyList<string> ToList() =>
        [.. _order.Select(problem => _counts[problem] == 1
            ? problem
            : string.Create(CultureInfo.InvariantCulture, $"{problem} ({_counts[problem]} times)"))];
}
