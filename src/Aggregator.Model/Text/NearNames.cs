namespace Aggregator.Model.Text;

/// <summary>Suggestions for a name that does not exist.</summary>
public static class NearNames
{
    private const int Most = 5;

    /// <summary>Up to five of <paramref name="names"/> that resemble <paramref name="text"/>, the likest first; where none does, the first five.</summary>
    public static IReadOnlyList<string> Of(string text, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(text);
        var all = names.Distinct().ToList();
        var near = Near(text, all);
        return near.Count > 0 ? near : [.. all.Take(Most)];
    }

    /// <summary>The one that resembles <paramref name="text"/> most. Null: none does.</summary>
    public static string? Nearest(string text, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Near(text, names).FirstOrDefault();
    }

    private static List<string> Near(string text, IEnumerable<string> names)
    {
        text = text.Trim().ToLowerInvariant();
        return names.Select(name => (name, distance: Distance(text, name.ToLowerInvariant())))
            .Where(pair => pair.distance <= Math.Max(2, text.Length / 3)
                || (text.Length > 1 && pair.name.Contains(text, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.name)
            .Take(Most)
            .ToList();
    }

    /// <summary>Edits (insert, delete, replace) between two short texts: Levenshtein's distance. Texts over 100 characters are cut.</summary>
    private static int Distance(string a, string b)
    {
        a = a.Length > 100 ? a[..100] : a;
        b = b.Length > 100 ? b[..100] : b;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j - 1], row[j]) + 1);
            }
        }

        return row[b.Length];
    }
}
