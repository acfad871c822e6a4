using System.Globalization;
using System.Net;
using Aggregator.Model.Stories;
using Aggregator.Service.Secrets;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>What asking for an article's page brought. A closed set.</summary>
public abstract record PageResult
{
    private PageResult()
    {
    }

    /// <summary>The page.</summary>
    /// <param name="Body">Its bytes, decompressed.</param>
    /// <param name="ContentType">Its Content-Type as sent. Null: none.</param>
    /// <param name="EffectiveUri">Where it came from, after redirects.</param>
    /// <param name="NoArchive">X-Robots-Tag asks not to republish it.</param>
    public sealed record Page(ReadOnlyMemory<byte> Body, string? ContentType, Uri EffectiveUri, bool NoArchive) : PageResult
    {
        /// <summary>What to ask with, should the page be asked for again. Null: the site gives nothing for that.</summary>
        public PageValidators? Validators { get; init; }
    }

    /// <summary>304 to the validators that were sent: the page is as it was when it was read (RFC 9110 section 15.4.5).</summary>
    public sealed record NotModified : PageResult;

    /// <summary>No page.</summary>
    /// <param name="Reason">Why, in words.</param>
    /// <param name="RetryLater">Another try hours later may bring it: the trouble was of the moment.</param>
    public sealed record NotFetched(string Reason, bool RetryLater = false) : PageResult;
}

/// <summary>Asks for an article's page, if the site's robots.txt allows it.</summary>
public sealed class PageFetcher(WebClient web, RobotsCache robots, AddressGuard guard, HostGate gate, IOptions<FetchingOptions> options, TimeProvider clock) : IPageSource
{
    private const string Accept = "text/html, application/xhtml+xml, */*;q=0.5";

    /// <summary>Asks for a page that is open to all.</summary>
    public Task<PageResult> FetchAsync(Uri page, PageValidators? known, CancellationToken cancellationToken) => FetchAsync(page, known, FeedAccess.Open, null, cancellationToken);

    /// <summary>
    /// Asks for a page; only if it changed, where it was read before and is <paramref name="known"/>. The secret of the page's feed is shown
    /// where the page is of the same origin; nothing in the result holds it. The <paramref name="share"/> holds as much memory as came. Expected failures are results; only cancellation throws.
    /// </summary>
    public async Task<PageResult> FetchAsync(Uri page, PageValidators? known, FeedAccess access, BodyShare? share, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(access);
        ArgumentNullException.ThrowIfNull(page);
        if (guard.FindFault(page) is { } fault)
        {
            return new PageResult.NotFetched($"the page was not fetched: {fault}");
        }

        if (gate.HeldUntil(page.IdnHost) is not null)
        {
            return new PageResult.NotFetched($"the page was not fetched: {page.Host} asked for quiet", RetryLater: true);
        }

        try
        {
            var plan = new RequestPlan(options.Value.MaxPageBytes) { Prepare = request => Prepare(request, known, access), Admit = robots.AdmitAsync, Wants = IsPage, Share = share, GoesFirst = true };
            return Judge(access.Hide(await web.GetAsync(page, plan, cancellationToken), page), known);
        }
        catch (FetchException failure) when (failure.Fault is FetchFault.Refused)
        {
            return new PageResult.NotFetched($"the page was not fetched: {access.Hide(failure.Message)}");
        }
        catch (FetchException failure)
        {
            return new PageResult.NotFetched($"the page could not be fetched: {access.Hide(failure.Message)}", failure.Fault is FetchFault.Unreachable or FetchFault.NotReached or FetchFault.HostAtRest);
        }
    }

    private static void Prepare(HttpRequestMessage request, PageValidators? known, FeedAccess access)
    {
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        AddConditions(request, known, access);
        access.Apply(request); // last: it may change the address
    }

    private static void AddConditions(HttpRequestMessage request, PageValidators? known, FeedAccess access)
    {
        if (known is null || access.Hide(request.RequestUri!) != known.Address)
        {
            return; // shown to the address that gave them and to no other, as with feeds
        }

        if (known.ETag is { } etag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        }

        if (known.LastModified is { } lastModified)
        {
            request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
        }
    }

    private PageResult Judge(WebAnswer answer, PageValidators? known)
    {
        if (answer.Status is HttpStatusCode.ServiceUnavailable && AnswerTimes.RetryAfter(answer, clock.GetUtcNow()) is { } asked)
        {
            gate.Hold(answer.EffectiveUri.IdnHost, clock.GetUtcNow() + asked);
        }

        if (answer.Status is HttpStatusCode.NotModified && known is not null && answer.EffectiveUri == known.Address)
        {
            return new PageResult.NotModified();
        }

        if (answer.Status != HttpStatusCode.OK)
        {
            return new PageResult.NotFetched(string.Create(CultureInfo.InvariantCulture, $"the page answered {(int)answer.Status}"), (int)answer.Status is 408 or 425 or 429 or >= 500);
        }

        var contentType = answer.Raw("Content-Type");
        if (!IsPage(contentType))
        {
            return new PageResult.NotFetched($"the address leads to {contentType!.Split(';')[0].Trim()}, not to a page");
        }

        var validators = PageValidators.Of(answer.EffectiveUri, answer.Raw("ETag"), answer.Raw("Last-Modified"));
        var noArchive = RobotsTag.ForbidsArchiving(answer.Lines("X-Robots-Tag"), options.Value.ProductToken);
        return new PageResult.Page(answer.Body, contentType, answer.EffectiveUri, noArchive) { Validators = validators };
    }

    private static bool IsPage(string? contentType) =>
        contentType is null
        || contentType.Contains("html", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || contentType.Contains("xml", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase);
}
