using Aggregator.Model.Feeds;

namespace Aggregator.Service.Catalog;

/// <summary>How bad a mistake in feeds.json is.</summary>
public enum FeedListSeverity
{
    /// <summary>Taken as it is; worth a look.</summary>
    Warning,

    /// <summary>This entry is skipped; the others work.</summary>
    Skipped,

    /// <summary>The file as a whole cannot be used.</summary>
    Error,
}

/// <summary>A mistake in feeds.json.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Column">Its column, from 1, in bytes.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What is wrong and what was expected.</param>
public sealed record FeedListProblem(string File, int Line, int Column, FeedListSeverity Severity, string Message)
{
    /// <summary>"feeds.json:12:5: ..."</summary>
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}:{Column}: {Message}");
}

/// <summary>What was read from feeds.json.</summary>
/// <param name="Feeds">The feeds, in the order of the file.</param>
/// <param name="Problems">Mistakes, in the order of the file.</param>
public sealed record FeedList(IReadOnlyList<FeedSource> Feeds, IReadOnlyList<FeedListProblem> Problems)
{
    /// <summary>The mistake that makes the whole file unusable. Null: it can be used.</summary>
    public FeedListProblem? Error => Problems.FirstOrDefault(problem => problem.Severity == FeedListSeverity.Error);
}
