using Aggregator.Content.Publishing;
using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Web;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>Finds what is new in a merged feed since it was last told.</summary>
public sealed class FeedNews(MergedFeedBuilder builder, MergedFeedComposer composer, IStoryStore store, IOptions<HostingOptions> options, TimeProvider clock)
{
    /// <summary>Entries looked at from the newest on.</summary>
    private const int Window = 200;

    /// <summary>As many windows are looked at while something in them is new: many stories came at once.</summary>
    private const int MostWindows = 25;

    /// <summary>Entries remembered as told, beside those in the window: one that was told comes back when the newer ones are deleted, or when another outlet reports it.</summary>
    private const int MostRemembered = 5_000;

    /// <summary>A story has its time from before it is stored: so long one may have been on its way when a feed was looked through.</summary>
    private static readonly TimeSpan OnTheirWay = TimeSpan.FromMinutes(10);

    /// <summary>How far back is looked for stories that are told later than others.</summary>
    private static readonly TimeSpan LateBy = TimeSpan.FromHours(48);

    /// <summary>The entries that a feed holds now, as told, and when that was looked up.</summary>
    public async Task<(IReadOnlyDictionary<string, long> Told, DateTimeOffset At)> ListAsync(MergedFeed feed, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var page = await builder.CollectAsync(feed.Scope, Span(feed), cancellationToken);
        return (page.Entries.GroupBy(IdOf).ToDictionary(entry => entry.Key, entry => VersionOf(entry.First())), at);
    }

    /// <summary>What was not told, or was changed since, among the newest entries and as far back as something is new.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="before">What of it was told.</param>
    /// <param name="isDeep">Whether to look back two days, to where stories stand that are told late or by an earlier date.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<News> FindAsync(MergedFeed feed, PublishedTopic before, bool isDeep, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feed);
        ArgumentNullException.ThrowIfNull(before);
        var at = clock.GetUtcNow();
        var span = Span(feed);
        var news = new List<PublishedEntry>();
        var now = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var windows = 0; windows < MostWindows; windows++)
        {
            // Far back stand entries that were told longer ago than is remembered.
            var since = windows == 0 || before.LookedAt - OnTheirWay < before.Since ? before.Since : before.LookedAt - OnTheirWay;
            since = since < at ? since : at - OnTheirWay;
            var page = await builder.CollectAsync(feed.Scope, span, cancellationToken);
            var found = news.Count;
            foreach (var entry in page.Entries)
            {
                var (id, version) = (IdOf(entry), VersionOf(entry));
                var isTold = before.Told.TryGetValue(id, out var told);
                if (now.TryAdd(id, Math.Max(version, told)) && (isTold ? version > told : ArrivedAt(entry) >= since))
                {
                    news.Add(entry);
                }
            }

            if (page.Next is null || (news.Count == found && !(isDeep && page.BackTo > at - LateBy)))
            {
                break;
            }

            span = span with { After = page.Next };
        }

        foreach (var (id, version) in before.Told.OrderByDescending(entry => entry.Value).Take(MostRemembered))
        {
            now.TryAdd(id, version);
        }

        return new News(await WithBodiesAsync(feed, news, cancellationToken), now, at);
    }

    /// <summary>The newest entries that arrived or were changed since a time.</summary>
    public async Task<IReadOnlyList<PublishedEntry>> ListSinceAsync(MergedFeed feed, DateTimeOffset since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feed);
        var page = await builder.CollectAsync(feed.Scope, Span(feed), cancellationToken);
        return await WithBodiesAsync(feed, [.. page.Entries.Where(entry => ArrivedAt(entry) >= since || entry.Lead.Updated >= since)], cancellationToken);
    }

    private static EntrySpan Span(MergedFeed feed) => new(Window, feed.View.Clustered, WithBody: false);

    private static string IdOf(PublishedEntry entry) => entry.Lead.Cluster.Value;

    private static DateTimeOffset ArrivedAt(PublishedEntry entry) => entry.Others.Prepend(entry.Lead).Max(story => story.Retagged ?? story.FirstSeen);

    /// <summary>When the entry counts as updated, as the feed tells it: whole seconds.</summary>
    private long VersionOf(PublishedEntry entry) => EntryTimes.UpdatedAt(entry, options.Value.NewReportsUpdateEntries).ToUnixTimeSeconds();

    private async Task<IReadOnlyList<PublishedEntry>> WithBodiesAsync(MergedFeed feed, List<PublishedEntry> entries, CancellationToken cancellationToken)
    {
        if (composer.ContentOf(feed.View) < FeedContent.Full)
        {
            return entries;
        }

        for (var i = 0; i < entries.Count; i++)
        {
            var whole = await store.FindStoryAsync(entries[i].Lead.Id, cancellationToken);
            entries[i] = whole is null ? entries[i] : entries[i] with { Lead = entries[i].Lead with { Body = whole.Body } };
        }

        return entries;
    }
}

/// <summary>What is new in a feed.</summary>
/// <param name="Entries">The newest first.</param>
/// <param name="Told">What is told when these are.</param>
/// <param name="At">When it was looked for.</param>
public sealed record News(IReadOnlyList<PublishedEntry> Entries, IReadOnlyDictionary<string, long> Told, DateTimeOffset At);
