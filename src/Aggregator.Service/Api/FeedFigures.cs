using Aggregator.Model.Feeds;

namespace Aggregator.Service.Api;

/// <summary>What a feed's polls of the last 30 days came to.</summary>
public sealed record FeedFigures
{
    /// <summary>Before so much was counted, what a feed says of its entries' dates is the better measure of how many it brings a day.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromDays(3);

    /// <summary>Since when it is counted: 30 days at most.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Polls.</summary>
    public long Polls { get; init; }

    /// <summary>Those that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Those that were told by a 304 that nothing had changed.</summary>
    public long NotModified { get; init; }

    /// <summary>Those that were sent the whole document although nothing had changed.</summary>
    public long SentAgain { get; init; }

    /// <summary>The share of 304 in the polls that found nothing new, 0 to 1: a server that never says so sends its document in vain. Null: no poll found nothing new.</summary>
    public double? NotModifiedShare { get; init; }

    /// <summary>Bytes of its documents, as they came over the network; told to the operator only.</summary>
    public long? Bytes { get; init; }

    /// <summary>New stories a day. Null: not known yet.</summary>
    public double? ItemsPerDay { get; init; }

    /// <summary>Changed documents.</summary>
    public long Documents { get; init; }

    /// <summary>Those of them that had to be repaired before they could be read.</summary>
    public long Repaired { get; init; }

    /// <summary>New and edited entries whose text was taken from their page.</summary>
    public long PagesRead { get; init; }

    /// <summary>Those whose page was asked for in vain, or held no article.</summary>
    public long PagesMissed { get; init; }

    /// <summary>The share of pages that an article was taken from, 0 to 1. Null: no page was asked for.</summary>
    public double? PagesReadShare { get; init; }

    /// <summary>
    /// The figures of a feed. Null: nothing was counted yet. A stranger (<paramref name="toOperator"/> is false) is not told how much came: of what failed, that would tell
    /// what is at addresses that only we can reach.
    /// </summary>
    public static FeedFigures? Of(FeedState state, bool toOperator, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Days.Sum(now) is not var (sum, since))
        {
            return null;
        }

        return new FeedFigures
        {
            Since = since,
            Polls = sum.Polls,
            Failed = sum.Failed,
            NotModified = sum.NotModified,
            SentAgain = sum.SentAgain,
            NotModifiedShare = Share(sum.NotModified, sum.SentAgain),
            Bytes = toOperator ? sum.Bytes : null,
            ItemsPerDay = ItemsADay(state, sum, now - since, now),
            Documents = sum.Documents,
            Repaired = sum.Repaired,
            PagesRead = sum.PagesRead,
            PagesMissed = sum.PagesMissed,
            PagesReadShare = Share(sum.PagesRead, sum.PagesMissed),
        };
    }

    private static double? ItemsADay(FeedState state, FeedDay sum, TimeSpan counted, DateTimeOffset now)
    {
        if (counted >= LongEnough)
        {
            return Math.Round(sum.Items / counted.TotalDays, 2);
        }

        var published = state.Publications.Seconds;
        return published.Length < 2 || now - DateTimeOffset.FromUnixTimeSeconds(published[0]) is var span && span.TotalHours < 1
            ? null
            : Math.Round(published.Length / Math.Max(1, span.TotalDays), 2);
    }

    private static double? Share(long part, long rest) => part + rest == 0 ? null : Math.Round(part / (double)(part + rest), 3);
}
