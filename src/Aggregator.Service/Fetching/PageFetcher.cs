using System.Globalization;
using System.Net;
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
    public sealed record Page(ReadOnlyMemory<byte> Body, string? ContentType, Uri EffectiveUri, bool NoArchive) : PageResult;

    /// <summary>No page.</summary>
    /// <param name="Reason">Why, in words.</param>
    /// <param name="RetryLater">Another try hours later may bring it: the trouble was of the moment.</param>
    public sealed record NotFetched(string Reason, bool RetryLater = false) : PageResult;
}

/// <summary>Asks for an article's page, if the site's robots.txt allows it.</summary>
public sealed class PageFetcher(WebClient web, RobotsCache robots, AddressGuard guard, HostGate gate, IOptions<FetchingOptions> options, TimeProvider clock)
{
    private const string Accept = "text/html, application/xhtml+xml, */*;q=0.5";

    /// <summary>Asks for a page that is open to all. Expected failures are results; only cancellation throws.</summary>
    public Task<PageResult> FetchAsync(Uri page, CancellationToken cancellationToken) => FetchAsync(page, FeedAccess.Open, cancellationToken);

    /// <summary>Asks for a page, showing the secret of its feed where the page is of the same origin. Nothing in the result holds the secret.</summary>
    public async Task<PageResult> FetchAsync(Uri page, FeedAccess access, CancellationToken cancellationToken)
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
            var spacing = (await robots.FindAsync(page, cancellationToken)).CrawlDelay;
            var answer = await web.GetAsync(
                page,
                options.Value.MaxPageBytes,
                spacing,
                request =>
                {
                    request.Headers.TryAddWithoutValidation("Accept", Accept);
                    access.Apply(request);
                },
                CheckRobotsAsync,
                cancellationToken);
            return Judge(access.Hide(answer, page));
        }
        catch (FetchException failure) when (failure.Fault is FetchFault.Forbidden)
        {
            return new PageResult.NotFetched($"the page was not fetched: {access.Hide(failure.Message)}");
        }
        catch (FetchException failure)
        {
            return new PageResult.NotFetched($"the page could not be fetched: {access.Hide(failure.Message)}", failure.Fault is FetchFault.Unreachable or FetchFault.HostAtRest);
        }
    }

    /// <summary>Each address on the way is looked up in the robots.txt of its own site, redirect targets too.</summary>
    private async Task CheckRobotsAsync(Uri address, CancellationToken cancellationToken)
    {
        var rules = await robots.FindAsync(address, cancellationToken);
        if (rules == RobotsTxt.DisallowAll)
        {
            throw new FetchException(FetchFault.Unreachable, $"the robots.txt of {address.Host} could not be had");
        }

        if (!rules.Allows(address))
        {
            throw new FetchException(FetchFault.Forbidden, $"the robots.txt of {address.Host} disallows it");
        }
    }

    private PageResult Judge(WebAnswer answer)
    {
        if (answer.Status is HttpStatusCode.ServiceUnavailable && AnswerTimes.RetryAfter(answer, clock.GetUtcNow()) is { } asked)
        {
            gate.Hold(answer.EffectiveUri.IdnHost, clock.GetUtcNow() + asked);
        }

        if (answer.Status != HttpStatusCode.OK)
        {
            return new PageResult.NotFetched(string.Create(CultureInfo.InvariantCulture, $"the page answered {(int)answer.Status}"), (int)answer.Status is 408 or 425 or 429 or >= 500);
        }

        var contentType = answer.Raw("Content-Type");
        if (contentType is not null && !IsPage(contentType))
        {
            return new PageResult.NotFetched($"the address leads to {contentType.Split(';')[0].Trim()}, not to a page");
        }

        var robotsTag = answer.Raw("X-Robots-Tag") ?? "";
        var noArchive = robotsTag.Contains("noarchive", StringComparison.OrdinalIgnoreCase) || robotsTag.Contains("nosnippet", StringComparison.OrdinalIgnoreCase)
            || robotsTag.Split(',').Any(rule => rule.Trim().Equals("none", StringComparison.OrdinalIgnoreCase));
        return new PageResult.Page(answer.Body, contentType, answer.EffectiveUri, noArchive);
    }

    private static bool IsPage(string contentType) =>
        contentType.Contains("html", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || contentType.Contains("xml", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase);
}
