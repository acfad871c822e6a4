using System.Diagnostics;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;
using Aggregator.Service.Watching;

namespace Aggregator.Service.Polling;

/// <summary>What traces say of a poll and its stages. A span that is null is one that nobody listens to.</summary>
internal static class PollSpans
{
    /// <summary>The poll, and how it ended.</summary>
    public static void Describe(this Activity? span, FeedSource source, string outcome, string? error)
    {
        if (span is not null)
        {
            span.SetTag("aggregator.feed.id", source.Id.Value);
            span.SetTag("aggregator.feed.name", source.Name);
            span.SetTag("aggregator.poll.outcome", outcome);
            if (error is not null && span.Status != ActivityStatusCode.Error)
            {
                span.Fail(error, outcome);
            }
        }
    }

    /// <summary>What asking for the feed brought.</summary>
    public static void Describe(this Activity? span, FeedState asked, FetchResult fetched)
    {
        if (span is not null)
        {
            span.SetTag("url.full", Words.Place(asked.FetchAddress));
            span.SetTag("http.response.body.size", fetched.Received);
            if (PollMetrics.NameOf(new PollOutcome(fetched)).Error is { } error)
            {
                span.Fail(error, fetched.Describe());
            }
        }
    }

    /// <summary>What its document is.</summary>
    public static void Describe(this Activity? span, ParsedFeed feed)
    {
        if (span is not null)
        {
            span.SetTag("aggregator.feed.format", feed.Format);
            span.SetTag("aggregator.feed.entries", feed.Entries.Count);
            span.SetTag("aggregator.feed.problems", feed.Problems.Count);
            if (feed.Format is null)
            {
                span.Fail("not_a_feed", string.Join("; ", feed.Problems));
            }
        }
    }

    /// <summary>What the article behind an entry is.</summary>
    public static void Describe(this Activity? span, FeedEntry entry, ArticlePage page)
    {
        if (span is not null)
        {
            span.SetTag("url.full", entry.Link is { } link ? Words.Place(link) : null);
            if (page.Article is null && !page.IsAsBefore)
            {
                span.Fail("no_page", page.Note ?? "");
            }
        }
    }

    /// <summary>Stores a batch, as a stage of its own.</summary>
    public static async Task<SaveResult> SaveTracedAsync(this IStoryStore store, StoryBatch batch, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("save");
        try
        {
            return await store.SaveAsync(batch, cancellationToken);
        }
        catch (StoreException fault)
        {
            span.Fail(fault);
            throw;
        }
    }
}
