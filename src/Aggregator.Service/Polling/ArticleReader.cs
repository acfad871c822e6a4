using System.Collections.Concurrent;
using System.Diagnostics;
using Aggregator.Content.Extraction;
using Aggregator.Content.Extraction.Parts;
using Aggregator.Content.Extraction.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using Aggregator.Service.Secrets;
using Aggregator.Service.Watching;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>
/// Fetches an entry's page and extracts the article. Never throws for a page's sake: whatever goes wrong costs the page only, and the
/// reason is told. Pages read for nobody but the command line are not measured. As many pages are taken apart at once as there are processors, because a parsed page is large; and of pages that are large themselves one.
/// </summary>
public sealed partial class ArticleReader(IPageSource fetcher, SiteRules rules, BodiesInHand bodies, IOptions<FetchingOptions> options, IOptions<PollingOptions> polling, TimeProvider clock, ILogger<ArticleReader> logger, PollMetrics? metrics = null) : IDisposable
{
    /// <summary>Pages of one article that are read. Longer ones are collections rather than articles.</summary>
    private const int MostPages = 10;

    /// <summary>What all pages need is built once a process, and on no page's budget.</summary>
    private static readonly Lazy<Task> Prepared = new(() => Task.Run(ArticleExtractor.Prepare));

    /// <summary>Pages on which a site's rule may take too many steps before it is not used any more.</summary>
    private const int MostSpent = 3;

    private readonly ConcurrentDictionary<SiteRule, int> _spent = new();
    private readonly SemaphoreSlim _workbenches = new(Environment.ProcessorCount);
    private readonly SemaphoreSlim _largeWorkbench = new(1);
    private readonly RecentPages _recent = new(clock);
    private readonly SiteMemory _sites = new(clock);

    /// <summary>Reads the page behind <paramref name="entry"/>, which is open to all.</summary>
    public Task<ArticlePage> ReadAsync(FeedEntry entry, Story? before, CancellationToken cancellationToken) => ReadAsync(entry, before, FeedAccess.Open, cancellationToken);

    /// <summary>
    /// Reads the page behind <paramref name="entry"/>. <paramref name="before"/> is the entry's story, if there is one already: then the site
    /// is asked whether the page changed since. For a new story another feed's reading of the same page will do, unless the page is read
    /// with a secret (<paramref name="access"/>): what one feed may read, another may not.
    /// </summary>
    public async Task<ArticlePage> ReadAsync(FeedEntry entry, Story? before, FeedAccess access, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Link is not { } link)
        {
            return new ArticlePage(null, "the entry has no link", false);
        }

        ArgumentNullException.ThrowIfNull(access);
        if (before is null && access == FeedAccess.Open)
        {
            return await _recent.GetAsync(link, () => FetchAsync(entry, link, null, access, cancellationToken), cancellationToken);
        }

        _recent.Forget(link);
        return await FetchAsync(entry, link, before?.Page, access, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workbenches.Dispose();
        _largeWorkbench.Dispose();
    }

    private async Task<ArticlePage> FetchAsync(FeedEntry entry, Uri link, PageValidators? known, FeedAccess access, CancellationToken cancellationToken)
    {
        var (fetched, page) = await ReadPageAsync(link, known, access, entry, null, cancellationToken);
        return fetched switch
        {
            PageResult.Page whole => await ReadWholeAsync(whole.EffectiveUri, page!, entry, access, cancellationToken),
            PageResult.NotModified => new ArticlePage(null, null, false) { IsAsBefore = true, Validators = known },
            PageResult.NotFetched missed => new ArticlePage(null, missed.Reason, false) { RetryLater = missed.RetryLater },
            _ => throw new InvalidOperationException($"no such result: {fetched}"),
        };
    }

    /// <summary>One page, fetched and taken apart; null where none was sent. It is in memory no longer than that takes.</summary>
    private async Task<(PageResult Fetched, ArticlePage? Page)> ReadPageAsync(Uri address, PageValidators? known, FeedAccess access, FeedEntry entry, EarlierPages? earlier, CancellationToken cancellationToken)
    {
        using var share = bodies.Pages.Begin();
        var fetched = await fetcher.FetchAsync(address, known, access, share, cancellationToken);
        return fetched is PageResult.Page page
            ? (page with { Body = default }, await ExtractAsync(page, entry, earlier, cancellationToken))
            : (fetched, null);
    }

    /// <summary>The article as its site's rule says it is to be had whole, on one page; else with the pages that continue it.</summary>
    private async Task<ArticlePage> ReadWholeAsync(Uri first, ArticlePage part, FeedEntry entry, FeedAccess access, CancellationToken cancellationToken)
    {
        if (part.Article?.SinglePage is { } single && single != first
            && await ReadPageAsync(single, null, access, entry, null, cancellationToken) is { Page: { Article: { } article } whole } && ArticleParts.IsPart(article))
        {
            // The first page's validators tell what is asked for next time.
            return whole with { Article = article with { NextPage = null }, NoArchive = part.NoArchive || whole.NoArchive, Validators = part.Validators };
        }

        return await ReadRestAsync(first, part, entry, access, cancellationToken);
    }

