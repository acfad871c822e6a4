namespace Aggregator.Service.Doors;

/// <summary>Something that was changed, or that somebody tried.</summary>
/// <param name="At">When.</param>
/// <param name="Who">By which key, without anything that is secret of it.</param>
/// <param name="From">From which address.</param>
/// <param name="What">The request: its method and path, never its query or body.</param>
/// <param name="Outcome">The status it was answered with, or "refused" and why.</param>
/// <param name="Detail">What it was about, where the path does not say so. Null: it does.</param>
public sealed record AuditEntry(DateTimeOffset At, string Who, string From, string What, string Outcome, string? Detail = null);
