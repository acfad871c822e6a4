using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>
/// Keeps what hosts taught beyond this process: a restart neither forgets that a host asked for quiet nor falls back to a pace it turned
/// away. Learned things are stored as soon as they are learned; what cannot be stored now is stored with the next lesson.
/// </summary>
public sealed partial class HostMemory(HostGate gate, IStoryStore store, IOptions<StorageOptions> storage, TimeProvider clock, ILogger<HostMemory> logger) : BackgroundService
{
    private readonly Dictionary<string, HostLesson> _open = [];

    /// <summary>Takes over what was stored, before anything is fetched.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        gate.Restore(await store.ListHostLessonsAsync(cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Stores what was learned last.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await StoreAsync();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await gate.WaitForLessonsAsync(stoppingToken);
            await StoreAsync();
        }
    }

    private async Task StoreAsync()
    {
        foreach (var lesson in gate.TakeLessons())
        {
            _open[lesson.Host] = lesson;
        }

        try
        {
            if (_open.Count > 0)
            {
                await store.SaveAsync(new StoryBatch([], null) { Hosts = await WithHoldsAsync() }, CancellationToken.None);
                _open.Clear();
            }
        }
        catch (StoreException fault)
        {
            LogNotStored(fault.Message);
        }
    }

    /// <summary>
    /// The lessons, each with the longer hold of its host that another process has stored meanwhile: this one hears of it some seconds later, and a lesson without it would end it for
    /// all. A hold ends before its time only where a clock that ran ahead had made it too long.
    /// </summary>
    private async Task<IReadOnlyList<HostLesson>> WithHoldsAsync()
    {
        if (storage.Value.PostgreSql is not { Length: > 0 })
        {
            return [.. _open.Values]; // no other process has this store
        }

        var now = clock.GetUtcNow();
        var holds = (await store.ListHostLessonsAsync(CancellationToken.None))
            .Where(lesson => lesson.HeldUntil > now && lesson.HeldUntil <= now + HostGate.LongestHold)
            .ToDictionary(lesson => lesson.Host, lesson => lesson.HeldUntil);
        return [.. _open.Values.Select(lesson => holds.TryGetValue(lesson.Host, out var until) && !(until <= lesson.HeldUntil) ? lesson with { HeldUntil = until } : lesson)];
    }

    [LoggerMessage(100, LogLevel.Warning, "What hosts taught could not be stored and is kept in memory: {Reason}")]
    private partial void LogNotStored(string reason);
}