    /// <summary>
    /// Adds the pages that continue the article, each asked for as any page is. A page that is no more of the article ends it; one that is out of
    /// reach ends it too, and the whole is asked for again later, without validators: those of the first page say nothing of the others.
    /// </summary>
    private async Task<ArticlePage> ReadRestAsync(Uri first, ArticlePage whole, FeedEntry entry, FeedAccess access, CancellationToken cancellationToken)
    {
        var titleOnly = entry with { SummaryHtml = null, ContentHtml = null };
        HashSet<Uri> asked = [first];
        while (whole.Article is { NextPage: { } next } article)
        {
            if (asked.Count == MostPages || !asked.Add(next))
            {
                return whole with { Article = article with { NextPage = null } };
            }

            var (fetched, part) = await ReadPageAsync(next, null, access, titleOnly, new EarlierPages(first, article.BodyText), cancellationToken);
            if (part is null)
            {
                var missed = fetched as PageResult.NotFetched ?? new PageResult.NotFetched("the page was not sent");
                return whole with { Article = ArticleParts.CutShort(article, asked.Count, missed.Reason), Validators = null, RetryLater = missed.RetryLater };
            }

            whole = part.Article is { } more && ArticleParts.IsPart(more)
                ? whole with { Article = ArticleParts.Append(article, more), NoArchive = whole.NoArchive || part.NoArchive }
                : whole with { Article = article with { NextPage = null } };
        }

        return whole;
    }

    private async Task<ArticlePage> ExtractAsync(PageResult.Page page, FeedEntry entry, EarlierPages? earlier, CancellationToken cancellationToken)
    {
        if (page.Body.Length <= BodyPool.Large)
        {
            return await ExtractInTurnAsync(page, entry, earlier, cancellationToken);
        }

        await _largeWorkbench.WaitAsync(cancellationToken);
        try
        {
            return await ExtractInTurnAsync(page, entry, earlier, cancellationToken);
        }
        finally
        {
            _largeWorkbench.Release();
        }
    }

    private async Task<ArticlePage> ExtractInTurnAsync(PageResult.Page page, FeedEntry entry, EarlierPages? earlier, CancellationToken cancellationToken)
    {
        await Prepared.Value.WaitAsync(cancellationToken);
        await _workbenches.WaitAsync(cancellationToken);

        // Real time, whatever clock the service runs on: what is to be bounded is how long a processor is kept.
        using var budget = new CancellationTokenSource(polling.Value.PageBudget);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        using var span = Spans.Start("extract");
        var began = Stopwatch.GetTimestamp();
        try
        {
            var rule = rules.For(page.EffectiveUri) is { } found && _spent.GetValueOrDefault(found) < MostSpent ? found : null;
            var context = new PageContext(page.EffectiveUri) { ContentType = page.ContentType, Entry = entry, Site = _sites.Of(page.EffectiveUri), Earlier = earlier, Rule = rule, RobotName = options.Value.ProductToken };
            var article = await Task.Run(() => ArticleExtractor.Extract(page.Body, context, either.Token), cancellationToken);
            if (rule is not null && article.RuleIsSpent && _spent.AddOrUpdate(rule, 1, (_, times) => times + 1) == MostSpent)
            {
                LogRuleOff(rule.File, MostSpent, Words.Place(page.EffectiveUri));
            }

            if (earlier is null && article.Print is { } print)
            {
                _sites.Learn(page.EffectiveUri, print);
            }

            return new ArticlePage(article with { Print = null }, null, page.NoArchive) { Address = page.EffectiveUri, Validators = page.Validators };
        }
        catch (OperationCanceledException) when (budget.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogTooExpensive(Words.Place(page.EffectiveUri), polling.Value.PageBudget.TotalSeconds);
            return new ArticlePage(null, $"the page takes more than {polling.Value.PageBudget.TotalSeconds:0.#} s to read", page.NoArchive);
        }
#pragma warning disable CA1031 // A fault of ours in one page must not cost the feed its other entries; it is logged with the page.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogUnreadable(Words.Place(page.EffectiveUri), fault);
            span.Fail(fault);
            return new ArticlePage(null, $"the page could not be read ({fault.GetType().Name})", page.NoArchive);
        }
        finally
        {
            _workbenches.Release();
            metrics?.Extracted(began);
        }
    }

    [LoggerMessage(220, LogLevel.Error, "The page {Page} could not be read; the feed's own text is kept")]
    private partial void LogUnreadable(string page, Exception fault);

    [LoggerMessage(973, LogLevel.Warning, "The site rule {File} is not used any more until the next start: on {Times} pages, {Page} the last, it took too many steps. Make its expressions simpler")]
    private partial void LogRuleOff(string file, int times, string page);

    [LoggerMessage(221, LogLevel.Warning, "Reading the page {Page} takes more than {Seconds} s (Polling:PageBudget); the feed's own text is kept")]
    private partial void LogTooExpensive(string page, double seconds);
}
