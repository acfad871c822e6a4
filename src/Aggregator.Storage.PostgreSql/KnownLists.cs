using System.Collections.Concurrent;

namespace Aggregator.Storage.PostgreSql;

/// <summary>The names of lists that this process knows to be in the table of lists. Safe for concurrent use.</summary>
internal sealed class KnownLists
{
    private readonly ConcurrentDictionary<string, bool> _names = [];

    /// <summary>Those of the names that are not known yet.</summary>
    public List<string> Unknown(IEnumerable<string> names) => [.. names.Where(name => !_names.ContainsKey(name)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>These are in the table, for good.</summary>
    public void Add(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            _names[name] = true;
        }
    }
}
