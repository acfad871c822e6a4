using System.Globalization;
using System.Net;
using Aggregator.Model.Feeds;
using Aggregator.Model.Text;
using Aggregator.Service.Secrets;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>Asks for a feed, conditionally: the publisher sends it only if it changed (RFC 9110 section 13).</summary>
public sealed class FeedFetcher(WebClient web, RobotsCache robots, HostGate gate, IOptions<FetchingOptions> options, TimeProvider clock)
{
    /// <summary>
    /// Memory for feeds is held by polls that wait for their pages, at this feed's host perhaps: were its turn there kept for as long as they have it, each would wait for the other.
    /// </summary>
    private static readonly TimeSpan LongestWaitForMemory = TimeSpan.FromSeconds(15);

    private const string Accept = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";

    /// <summary>Asks for a feed that is open to all. Expected failures are results; only cancellation throws.</summary>
    public Task<FetchResult> FetchAsync(FeedState state, CancellationToken cancellationToken) => FetchAsync(state, FeedAccess.Open, null, cancellationToken);

    /// <summary>Asks for a feed, with its secret where it has one. Nothing in the result holds the secret.</summary>
    public Task<FetchResult> FetchAsync(FeedState state, FeedAccess access, CancellationToken cancellationToken) => FetchAsync(state, access, null, cancellationToken);

    /// <summary>Does so when there is memory for it: its <paramref name="share"/> holds as much as came, until it is disposed. Null: at once.</summary>
    public async Task<FetchResult> FetchAsync(FeedState state, FeedAccess access, BodyShare? share, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(access);
        if (access.Missing is { } missing)
        {
            return new FetchResult.Failed(FetchFault.NoSecret, null, missing);
        }

        if (AtRest(state.FetchAddress) is { } early)
        {
            return early;
        }

        try
        {
            var conditional = true;
            var answer = await AskAsync(state, access, share, conditional, cancellationToken);
            if (answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable)
            {
                // Some servers stumble over headers they do not know: once more with the least.
                conditional = false;
                answer = await AskAsync(state, access, share, conditional, cancellationToken);
            }

            return Judge(state, access, answer, conditional) with { Received = answer.Received };
        }
        catch (FetchException fault) when (fault.Fault is FetchFault.NoRoom)
        {
            return new FetchResult.NoRoom(fault.Message);
        }
        catch (FetchException fault)
        {
            var rest = fault.Fault is FetchFault.HostAtRest ? AtRest(state.FetchAddress) : null;
            return rest ?? (FetchResult)new FetchResult.Failed(fault.Fault, null, access.Hide(fault.Message));
        }
    }

    private FetchResult.HostAtRest? AtRest(Uri address) => gate.HeldUntil(address.IdnHost) is { } until
        ? new FetchResult.HostAtRest(until - clock.GetUtcNow(), $"{address.Host} asked for no requests until {until.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}")
        : null;

    private async Task<WebAnswer> AskAsync(FeedState state, FeedAccess access, BodyShare? share, bool conditional, CancellationToken cancellationToken)
    {
        var plan = new RequestPlan(options.Value.MaxFeedBytes)
        {
            Prepare = request => Prepare(request, state, access, conditional),
            Admit = options.Value.RobotsForFeeds ? robots.AdmitAsync : null,
            Share = share,
            Patience = LongestWaitForMemory,
        };
        return access.Hide(await web.GetAsync(state.FetchAddress, plan, cancellationToken), state.FetchAddress);
    }

    private static void Prepare(HttpRequestMessage request, FeedState state, FeedAccess access, bool conditional)
    {
        if (conditional)
        {
            AddConditions(request, state, access);
        }
        else
        {
            request.Headers.Remove("Accept-Encoding");
        }

        access.Apply(request); // last: it may change the address
    }

    private static void AddConditions(HttpRequestMessage request, FeedState state, FeedAccess access)
    {
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        if (access.Hide(request.RequestUri!) != state.ValidatorsOf)
        {
            return; // validators belong to the address that gave them, which may lie behind a redirect
        }

        if (state.ETag is { } etag)
        {
            // "Or only the entries that came since": RFC 3229 section 10.5.2, with the instance manipulation "feed".
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
            request.Headers.TryAddWithoutValidation("A-IM", "feed");
        }

        if (state.LastModified is { } lastModified)
        {
            request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
        }
    }

    private FetchResult Judge(FeedState state, FeedAccess access, WebAnswer answer, bool conditional)
    {
        var terms = new CacheTerms(answer.Raw("ETag"), answer.Raw("Last-Modified"), AnswerTimes.Freshness(answer));
        var origin = new AnswerOrigin(answer.EffectiveUri, answer.MovedTo);
        var status = (int)answer.Status;
        switch (answer.Status)
        {
            case HttpStatusCode.IMUsed when !IsOfEntries(answer):
                return new FetchResult.Failed(FetchFault.Unreachable, status, "answered 226 with a change to the document that was not asked for");
            case HttpStatusCode.OK or HttpStatusCode.IMUsed when answer.Body.Length == 0:
                return new FetchResult.Failed(FetchFault.NotAFeed, status, "the answer is empty");
            case HttpStatusCode.OK or HttpStatusCode.IMUsed:
                var hash = ContentHash.Of(16, answer.Body.Span);
                return hash == state.BodyHash
                    ? new FetchResult.Unchanged(origin, terms, SentWhole: true)
                    : new FetchResult.Changed(answer.Body, hash, origin, terms)
                    {
                        ContentType = answer.Raw("Content-Type"),
                        ContentLanguage = answer.Raw("Content-Language"),
                        IsPart = answer.Status is HttpStatusCode.IMUsed,
                        Link = answer.Raw("Link"),
                    };
            case HttpStatusCode.NoContent:
                // Nothing to show is nothing new; what was known stays known, and the headers of no document say nothing about one.
                return new FetchResult.Unchanged(origin, new CacheTerms(null, null, terms.Freshness), SentWhole: false);
            case HttpStatusCode.NotModified when !conditional || answer.EffectiveUri != state.ValidatorsOf || (state.ETag ?? state.LastModified) is null:
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
                return new FetchResult.Failed(FetchFault.Forbidden, status, string.Create(CultureInfo.InvariantCulture, $"answered {status}: access denied{access.Explain(answer.Status)}"));
            case HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable:
                return new FetchResult.Failed(FetchFault.NotFound, status, string.Create(CultureInfo.InvariantCulture, $"answered {status}: no feed at this address"));
            default:
                return new FetchResult.Failed(FetchFault.Unreachable, status, string.Create(CultureInfo.InvariantCulture, $"answered {status}"));
        }
    }

    /// <summary>Whether a 226 holds the entries that came since, as a feed of their own, and not some other delta (RFC 3229 section 10.5.1).</summary>
    private static bool IsOfEntries(WebAnswer answer) =>
        (answer.Raw("IM") ?? "feed").Split(',', StringSplitOptions.TrimEntries).All(manipulation => manipulation is "feed" or "gzip");
}
