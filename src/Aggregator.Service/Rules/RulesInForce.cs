using Aggregator.Content.Definitions;
using Aggregator.Content.Rules;

namespace Aggregator.Service.Rules;

/// <summary>The operator's rules in force: the last good rules.json. Safe for concurrent use; each property is a consistent snapshot.</summary>
public sealed class RulesInForce
{
    private volatile Snapshot _snapshot = new(RuleSet.Empty, [], null);

    /// <summary>The rules; empty where there is no file.</summary>
    public RuleSet Rules => _snapshot.Rules;

    /// <summary>What is doubtful in the file.</summary>
    public IReadOnlyList<DefinitionProblem> Warnings => _snapshot.Warnings;

    /// <summary>Why the last edit of the file is not in force. Null: it is.</summary>
    public string? BrokenBecause => _snapshot.BrokenBecause;

    /// <summary>Takes over rules that can be used.</summary>
    public void Replace(RuleSet rules, IReadOnlyList<DefinitionProblem> warnings) => _snapshot = new Snapshot(rules, warnings, null);

    /// <summary>Keeps the last good rules and remembers why the new ones are not used.</summary>
    public void MarkBroken(string reason) => _snapshot = _snapshot with { BrokenBecause = reason };

    private sealed record Snapshot(RuleSet Rules, IReadOnlyList<DefinitionProblem> Warnings, string? BrokenBecause);
}
