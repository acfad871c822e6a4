using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>
/// The robots.txt of each site, fetched at most once a day (RFC 9309 section 2.4), by one caller at a time. Rules of usual length are kept for as many sites as there are;
/// where all together take too much memory, the longest are forgotten first, and fetched again.
/// </summary>
public sealed class RobotsCache(WebClient web, IOptions<FetchingOptions> options, TimeProvider clock)
{
    /// <summary>When so many sites are known, or twice as many as the last sweep had to keep, those whose rules have run out are forgotten.</summary>
    private const int SweepAtLeastAt = 20_000;

    /// <summary>What the rules of all sites may take in memory. Those of 10,000 usual ones take some 30 MB.</summary>
    private const long MostBytes = 64_000_000;

    /// <summary>How long an unreachable robots.txt keeps us away before it is asked again.</summary>
    private static readonly TimeSpan RetryUnreachable = TimeSpan.FromHours(1);

    /// <summary>How long rules are still kept to when they have run out and the site does not answer for new ones.</summary>
    private static readonly TimeSpan KeptWhileUnreachable = TimeSpan.FromHours(24);

    /// <summary>The beginning of a huge file is enough (RFC 9309 section 2.5).</summary>
    private static readonly RequestPlan Plan = new(RobotsTxt.MaxBytes)
    {
        Prepare = request => request.Headers.TryAddWithoutValidation("Accept", "text/plain, text/html;q=0.5, */*;q=0.1"),
        TakeBeginning = true,
        GoesFirst = true,
    };

    private readonly ConcurrentDictionary<string, Entry> _sites = new();
    private int _sweepAt = SweepAtLeastAt;

    /// <summary>Bytes of the rules that came since the last sweep, and what was left by that.</summary>
    private long _bytes;

    /// <summary>What all rules take in memory at most, in bytes, about.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The rules of the site an address belongs to.</summary>
    public async Task<RobotsTxt> FindAsync(Uri address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        var site = address.GetLeftPart(UriPartial.Authority);
        Known? before = null;
        while (true)
        {
            if (_sites.Count > Volatile.Read(ref _sweepAt) || Interlocked.Read(ref _bytes) > MostBytes)
            {
                Sweep();
            }

            var entry = _sites.GetOrAdd(site, key => new Entry(new Lazy<Task<Known>>(() => FetchAsync(new Uri(key + "/robots.txt"), before))));
            try
            {
                var known = await entry.Rules.Value.WaitAsync(cancellationToken);
                if (known.Until > clock.GetUtcNow())
                {
                    return known.Rules;
                }

                before = known;
            }
            catch when (entry.Rules.Value.IsFaulted)
            {
                _sites.TryRemove(KeyValuePair.Create(site, entry));
                throw;
            }

            _sites.TryRemove(KeyValuePair.Create(site, entry));
        }
    }

    /// <summary>
    /// Lets a request pass if the rules of its site allow it, and tells the time between requests the site wishes. Fits
    /// <see cref="RequestPlan.Admit"/>: redirect targets are looked up in the robots.txt of their own site.
    /// </summary>
    /// <exception cref="FetchException">The rules forbid the address, or could not be had.</exception>
    public async ValueTask<TimeSpan> AdmitAsync(Uri address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        var rules = await FindAsync(address, cancellationToken);
        if (rules == RobotsTxt.DisallowAll)
        {
            throw new FetchException(FetchFault.Unreachable, $"the robots.txt of {address.Host} could not be had");
        }

        return rules.Allows(address)
            ? rules.CrawlDelay
            : throw new FetchException(FetchFault.Refused, $"the robots.txt of {address.Host} disallows it");
    }

    /// <summary>Not cancelled with the caller: others may wait for the same file, and its time is bounded.</summary>
    private async Task<Known> FetchAsync(Uri address, Known? before)
    {
        try
        {
            var answer = await web.GetAsync(address, Plan, CancellationToken.None);
            var rules = (int)answer.Status switch
            {
                >= 200 and < 300 => RobotsTxt.Parse(answer.Body.Span, options.Value.ProductToken),
                >= 400 and < 500 and not (int)HttpStatusCode.TooManyRequests => RobotsTxt.AllowAll,
                _ => null,
            };
            Interlocked.Add(ref _bytes, rules?.Bytes ?? 0);
            var now = clock.GetUtcNow();
            return rules is null ? Unreachable(before) : new Known(rules, now + options.Value.RobotsLifetime, now);
        }
        catch (FetchException)
        {
            return Unreachable(before);
        }
    }

    /// <summary>
    /// Rules that were had before outlive a bad day of the site (RFC 9309 section 2.4); then, and where there are none, nothing is fetched
    /// (section 2.3.1.4).
    /// </summary>
    private Known Unreachable(Known? before)
    {
        var now = clock.GetUtcNow();
        return before?.ReadAt is { } readAt && now - readAt < options.Value.RobotsLifetime + KeptWhileUnreachable
            ? before with { Until = now + RetryUnreachable }
            : new Known(RobotsTxt.DisallowAll, now + RetryUnreachable, null);
    }

    private void Sweep()
    {
        var now = clock.GetUtcNow();
        var known = _sites.Where(site => site.Value.Rules is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            .Select(site => (site.Key, site.Value.Rules.Value.Result.Until, site.Value.Rules.Value.Result.Rules.Bytes)).ToList();
        var bytes = known.Sum(site => site.Bytes);
        foreach (var site in known.OrderByDescending(site => site.Bytes))
        {
            if (site.Until <= now || bytes > MostBytes / 2)
            {
                _sites.TryRemove(site.Key, out _);
                bytes -= site.Bytes;
            }
        }

        Interlocked.Exchange(ref _bytes, bytes);
        Volatile.Write(ref _sweepAt, Math.Max(SweepAtLeastAt, _sites.Count * 2));
    }

    private sealed record Entry(Lazy<Task<Known>> Rules);

    /// <param name="Rules">The rules in force.</param>
    /// <param name="Until">When to ask again.</param>
    /// <param name="ReadAt">When the file was read. Null: it could not be had.</param>
    private sealed record Known(RobotsTxt Rules, DateTimeOffset Until, DateTimeOffset? ReadAt);
}
