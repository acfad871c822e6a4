using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Retention;

/// <summary>
/// Pins stories. Where the files have a size, pinned stories may take <see cref="Most"/> of it: with more, hardly a new story would stay, and storing news is what the service is for.
/// </summary>
public sealed class Pins(IStoryStore store, RetentionInForce retention, StoreChanges changes, TimeProvider clock)
{
    /// <summary>From this share of the size on no story can be pinned.</summary>
    public const double Most = 0.75;

    /// <summary>From this share on the operator is told.</summary>
    public const double WorthAWarning = 0.5;

    /// <summary>Pins a story, or takes its pin away.</summary>
    /// <returns>Null: there is no such story.</returns>
    public async Task<PinOutcome?> SetAsync(StoryId story, bool pinned, CancellationToken cancellationToken)
    {
        if (await store.FindStoryAsync(story, cancellationToken) is not { } known)
        {
            return null;
        }

        if (known.IsPinned == pinned)
        {
            return new PinOutcome(known, null);
        }

        if (pinned && await ShareAsync(cancellationToken) is var share and >= Most)
        {
            return new PinOutcome(known, FormattableString.Invariant($"Pinned stories take {share * 100:0} % of Storage:MaxMegabytes already: unpin some (aggregator stories is:pinned), or give more room."));
        }

        await store.PinAsync(known.Id, pinned, DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);
        changes.Happened();
        return await store.FindStoryAsync(known.Id, cancellationToken) is { } now ? new PinOutcome(now, null) : null;
    }

    /// <summary>How much of the size pinned stories take. 0: none was given.</summary>
    public async Task<double> ShareAsync(CancellationToken cancellationToken)
    {
        if (retention.Settings.Retention.MaxBytes is not { } most)
        {
            return 0;
        }

        var kept = await store.MeasureKeptAsync(cancellationToken);
        var pinned = kept.Of(KeepRank.Pinned).Bytes;
        if (pinned == 0)
        {
            return 0;
        }

        // The files tell what stories take in truth, and are never smaller than what is reckoned.
        var all = Math.Max(1, kept.ByRank.Values.Sum(amount => amount.Bytes));
        var files = (await store.CountAsync(cancellationToken)).Bytes;
        return pinned * Math.Max(1, (double)files / all) / most;
    }
}

/// <summary>What became of a wish to pin a story.</summary>
/// <param name="Story">The story as it is.</param>
/// <param name="Refused">Why it was not pinned. Null: it is as wished.</param>
public sealed record PinOutcome(Story Story, string? Refused);
