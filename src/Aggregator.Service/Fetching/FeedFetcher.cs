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

    /// <summary>The least time to leave a host alone that said "too many requests" without saying for how long.</summary>
    private static readonly TimeSpan TooManyRequestsWait = TimeSpan.FromHours(1);

    /// <summary>Asks for a feed. Expected failures are results; only cancellation throws.</summary>
    public async Task<FetchResult> FetchAsync(FeedState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (gate.HeldUntil(state.Address.IdnHost) is { } held)
        {
            return new FetchResult.ComeBackLater(held - clock.GetUtcNow(), $"{state.Address.Host} asked for no requests until {held.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}");
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
        catch (FetchException fault) when (fault.Fault is FetchFault.HostAtRest)
        {
            var rest = gate.HeldUntil(state.Address.IdnHost) is { } until ? until - clock.GetUtcNow() : TooManyRequestsWait;
            return new FetchResult.ComeBackLater(rest, fault.Message);
        }
        catch (FetchException fault)
        {
            return new FetchResult.Failed(fault.Fault, null, fault.Message);
        }
    }

    private Task<WebAnswer> AskAsync(FeedState state, bool conditional, CancellationToken cancellationToken) =>
        web.GetAsync(state.Address, options.Value.MaxFeedBytes, TimeSpan.Zero, request =>
        {
            if (!conditional)
            {
                return;
            }

            request.Headers.TryAddWithoutValidation("Accept", Accept);
            if (request.RequestUri != state.Address)
            {
                return; // validators belong to an address and do not follow a redirect (RFC 9110 section 15.4)
            }

            if (state.ETag is { } etag)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", etag);
            }

            if (state.LastModified is { } lastModified)
            {
                request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
            }
        }, cancellationToken);

    private FetchResult Judge(FeedState state, WebAnswer answer)
    {
        var terms = new CacheTerms(answer.Raw("ETag"), answer.Raw("Last-Modified"), AnswerTimes.Freshness(answer));
        var status = (int)answer.Status;
        switch (answer.Status)
        {
            case HttpStatusCode.OK when answer.Body.Length == 0:
                return new FetchResult.Failed(FetchFault.NotAFeed, status, "the answer is empty");
            case HttpStatusCode.OK:
                var hash = ContentHash.Of(16, answer.Body);
                return hash == state.BodyHash
                    ? new FetchResult.Unchanged(terms, SentWhole: true)
                    : new FetchResult.Changed(answer.Body, answer.Raw("Content-Type"), answer.EffectiveUri, hash, terms, answer.MovedTo);
            case HttpStatusCode.NotModified when state.ETag is null && state.LastModified is null:
                return new FetchResult.Failed(FetchFault.Unreachable, status, "answered 304 although nothing was known of the feed");
            case HttpStatusCode.NotModified:
                return new FetchResult.Unchanged(terms, SentWhole: false);
            case HttpStatusCode.Gone:
                return new FetchResult.Gone();
            case HttpStatusCode.TooManyRequests:
                var asked = AnswerTimes.RetryAfter(answer, clock.GetUtcNow());
                var quiet = asked is { } stated && stated > TimeSpan.Zero ? stated : TooManyRequestsWait;
                gate.Hold(answer.EffectiveUri.IdnHost, clock.GetUtcNow() + quiet);
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
