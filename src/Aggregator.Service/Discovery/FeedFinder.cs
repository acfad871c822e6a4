using System.Globalization;
using Aggregator.Content.Discovery;
using Aggregator.Content.Parsing;
using Aggregator.Model.Text;
using Aggregator.Service.Fetching;
using Microsoft.Extensions.Options;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace Aggregator.Service.Discovery;

/// <summary>
/// Finds the feeds of a site from the address of any of its pages. Every request is a GET through the one way out, with its guard and
/// its politeness; at most <see cref="MostRequests"/> of them. Paths that the site does not mention are guessed last, one after another,
/// and only where its robots.txt allows it.
/// </summary>
public sealed class FeedFinder(WebClient web, RobotsCache robots, IOptions<FetchingOptions> options, TimeProvider clock)
{
    /// <summary>The most requests one search makes, redirects and robots.txt not counted.</summary>
    public const int MostRequests = 30;

    /// <summary>The most feeds one search reads that a page declares or links to, unless all are wished. Some sites declare one for each section.</summary>
    public const int LikelyFeeds = 8;

    /// <summary>What was found by then is the result; somebody waits for it.</summary>
    private static readonly TimeSpan LongestSearch = TimeSpan.FromMinutes(2);

    private const string Accept = "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, */*;q=0.5";

    /// <summary>So many guesses in a row that the site denies end the guessing: it does not want it.</summary>
    private const int MostDenials = 3;

