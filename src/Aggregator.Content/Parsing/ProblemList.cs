using System.Globalization;

namespace Aggregator.Content.Parsing;

/// <summary>Collects what was wrong with a document: each kind once, with how often it occurred, at most <see cref="MostKinds"/> kinds.</summary>
internal sealed class ProblemList
{
    /// <summary>More kinds than this tell an operator nothing new, and words from a hostile document could go on for ever.</summary>
    public const int MostKinds = 50;

    private readonly Dictionary<string, int> _counts = [];
    private readonly List<string> _order = [];

    public void Add(string problem) => Add(problem, 1);

    public void AddAll(ProblemList others)
    {
        foreach (var problem in others._order)
        {
            Add(problem, others._counts[problem]);
        }
    }

    public IReadOnlyList<string> ToList() =>
        [.. _order.Select(problem => _counts[problem] == 1
            ? problem
            : string.Create(CultureInfo.InvariantCulture, $"{problem} ({_counts[problem]} times)"))];

    private void Add(string problem, int times)
    {
        if (_counts.TryGetValue(problem, out var count))
        {
            _counts[problem] = count + times;
        }
        else if (_order.Count < MostKinds)
        {
            _counts[problem] = times;
            _order.Add(problem);
        }
    }
}
