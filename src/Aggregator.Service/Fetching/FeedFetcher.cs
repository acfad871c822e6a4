using System.Globalization;
using System.Net;
using Aggregator.Model.Feeds;
using Aggregator.Model.Text;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>Asks for a feed, conditionally: the publisher sends it only if it changed (RFC 9110 section 13).</summary>
public sealed class FeedFetcher(WebClient web, HostGate gate, IOptions<FetchingOptions> options, TimeProvider clock)
{
    private const string Accept = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";

    /// <summary>Asks for a feed. Expected failures are results; only cancellation throws.</summary>
    public async Task<FetchResult> FetchAsync(FeedState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (AtRest(state.FetchAddress) is { } early)
        {
            return early;
        }

        try
        {
            var answer = await AskAsync(state, conditional: true, cancellationToken);
            if (answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable)
            {
                // Some servers stumble over headers they do not know: once more with the least.
                answer = await AskAsync(state, conditional: false, cancellationToken);
            }

            return Judge(state, answer);
        }
        catch (FetchException fault)
        {
            var rest = fault.Fault is FetchFault.HostAtRest ? AtRest(state.FetchAddress) : null;
            return rest ?? (FetchResult)new FetchResult.Failed(fault.Fault, null, fault.Message);
        }
    }

    private FetchResult.ComeBackLater? AtRest(Uri address) => gate.HeldUntil(address.IdnHost) is { } until
        ? new FetchResult.ComeBackLater(until - clock.GetUtcNow(), $"{address.Host} asked for no requests until {until.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}")
        : null;

    private Task<WebAnswer> AskAsync(FeedState state, bool conditional, CancellationToken cancellationToken) =>
        web.GetAsync(state.FetchAddress, options.Value.MaxFeedBytes, TimeSpan.Zero, request =>
        {
            if (!conditional)
            {
                return;
            }

            request.Headers.TryAddWithoutValidation("Accept", Accept);
            if (request.RequestUri != state.ValidatorsOf)
            {
                return; // validators belong to the address that gave them, which may lie behind a redirect
            }

            if (state.ETag is { } etag)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", etag);
            }

            if (state.LastModified is { } lastModified)
            {
                request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
            }
        }, check: null, cancellationToken);

    private FetchResult Judge(FeedState state, WebAnswer answer)
    {
        var terms = new CacheTerms(answer.Raw("ETag"), answer.Raw("Last-Modified"), AnswerTimes.Freshness(answer));
        var origin = new AnswerOrigin(answer.EffectiveUri, answer.MovedTo);
        var status = (int)answer.Status;
        switch (answer.Status)
        {
            case HttpStatusCode.OK when answer.Body.Length == 0:
                return new FetchResult.Failed(FetchFault.NotAFeed, status, "the answer is empty");
            case HttpStatusCode.OK:
                var hash = ContentHash.Of(16, answer.Body);
                return hash == state.BodyHash
                    ? new FetchResult.Unchanged(origin, terms, SentWhole: true)
                    : new FetchResult.Changed(answer.Body, hash, origin, terms)
                    {
                        ContentType = answer.Raw("Content-Type"),
                        ContentLanguage = answer.Raw("Content-Language"),
                        Link = answer.Raw("Link"),
                    };
            case HttpStatusCode.NotModified when answer.EffectiveUri != state.ValidatorsOf:
                return new FetchResult.Failed(FetchFault.Unreachable, status, "answered 304 although nothing was known of the feed");
            case HttpStatusCode.NotModified:
                return new FetchResult.Unchanged(origin, terms, SentWhole: false);
            case HttpStatusCode.Gone:
                return new FetchResult.Gone();
            case HttpStatusCode.TooManyRequests:
                var quiet = (gate.HeldUntil(answer.EffectiveUri.IdnHost) ?? clock.GetUtcNow()) - clock.GetUtcNow();
                return new FetchResult.ComeBackLater(quiet, $"answered 429 (too many requests): {answer.EffectiveUri.Host} is left alone for {Words.Of(quiet)}");
            case HttpStatusCode.ServiceUnavailable when AnswerTimes.RetryAfter(answer, clock.GetUtcNow()) is { } delay:
                return new FetchResult.ComeBackLater(delay, $"answered 503 and asked to come back in {Words.Of(delay)}");
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return new FetchResult.Failed(FetchFault.Forbidden, status, string.Create(CultureInfo.InvariantCulture, $"answered {status}: access denied"));
            case HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable:
                return new FetchResult.Failed(FetchFault.NotFound, status, string.Create(CultureInfo.InvariantCulture, $"answered {status}: no feed at this address"));
            default:
                return new FetchResult.Failed(FetchFault.Unreachable, status, string.Create(CultureInfo.InvariantCulture, $"answered {status}"));
        }
    }
}
