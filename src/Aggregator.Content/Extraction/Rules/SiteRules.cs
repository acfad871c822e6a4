namespace Aggregator.Content.Extraction.Rules;

/// <summary>
/// The site rules in force, by the names of their files: "example.org.txt" is for example.org and www.example.org, ".example.org.txt" for all
/// other hosts below example.org. The nearest name counts. Safe for concurrent use.
/// </summary>
public sealed class SiteRules
{
    private const string Ending = ".txt";

    private readonly Dictionary<string, SiteRule> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The rules of these files; of two for one name the last.</summary>
    public SiteRules(IEnumerable<SiteRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        foreach (var rule in rules)
        {
            var name = rule.File.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) ? rule.File[..^Ending.Length] : rule.File;
            _byName[name.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? name[4..] : name] = rule;
        }
    }

    /// <summary>No rules.</summary>
    public static SiteRules None { get; } = new([]);

    /// <summary>The rule for a page. Null: there is none.</summary>
    public SiteRule? For(Uri page)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (_byName.Count == 0)
        {
            return null;
        }

        var host = page.IdnHost.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? page.IdnHost[4..] : page.IdnHost;
        var rule = _byName.GetValueOrDefault(host);
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); rule is null && dot >= 0; dot = host.IndexOf('.', dot + 1))
        {
            rule = _byName.GetValueOrDefault(host[dot..]);
        }

        return rule;
    }
}
