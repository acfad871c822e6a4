using System.Diagnostics;

namespace Aggregator.Service.Watching;

/// <summary>
/// The spans of traces: what becomes of a feed's poll and of each story in it, stage by stage. A span costs nothing while nobody listens: <see cref="Start"/> then gives null. No
/// span has a secret in it: addresses are cut at the query, and a feed is told by its id.
/// </summary>
public static class Spans
{
    /// <summary>What listens to them listens to this.</summary>
    public const string SourceName = "Aggregator";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a span within the one under way; it ends when it is disposed. Null: nobody listens.</summary>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>Begins a span with nothing above it, whatever is under way. Null: nobody listens.</summary>
    public static Activity? StartRoot(string name)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        Activity.Current = null;
        return Source.StartActivity(name);
    }

    /// <summary>Says that a stage failed, of what kind that is (few words, one of a few: "not_found") and why.</summary>
    public static void Fail(this Activity? span, string kind, string why)
    {
        if (span is not null)
        {
            span.SetTag("error.type", kind);
            span.SetStatus(ActivityStatusCode.Error, why);
        }
    }

    /// <summary>The same for what was thrown.</summary>
    public static void Fail(this Activity? span, Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        span.Fail(fault.GetType().FullName ?? fault.GetType().Name, fault.Message);
    }
}
