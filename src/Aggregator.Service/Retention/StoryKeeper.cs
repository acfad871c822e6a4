using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Polling;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Retention;

/// <summary>Has the store drop what it is not to keep.</summary>
public sealed partial class StoryKeeper(IStoryStore store, RetentionInForce retention, Pins pins, TopicsInForce topics, StoreChanges changes, StoryClock clock, ILogger<StoryKeeper> logger)
{
    private readonly HashSet<string> _unknownTopics = [];
    private bool _warnedOfPins;
    private bool _sorting;

    /// <summary>Drops what is too old or too much. A fault of the store is told in the log.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var limits = retention.Limits;
            WarnOfTopics(limits);
            store.Keep(limits);
            await TellOfSortingAsync(limits, cancellationToken);
            var dropped = await store.RetainAsync(clock.Now, cancellationToken);
            if (_sorting)
            {
                _sorting = false;
                LogSorted();
            }

            if (dropped > 0)
            {
                changes.Happened();
                LogDropped(dropped);
            }

            await WarnOfPinsAsync(cancellationToken);
        }
        catch (StoreException fault)
        {
            LogFailed(fault.Message);
        }
    }

    private async Task TellOfSortingAsync(StoryRetention limits, CancellationToken cancellationToken)
    {
        var kept = await store.MeasureKeptAsync(cancellationToken);
        var stories = KeepGroups.Of(kept.Groups.Continue(limits)).DividesAs(kept.Groups) ? kept.NotYetSorted ?? 0 : kept.ByRank.Values.Sum(amount => amount.Stories);
        if (!_sorting && stories > 0)
        {
            _sorting = true;
            LogSorting(stories);
        }
    }

    private void WarnOfTopics(StoryRetention limits)
    {
        foreach (var slug in limits.Topics.Keys.Where(slug => topics.Topics.All(topic => Slug.Of(topic.Name) != slug) && _unknownTopics.Add(slug)))
        {
            LogUnknownTopic(slug);
        }
    }

    private async Task WarnOfPinsAsync(CancellationToken cancellationToken)
    {
        var share = await pins.ShareAsync(cancellationToken);
        if (share >= Pins.WorthAWarning && !_warnedOfPins)
        {
            LogPins(share, Pins.Most);
        }

        _warnedOfPins = share >= Pins.WorthAWarning;
    }

    [LoggerMessage(900, LogLevel.Information, "Dropped {Dropped} stories that were too old or too many (\"aggregator retention show\" tells the limits, and what goes next)")]
    private partial void LogDropped(int dropped);

    [LoggerMessage(901, LogLevel.Warning, "No stories could be dropped; that is tried again in a minute: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(902, LogLevel.Warning, "Pinned stories take {Share:P0} of Storage:MaxMegabytes; from {Most:P0} on none can be pinned. Unpin some (aggregator stories is:pinned), or give more room")]
    private partial void LogPins(double share, double most);

    [LoggerMessage(903, LogLevel.Warning, "Storage:Topics:{Topic} says what is kept of a topic that there is not; nothing is kept by it")]
    private partial void LogUnknownTopic(string topic);

    [LoggerMessage(904, LogLevel.Information, "{Stories} stories are sorted by what they are kept under; until that is done none is dropped but for want of room")]
    private partial void LogSorting(long stories);

    [LoggerMessage(905, LogLevel.Information, "All stories are sorted by what they are kept under")]
    private partial void LogSorted();
}
