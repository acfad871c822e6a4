using System.Globalization;
using Aggregator.Service.Api;

namespace Aggregator.Service.Web;

/// <summary>The page on which a person sees how every source does.</summary>
internal static class SourcesPage
{
    /// <summary>More rows than this nobody reads; the rest is on further pages.</summary>
    private const int RowsOnPage = 500;

    /// <summary>The page numbered <paramref name="page"/>, from 1 on; one that there is not is the last. Links begin with <paramref name="root"/>.</summary>
    public static Markup Render(IReadOnlyList<FeedAnswer> feeds, SourceOrder order, int page, string root, DateTimeOffset now)
    {
        var pages = Math.Max(1, (feeds.Count + RowsOnPage - 1) / RowsOnPage);
        var shown = Math.Clamp(page, 1, pages);
        var rows = order.Apply(feeds).Skip((shown - 1) * RowsOnPage).Take(RowsOnPage);
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>Sources and their health</title>
            <link rel="stylesheet" href="{root}/style.css">
            <link rel="icon" href="{root}/icon.svg" type="image/svg+xml">
            <link rel="alternate" type="application/atom+xml" title="What is wrong with the sources" href="{root}/state.atom">
            </head>
            <body class="wide">
            <header>
            <h1><a href="{root}/">Aggregator</a> <span>Sources</span></h1>
            <p>{Summary(feeds)} Figures are of the last 30 days. <a href="{root}/state.atom">What is wrong, as a feed</a>; <a href="{root}/api/feeds">all of this as JSON</a>.</p>
            </header>
            <main>
            <div class="scroll" tabindex="0" role="region" aria-label="Sources, {order.Meaning}">
            <table class="health">
            <thead><tr>{SourceOrder.All.Select(column => Head(column, order, root))}</tr></thead>
            <tbody>
            {rows.Select(feed => Row(feed, root, now))}
            </tbody>
            </table>
            </div>
            {Pages(shown, pages, order, root)}
            </main>
            </body>
            </html>
            """);
    }

    private static string Summary(IReadOnlyList<FeedAnswer> feeds)
    {
        var failing = feeds.Count(feed => feed.Health is "failing" or "gone");
        var repaired = feeds.Count(feed => feed.Health == "healthy" && feed.Problems.Count > 0);
        return string.Create(CultureInfo.InvariantCulture, $"{feeds.Count} sources: {(failing == 0 ? "all can be read" : $"{failing} cannot be read")}{(repaired == 0 ? "" : $", {repaired} have something wrong and are read all the same")}.");
    }

    private static Markup Head(SourceOrder column, SourceOrder order, string root) => column == order
        ? Html.Of($"<th scope=\"col\" aria-sort=\"other\"><a href=\"{root}/sources?sort={column.Name}\" title=\"{column.Meaning}\">{column.Column}</a></th>")
        : Html.Of($"<th scope=\"col\"><a href=\"{root}/sources?sort={column.Name}\" title=\"{column.Meaning}\">{column.Column}</a></th>");

    private static Markup Row(FeedAnswer feed, string root, DateTimeOffset now) => Html.Of($"""
        <tr>
        <th scope="row"><a href="{root}/sources/{feed.Id}">{feed.Name}</a><small>{feed.Category ?? ""}</small></th>
        <td class="text"><span class="state {feed.Health}">{feed.Health}</span>{Trouble(feed)}</td>
        <td>{Instant(feed.LastSuccess, now, "never")}</td>
        <td class="text">{Instant(feed.NextPoll, now, "none")}<small>{feed.NextPollReason ?? ""}</small></td>
        <td class="number">{FigureWords.Rate(feed.Figures?.ItemsPerDay)}</td>
        <td class="number">{FigureWords.Percent(feed.Figures?.NotModifiedShare)}</td>
        <td class="number">{FigureWords.Bytes(feed.Figures?.Bytes)}</td>
        <td class="number">{FigureWords.Of(feed.Figures?.Repaired ?? 0, feed.Figures?.Documents ?? 0)}</td>
        <td class="number">{FigureWords.Percent(feed.Figures?.PagesReadShare)}<small>{(feed.Figures is { } figures && figures.PagesRead + figures.PagesMissed > 0 ? FigureWords.Of(figures.PagesRead, figures.PagesRead + figures.PagesMissed) : "")}</small></td>
        </tr>

        """);

    private static Markup Trouble(FeedAnswer feed) => Html.Of(
        $"{(feed.Error is null ? Markup.None : Html.Of($" {feed.Error}<small>{feed.Meaning ?? ""}</small>"))}{(feed.MovedTo is null ? Markup.None : Html.Of($"<small>moved to {feed.MovedTo}</small>"))}{Problems(feed)}");

    private static Markup Problems(FeedAnswer feed) => feed.Problems.Count == 0
        ? Markup.None
        : Html.Of($"<details><summary>{(feed.Problems.Count == 1 ? "1 remark" : $"{feed.Problems.Count} remarks")}</summary><ul>{feed.Problems.Select(problem => Html.Of($"<li>{problem}</li>"))}</ul></details>");

    private static Markup Instant(DateTimeOffset? instant, DateTimeOffset now, string otherwise) => instant is { } at
        ? Html.Of($"<time datetime=\"{at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\" title=\"{at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC\">{FigureWords.From(now, at)}</time>")
        : Html.Of($"{otherwise}");

    private static Markup Pages(int shown, int pages, SourceOrder order, string root) => pages == 1
        ? Markup.None
        : Html.Of($"<nav class=\"pages\" aria-label=\"Pages\"><p>{Enumerable.Range(1, pages).Select(page => page == shown ? Html.Of($"<strong>{page}</strong> ") : Html.Of($"<a href=\"{root}/sources?sort={order.Name}&amp;page={page}\">{page}</a> "))}</p></nav>");
}
