namespace Aggregator.Service.Diagnosis;

/// <summary>What one check found.</summary>
/// <param name="Subject">What was looked at: "data folder", "feeds.json".</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Says">What is so.</param>
/// <param name="Remedy">What to do about it. Null: nothing.</param>
internal sealed record Finding(string Subject, FindingLevel Level, string Says, string? Remedy = null)
{
    public static Finding Well(string subject, string says) => new(subject, FindingLevel.Ok, says);

    public static Finding Doubtful(string subject, string says, string remedy) => new(subject, FindingLevel.Warn, says, remedy);

    public static Finding Bad(string subject, string says, string remedy) => new(subject, FindingLevel.Fail, says, remedy);
}

/// <summary>How bad a finding is.</summary>
internal enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and may not for long, or not well.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}
