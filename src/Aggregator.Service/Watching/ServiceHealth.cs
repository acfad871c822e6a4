using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Watching;

/// <summary>
/// Judges whether the service does what it is there for: the store answers and stores, and polling goes on. What only waiting or a person can mend (a full disk, a server
/// that is away) makes it not ready; what a new start would mend (polling or the store stand still) makes it stuck besides. Safe for concurrent use.
/// </summary>
public sealed class ServiceHealth(
    IStoryStore store, StoreWatch watch, PollPulse pulse, FeedCensus census, DiskProbe disk, IOptions<PollingOptions> options, IOptions<StorageOptions> storage, TimeProvider clock)
{
    /// <summary>A job that should run every few seconds may be held up for so long besides.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>A store that takes longer to find one story does not answer.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    /// <summary>One that has not answered for so long stands still.</summary>
    private static readonly TimeSpan StandsStillAfter = TimeSpan.FromMinutes(5);

    private static readonly StoryId NoStory = StoryId.Of(new Model.Feeds.FeedId("0000000000000000"), "is there anybody?");

    private readonly Lock _gate = new();
    private (Task Answer, long Asked)? _question;

    /// <summary>No poll takes longer than its lease, so when none has ended for longer than that although some should have, or for two intervals, none ever will.</summary>
    private TimeSpan StuckAfter => Max(options.Value.MinInterval * 2, options.Value.Lease + Grace);

    /// <summary>Asks the store something, looks at the polls, and judges.</summary>
    public async Task<HealthReport> JudgeAsync(CancellationToken cancellationToken)
    {
        var unanswered = await AskStoreAsync(cancellationToken);
        var counts = await census.TakeAsync(cancellationToken).WaitAsync(AnswerTime, clock, cancellationToken).ContinueWith(task => task.IsCompletedSuccessfully ? task.Result : census.Last, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        disk.LookAgain();
        return new HealthReport([.. JudgeStore(unanswered), .. JudgePolling(pulse.Read(), counts)]);
    }

    private IEnumerable<HealthFinding> JudgeStore(TimeSpan unanswered)
    {
        if (unanswered >= AnswerTime)
        {
            yield return new HealthFinding(HealthFinding.Store, $"the store has not answered for {Words.Of(unanswered)}", null, IsStuck: unanswered >= StandsStillAfter);
        }
        else if (watch.CannotRead is { } cannotRead)
        {
            yield return new HealthFinding(HealthFinding.Store, "the store cannot be read", cannotRead, IsStuck: false);
        }

        if (watch.CannotStore is { } cannotStore)
        {
            yield return new HealthFinding(HealthFinding.Store, "nothing can be stored", cannotStore, IsStuck: false);
        }
    }

    private IEnumerable<HealthFinding> JudgePolling(PulseReading read, Census counts)
    {
        var every = options.Value.DispatchEvery;
        if (read.SinceLooked >= (every * 2) + Grace)
        {
            yield return new HealthFinding(HealthFinding.Polling, $"due feeds have not been looked for in {Words.Of(read.SinceLooked)}, which should be done every {Words.Of(every)}", null, IsStuck: true);
        }

        if (read.SinceMoved < StuckAfter)
        {
            yield break;
        }

        if (read.Queued + read.UnderWay > 0)
        {
            yield return new HealthFinding(HealthFinding.Polling, FormattableString.Invariant($"no poll has ended for {Words.Of(read.SinceMoved)}; {read.UnderWay} are under way and {read.Queued} wait"), null, IsStuck: true);
        }
        else if (counts.Overdue >= StuckAfter && storage.Value.PostgreSql is not { Length: > 0 })
        {
            // With a shared database, what is due may be another process's.
            yield return new HealthFinding(HealthFinding.Polling, FormattableString.Invariant($"no poll has begun for {Words.Of(read.SinceMoved)}, and {counts.Due} feeds are due"), null, IsStuck: true);
        }
    }

    /// <summary>How long the store has left a question unanswered. One question at a time: a store that hangs is not asked again.</summary>
    private async Task<TimeSpan> AskStoreAsync(CancellationToken cancellationToken)
    {
        Task answer;
        long asked;
        lock (_gate)
        {
            if (_question is not { Answer.IsCompleted: false })
            {
                _question = (Task.Run(() => store.FindStoryAsync(NoStory, CancellationToken.None), CancellationToken.None), clock.GetTimestamp());
            }

            (answer, asked) = _question.Value;
        }

        try
        {
            var left = AnswerTime - clock.GetElapsedTime(asked);
            await answer.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken);
            return TimeSpan.Zero;
        }
        catch (TimeoutException)
        {
            return clock.GetElapsedTime(asked);
        }
        catch (StoreException)
        {
            return TimeSpan.Zero; // the watch knows
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

/// <summary>Something that keeps the service from doing what it is there for.</summary>
/// <param name="Part">The part that is concerned.</param>
/// <param name="Reason">What is wrong, in words that may be told to anybody.</param>
/// <param name="Detail">The same for the operator, with the path that is full, say. Null: there is no more to tell.</param>
/// <param name="IsStuck">Whether a new start would mend it, and nothing else will.</param>
public sealed record HealthFinding(string Part, string Reason, string? Detail, bool IsStuck)
{
    /// <summary>The store.</summary>
    public const string Store = "store";

    /// <summary>Polling.</summary>
    public const string Polling = "polling";

    /// <summary>For the operator.</summary>
    public string Sentence => Detail ?? Reason;
}

/// <summary>How the service stands.</summary>
/// <param name="Findings">What is wrong. Empty: nothing.</param>
public sealed record HealthReport(IReadOnlyList<HealthFinding> Findings)
{
    /// <summary>Whether it does what it is there for.</summary>
    public bool IsReady => Findings.Count == 0;

    /// <summary>Whether it stands still, and only a new start would help.</summary>
    public bool IsStuck => Findings.Any(finding => finding.IsStuck);

    /// <summary>What is wrong, in one line for the operator.</summary>
    public string Sentence => string.Join("; ", Findings.Select(finding => finding.Sentence));
}