    /// <summary>
    /// 1. Ask for the address; it may be a feed itself. 2. Read the feeds that its page declares, else those it only links to. 3. If there
    /// is none, look in the page it names as its canonical one, and in the site's first page. 4. If there is none, try the paths at which
    /// sites usually have their feed, and stop at the first. Expected failures are results; only cancellation throws.
    /// </summary>
    public async Task<DiscoveryResult> FindAsync(Uri address, DiscoveryWish wish, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(wish);
        var search = new Search(web, robots, options.Value, wish);
        using var deadline = new CancellationTokenSource(LongestSearch, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await search.LookAsync(address, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            search.Fault = $"the search took longer than {Words.Of(LongestSearch)}";
        }
        catch (FetchException fault)
        {
            search.Fault = fault.Message;
        }

        return search.Result(address);
    }

    /// <summary>One search.</summary>
    private sealed class Search(WebClient web, RobotsCache robots, FetchingOptions options, DiscoveryWish wish)
    {
        private readonly HashSet<string> _seen = [];
        private readonly List<ReadFeed> _feeds = [];
        private readonly List<FeedCandidate> _notRead = [];
        private readonly List<MissedCandidate> _missed = [];
        private int _requests;

        public string? Fault { get; set; }

        private bool HasFeed => _feeds.Exists(feed => !feed.Candidate.IsComments) || (!wish.Verify && _notRead.Count > 0);

        public DiscoveryResult Result(Uri address) => new()
        {
            Address = address,
            Feeds = FeedChoice.Arrange(_feeds),
            NotRead = [.. _notRead.DistinctBy(candidate => AddressKey.WithWholeQuery(candidate.Address)).Where(candidate => !_seen.Contains(AddressKey.WithWholeQuery(candidate.Address)))],
            Missed = _missed,
            Requests = _requests,
            Fault = HasFeed ? null : Fault,
        };

        public async Task LookAsync(Uri address, CancellationToken cancellationToken)
        {
            var page = await OpenAsync(address, cancellationToken);
            var canonical = page is null ? null : await ReadPageAsync(page, cancellationToken);
            var home = new Uri(page?.Address ?? address, "/");
            foreach (var other in (Uri?[])[canonical, home])
            {
                if (!HasFeed && other is not null && await OpenAsync(other, cancellationToken) is { } next)
                {
                    await ReadPageAsync(next, cancellationToken);
                }
            }

            if (!HasFeed && wish.Verify)
            {
                await GuessAsync(page?.Address ?? address, cancellationToken);
            }

            if (!HasFeed)
            {
                // Better the comments than nothing.
                await ReadAsync(_notRead.Where(candidate => candidate.IsComments && wish.Verify).ToList(), cancellationToken);
            }
        }

        /// <summary>A page, unless its address was asked before or is a feed, which is kept.</summary>
        private async Task<SitePage?> OpenAsync(Uri address, CancellationToken cancellationToken)
        {
            if (!IsNew(address))
            {
                return null;
            }

            var answer = await AskAsync(address, null, cancellationToken);
            _seen.Add(AddressKey.WithWholeQuery(answer.EffectiveUri));
            if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                Fault ??= Denied(answer, address);
                return null; // the site's other pages may be there
            }

            if (answer.Status != HttpStatusCode.OK)
            {
                throw new FetchException(FetchFault.Unreachable, Denied(answer, address));
            }

            return Keep(new FeedCandidate(address, FoundBy.Itself), answer) ? null : PageOf(answer);
        }

        private static SitePage PageOf(WebAnswer answer) =>
            new(answer.Body, answer.EffectiveUri) { ContentType = answer.Raw("Content-Type"), LinkHeader = answer.Raw("Link") };

        /// <summary>Reads the feeds a page gives. Returns its canonical address, if it is another.</summary>
        private async Task<Uri?> ReadPageAsync(SitePage page, CancellationToken cancellationToken)
        {
            var found = FeedLinkFinder.Find(page, cancellationToken);
            _notRead.AddRange(found.Candidates);
            if (wish.All && wish.Verify)
            {
                await ReadAsync(found.Candidates, cancellationToken);
                return found.Canonical;
            }

            var posts = found.Candidates.Where(candidate => wish.Verify && !candidate.IsComments).ToLookup(candidate => candidate.FoundBy <= FoundBy.LinkElement);
            await ReadAsync(posts[true].Take(LikelyFeeds), cancellationToken);
            foreach (var candidate in posts[false].Take(LikelyFeeds))
            {
                if (!HasFeed)
                {
                    await ReadAsync([candidate], cancellationToken);
                }
            }

            return found.Canonical;
        }

        private async Task ReadAsync(IEnumerable<FeedCandidate> candidates, CancellationToken cancellationToken)
        {
            foreach (var candidate in candidates.Where(candidate => _requests < MostRequests && IsNew(candidate.Address)))
            {
                try
                {
                    var answer = await AskAsync(candidate.Address, null, cancellationToken);
                    if (answer.Status != HttpStatusCode.OK)
                    {
                        _missed.Add(new MissedCandidate(candidate.Address, string.Create(CultureInfo.InvariantCulture, $"answered {(int)answer.Status}")));
                    }
                    else if (!Keep(candidate, answer))
                    {
                        _missed.Add(new MissedCandidate(candidate.Address, "is no feed"));
                    }
                }
                catch (FetchException fault)
                {
                    _missed.Add(new MissedCandidate(candidate.Address, fault.Message));
                }
            }
        }

        private async Task GuessAsync(Uri page, CancellationToken cancellationToken)
        {
            var denials = 0;
            foreach (var guess in WellKnownPaths.Of(page).Where(guess => IsNew(guess.Address)))
            {
                if (HasFeed || denials == MostDenials || _requests >= MostRequests)
                {
                    return;
                }

                try
                {
                    await robots.AdmitAsync(guess.Address, cancellationToken); // before the request is counted; redirects are checked on the way
                    var answer = await AskAsync(guess.Address, robots.AdmitAsync, cancellationToken);
                    denials = answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? denials + 1 : 0;
                    if (answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                    {
                        throw new FetchException(FetchFault.HostAtRest, Denied(answer, guess.Address));
                    }

                    if (answer.Status == HttpStatusCode.OK && !Keep(guess, answer))
                    {
                        // Many sites answer /feeds or /rss with a page that lists their feeds.
                        await ReadPageAsync(PageOf(answer), cancellationToken);
                    }
                }
                catch (FetchException fault) when (fault.Fault is FetchFault.Forbidden or FetchFault.Refused)
                {
                    // This path is not for us; another may be.
                }
            }
        }

        private bool Keep(FeedCandidate candidate, WebAnswer answer)
        {
            var feed = FeedParser.Parse(answer.Body, new FeedDocument(answer.EffectiveUri, answer.Raw("Content-Type")));
            if (feed.Format is null || (feed.Format.StartsWith("json", StringComparison.Ordinal) && feed.Title is null && !feed.Entries.Any(entry => entry.Link is not null)))
            {
                return false; // a list of things in JSON is not yet a feed
            }

            _feeds.Add(new ReadFeed(candidate, answer.MovedTo ?? candidate.Address, feed));
            return true;
        }

        private Task<WebAnswer> AskAsync(Uri address, Func<Uri, CancellationToken, ValueTask<TimeSpan>>? admit, CancellationToken cancellationToken)
        {
            _requests++;
            var plan = new RequestPlan(Math.Max(options.MaxPageBytes, options.MaxFeedBytes))
            {
                Prepare = request => request.Headers.TryAddWithoutValidation("Accept", Accept),
                Admit = admit,
            };
            return web.GetAsync(address, plan, cancellationToken);
        }

        private bool IsNew(Uri address) => _seen.Add(AddressKey.WithWholeQuery(address));

        private static string Denied(WebAnswer answer, Uri address) => string.Create(CultureInfo.InvariantCulture, $"{address.Host} answered {(int)answer.Status}");
    }
}
