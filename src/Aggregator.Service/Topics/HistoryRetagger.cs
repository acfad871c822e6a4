using System.Diagnostics;
using System.Threading.Channels;
using Aggregator.Content.Rules;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.History;
using Aggregator.Service.Polling;
using Aggregator.Service.Rules;

namespace Aggregator.Service.Topics;

/// <summary>
/// Applies the definitions and rules in force to stored history, in the background and from the newest story back. Polls go on and come first
/// (<see cref="HistoryPace"/>). Stories whose tags stay the same are not written; doing it twice changes nothing the second time.
/// </summary>
public sealed partial class HistoryRetagger(
    StoryHistory history,
    IStoryStore store,
    FeedCatalog catalog,
    TopicsInForce topics,
    RulesInForce rules,
    HistoryPace pace,
    StoreChanges changes,
    RetagFile file,
    TimeProvider clock,
    ILogger<HistoryRetagger> logger)
{
    /// <summary>Stories between two saves of tags and place.</summary>
    private const int BatchSize = 100;

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private RetagRun? _run = file.Read();

    /// <summary>The run under way, or else the last one. Null: there was none.</summary>
    public RetagRun? Run
    {
        get
        {
            lock (_gate)
            {
                return _run;
            }
        }
    }

    /// <summary>Begins anew with the definitions in force, in place of a run that is under way.</summary>
    public async Task<RetagRun> BeginAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var run = new RetagRun
        {
            State = RetagState.Running,
            Version = InForce.Version,
            Since = since,
            Asked = clock.GetUtcNow(),
            Of = since is null ? (await store.CountAsync(cancellationToken)).Stories : null,
        };
        lock (_gate)
        {
            Put(run);
            WakeUp();
        }

        return run;
    }

    /// <summary>Stops the run under way; what it has tagged stays so. Null: none was ever begun.</summary>
    public RetagRun? Stop() => Stop(null);

    private RetagRun? Stop(string? note)
    {
        lock (_gate)
        {
            if (_run is { State: RetagState.Running } run)
            {
                Put(run with { State = RetagState.Stopped, Ended = clock.GetUtcNow(), Note = note ?? run.Note });
            }

            return _run;
        }
    }

    /// <summary>Does what is asked for, run after run, until cancelled. <paramref name="resume"/>: begins with one that a restart broke off.</summary>
    public async Task WorkAsync(bool resume, CancellationToken cancellationToken)
    {
        if (resume && Run is { State: RetagState.Running } broken)
        {
            LogResumed(broken.Stories);
            WakeUp();
        }

        while (true)
        {
            await _asked.Reader.ReadAsync(cancellationToken);
            while (!await TryTagAsync(cancellationToken))
            {
                await Task.Delay(TryAgainAfter, clock, cancellationToken);
            }
        }
    }

    /// <summary>Whether the run is through, or stopped. If not, the store failed, and the run goes on from where it was.</summary>
    private async Task<bool> TryTagAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (Run is { State: RetagState.Running } run)
            {
                await TagAsync(run, cancellationToken);
            }

            return true;
        }
        catch (Exception fault) when (fault is StoreException or IOException or UnauthorizedAccessException)
        {
            LogStoreFault(fault.Message);
            return false;
        }
#pragma warning disable CA1031 // The boundary of a run: whatever a story makes a stage stumble over, the service goes on.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFault(fault);
            _ = Stop("stopped by a fault of this program; the log has it");
            return true;
        }
    }

    private async Task TagAsync(RetagRun run, CancellationToken cancellationToken)
    {
        var inForce = InForce;
        if (run.Version != inForce.Version)
        {
            Replace(run, run with { Version = inForce.Version, Place = null, At = null, Stories = 0, Note = "the definitions or rules changed meanwhile: it began again with the new ones" });
            return;
        }

        StoryCursor.TryDecode(run.Place, out var after);
        var began = Stopwatch.GetTimestamp();
        var batch = new List<Story>(BatchSize);
        await foreach (var story in history.ReadAsync(after, cancellationToken))
        {
            if (story.OrderedAt < run.Since)
            {
                break; // newest first: the rest is older
            }

            batch.Add(story);
            if (batch.Count < BatchSize)
            {
                continue;
            }

            var next = await SaveAsync(run, batch, inForce, cancellationToken);
            if (!Replace(run, next) || InForce.Version != inForce.Version)
            {
                return; // stopped, begun anew, or others are in force
            }

            run = next;
            batch.Clear();
            await pace.RestAsync(began, cancellationToken);
            began = Stopwatch.GetTimestamp();
        }

        var last = await SaveAsync(run, batch, inForce, cancellationToken);
        var done = last with { State = RetagState.Done, Ended = clock.GetUtcNow() };
        if (InForce.Version == inForce.Version && Replace(run, done))
        {
            LogDone(done.Stories, done.Changed);
        }
    }

    /// <summary>Stores the tags that changed, and says how far the run is then.</summary>
    private async Task<RetagRun> SaveAsync(RetagRun run, List<Story> batch, Sources sources, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return run;
        }

        var tagged =
            from story in batch
            let now = StoryTagger.Tag(story, catalog.SourcesOf(story), sources.Definitions, sources.Rules).Story
            where !now.HasTagsOf(story)
            select new StoryTagging(story.Id, story.Updated, now.FoundTopics(), now.Entities) { Rules = now.Rules };
        var changed = await store.RetagAsync([.. tagged], clock.GetUtcNow(), cancellationToken);
        if (changed > 0)
        {
            changes.Happened();
        }

        return run with
        {
            Place = StoryCursor.After(batch[^1]).Encode(),
            At = batch[^1].OrderedAt,
            Stories = run.Stories + batch.Count,
            Changed = run.Changed + changed,
        };
    }

    private Sources InForce => new(topics.Definitions, rules.Rules);

    /// <summary>Whether the run was still this one.</summary>
    private bool Replace(RetagRun run, RetagRun next)
    {
        lock (_gate)
        {
            if (_run != run)
            {
                return false;
            }

            Put(next);
            return true;
        }
    }

    /// <summary>A place that cannot be written costs work done twice after a restart, and nothing else.</summary>
    private void Put(RetagRun run)
    {
        _run = run;
        try
        {
            file.Write(run);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNoPlace(fault.Message);
        }
    }

    private void WakeUp() => _asked.Writer.TryWrite(true);

    [LoggerMessage(710, LogLevel.Information, "The tagging of history goes on after {Stories} stories")]
    private partial void LogResumed(long stories);

    [LoggerMessage(711, LogLevel.Information, "History is tagged with the definitions in force: {Stories} stories looked at, {Changed} given other tags")]
    private partial void LogDone(long stories, long changed);

    [LoggerMessage(713, LogLevel.Error, "The tagging of history was stopped by a fault of this program")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(714, LogLevel.Warning, "How far the tagging of history is cannot be written down: {Reason}")]
    private partial void LogNoPlace(string reason);

    [LoggerMessage(712, LogLevel.Error, "The tagging of history waits and goes on by itself: {Reason}")]
    private partial void LogStoreFault(string reason);

    /// <summary>What gives tags, as it stood at one moment. A file read again unchanged gives other objects and the same version.</summary>
    private readonly record struct Sources(TopicDefinitions Definitions, RuleSet Rules)
    {
        public string Version => $"{Definitions.Version}-{Rules.Version}";
    }
}
