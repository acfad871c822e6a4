using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling.Rhythm;

namespace Aggregator.Service.Polling;

/// <summary>
/// Some servers answer 304 for ever, or keep their ETag while the document changes. A feed that is silent for much longer than its rhythm
/// explains is asked for the whole document once, at most weekly; what that shows decides which validators are believed. Pure.
/// </summary>
internal static class ValidatorDoubt
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromDays(7);
    private static readonly TimeSpan MostPause = TimeSpan.FromDays(56);

    /// <summary>An answer may be a day old without a lie: caches lie between.</summary>
    private static readonly TimeSpan CacheDelay = TimeSpan.FromDays(1);

    /// <summary>Whether the next request had better carry no validators.</summary>
    public static bool IsDue(FeedState state, DateTimeOffset now)
    {
        if ((state.ETag is null && state.LastModified is null) || state.UnchangedInARow == 0 || state.LastWhole is not { } whole)
        {
            return false;
        }

        var pause = TimeSpan.FromTicks(Math.Min(LeastPause.Ticks << Math.Min(state.VainSuspicions, 10), MostPause.Ticks));
        return now - whole >= pause && new PublicationForecast(state.Publications, state.LastChange ?? whole, now).IsSilent;
    }

    /// <summary>The state as the fetcher sees it when the whole document is wanted.</summary>
    public static FeedState WithoutValidators(FeedState state) => state with { ETag = null, LastModified = null, ValidatorsOf = null };

    /// <summary>Takes over the validators of a document that was sent whole, except those it proves to lie.</summary>
    public static FeedState Judge(FeedState before, FeedState polled, FetchResult.Changed changed, PollOutcome outcome)
    {
        var sameAddress = before.ValidatorsOf == changed.Origin.Address;
        var (etag, modified) = (changed.Terms.ETag, changed.Terms.LastModified);

        // Something came although the validator is the old one; or it had come long before the server still said "not modified".
        var entriesCame = outcome.NewDates.Count > 0 && before.Polls > 0;
        var cameUnnoticed = outcome.AskedForWhole && outcome.NewDates.Any(at => at < before.LastPoll - CacheDelay);
        var tagLies = sameAddress && entriesCame && before.ETag is { } oldTag && (oldTag == etag || cameUnnoticed);
        var dateLies = sameAddress && entriesCame && before.LastModified is { } oldDate && before.ETag is null && (oldDate == modified || cameUnnoticed);
        var distrustsTag = (sameAddress && before.DistrustsETag) || tagLies;
        var distrustsDate = (sameAddress && before.DistrustsLastModified) || dateLies;
        return polled with
        {
            ETag = distrustsTag ? null : etag,
            LastModified = distrustsDate ? null : modified,
            DistrustsETag = distrustsTag,
            DistrustsLastModified = distrustsDate,
        };
    }

    /// <summary>What there is to tell of it in the feed's health.</summary>
    public static IEnumerable<string> Problems(FeedState state)
    {
        if (state.DistrustsETag || state.DistrustsLastModified)
        {
            var which = state is { DistrustsETag: true, DistrustsLastModified: true } ? "ETag and its Last-Modified are" : state.DistrustsETag ? "ETag is" : "Last-Modified is";
            yield return $"the server says \"not modified\" of a document that was: its {which} not used any more";
        }
    }
}
