using Aggregator.Content.Querying;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Search;

/// <summary>Which stories are asked for.</summary>
/// <param name="Range">Where to look, from which place on, and how many are wanted.</param>
/// <param name="Condition">What must hold of a story beyond that. Null: nothing.</param>
public sealed record SearchQuery(StoryQuery Range, QueryNode? Condition)
{
    /// <summary>In which order they are wanted.</summary>
    public StoryOrder Order { get; init; }
}

/// <summary>How many stories a search looks at for one page before it gives what it has found: about a second's work.</summary>
/// <param name="MostRead">Where it must read their bodies.</param>
/// <param name="MostLookedAt">Where it need not.</param>
public sealed record SearchLimits(int MostRead = 3_000, int MostLookedAt = 20_000);

/// <summary>One page of an answer.</summary>
/// <param name="Stories">The stories found.</param>
/// <param name="Next">Where the next page begins. Null: this was the last.</param>
/// <param name="LookedBackTo">Where the search stopped because it had looked at many stories and found few. Null: the page is full, or the last.</param>
public sealed record SearchPage(IReadOnlyList<Story> Stories, StoryCursor? Next, DateTimeOffset? LookedBackTo = null)
{
    /// <summary>Of an answer by relevance: only so many stories were compared, the newest that fit. Null: all that fit were.</summary>
    public int? ComparedOnly { get; init; }
}
