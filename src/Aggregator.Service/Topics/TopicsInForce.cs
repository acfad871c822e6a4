using Aggregator.Content.Tagging;

namespace Aggregator.Service.Topics;

/// <summary>The definitions in force: the last good ones. Safe for concurrent use; each property is a consistent snapshot.</summary>
public sealed class TopicsInForce
{
    private volatile Snapshot _snapshot = new(TopicDefinitions.BuiltIn, null);

    /// <summary>What stories are tagged with.</summary>
    public TopicDefinitions Definitions => _snapshot.Definitions;

    /// <summary>The topics there are, in order.</summary>
    public IReadOnlyList<TopicDefinition> Topics => Definitions.Topics.Topics;

    /// <summary>Why the last edit of the user's file is not in force. Null: it is.</summary>
    public string? BrokenBecause => _snapshot.BrokenBecause;

    /// <summary>Takes over definitions; what is tagged from now on is tagged with them.</summary>
    public void Replace(TopicDefinitions definitions) => _snapshot = new Snapshot(definitions, null);

    /// <summary>Keeps the last good definitions and remembers why the new ones are not used.</summary>
    public void MarkBroken(string reason) => _snapshot = _snapshot with { BrokenBecause = reason };

    private sealed record Snapshot(TopicDefinitions Definitions, string? BrokenBecause);
}
