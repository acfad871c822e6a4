using Aggregator.Model.Storage;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>A story that was found to be too old or too much.</summary>
/// <param name="Posting">Where it was found.</param>
/// <param name="Group">It goes only while it is of this group. Null: whatever its group.</param>
/// <param name="IsLast">Whether none is to be kept that is as old.</param>
internal sealed record Doomed(BsonDocument Posting, KeepGroup? Group, bool IsLast);

/// <summary>A step of dropping what is not to be kept.</summary>
internal sealed record RetentionPass
{
    /// <summary>When it is done. What was dropped later than that was dropped by a clock that was wrong.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Stories older than this are too old, whatever their group. Null: none is.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Whether it does not matter any more what was dropped before under other limits.</summary>
    public bool MayForget { get; init; }

    /// <summary>The stories to drop.</summary>
    public IReadOnlyList<Doomed> Stories { get; init; } = [];

    /// <summary>From now on these are the groups. Null: they stay.</summary>
    public KeepGroups? Groups { get; init; }

    /// <summary>Stories are put where they belong in the order in which they go, and none is dropped.</summary>
    public bool IsSorting { get; init; }

    /// <summary>What to forget of what is remembered beside stories; no story is dropped. Null: nothing.</summary>
    public StaleMemories? Stale { get; init; }
}
