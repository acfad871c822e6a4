using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Aggregator.Service.Api;

/// <summary>
/// All that a query finds, sent while it is being found, in little memory. It ends when the reader leaves. What goes wrong before the first
/// byte is told as a problem; later, the connection is broken off, so that a part never passes for the whole.
/// </summary>
/// <param name="query">The query; its limit does not matter.</param>
/// <param name="most">How many stories at most. Null: all; of an answer in another order than the newest first, its one page.</param>
/// <param name="fields">What is told of each.</param>
/// <param name="lines">How they are written.</param>
internal sealed partial class StoryExport(SearchQuery query, int? most, StoryFields fields, IStoryLines lines) : IResult
{
    /// <summary>What is gathered before it is sent: a reader waits for no more than some dozens of stories, and there is not a packet for each.</summary>
    private const int FlushBytes = 32 * 1024;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);

        // As long as somebody reads it; who does not is cut off by the server (its least rate of sending).
        httpContext.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var search = httpContext.RequestServices.GetRequiredService<StorySearch>();
        var first = await search.FindAsync(PageAfter(null, most ?? int.MaxValue), httpContext.RequestAborted);
        httpContext.Response.ContentType = lines.ContentType;
        try
        {
            await SendAsync(first, search, httpContext);
        }
        catch (StoreException fault)
        {
            LogBrokenOff(httpContext.RequestServices.GetRequiredService<ILogger<StoryExport>>(), fault.Message);
            httpContext.Abort();
        }
    }

    private async Task SendAsync(SearchPage page, StorySearch search, HttpContext http)
    {
        var (left, target) = (most ?? int.MaxValue, http.Response.BodyWriter);
        var store = http.RequestServices.GetRequiredService<IStoryStore>();
        lines.Begin(target);
        while (true)
        {
            foreach (var story in page.Stories)
            {
                if (await fields.TellAsync(story, store, http.RequestAborted) is { } answer)
                {
                    lines.Write(answer, target);
                    left = most is null ? left : left - 1;
                }

                if (target.UnflushedBytes >= FlushBytes)
                {
                    await target.FlushAsync(http.RequestAborted);
                }
            }

            await target.FlushAsync(http.RequestAborted);
            if (page.Next is null || left == 0)
            {
                return;
            }

            page = await search.FindAsync(PageAfter(page.Next, left), http.RequestAborted);
        }
    }

    private SearchQuery PageAfter(StoryCursor? place, int left) =>
        query with { Range = query.Range with { After = place ?? query.Range.After, Limit = Math.Min(left, StoryQuery.MaxLimit) } };

    [LoggerMessage(853, LogLevel.Warning, "an export of stories was broken off, and its reader will see that: {Reason}")]
    private static partial void LogBrokenOff(ILogger logger, string reason);
}
