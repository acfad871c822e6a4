using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>The robots.txt of each site, fetched at most once a day (RFC 9309 section 2.4), by one caller at a time.</summary>
public sealed class RobotsCache(WebClient web, IOptions<FetchingOptions> options, TimeProvider clock)
{
    /// <summary>When so many sites are known, or twice as many as the last sweep had to keep, those whose rules have run out are forgotten.</summary>
    private const int SweepAtLeastAt = 20_000;

    /// <summary>How long an unreachable robots.txt keeps us away before it is asked again.</summary>
    private static readonly TimeSpan RetryUnreachable = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Entry> _sites = new();
    private int _sweepAt = SweepAtLeastAt;

    /// <summary>The rules of the site an address belongs to.</summary>
    public async Task<RobotsTxt> FindAsync(Uri address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        var site = address.GetLeftPart(UriPartial.Authority);
        while (true)
        {
            if (_sites.Count > Volatile.Read(ref _sweepAt))
            {
                Sweep();
            }

            var entry = _sites.GetOrAdd(site, key => new Entry(new Lazy<Task<Known>>(() => FetchAsync(new Uri(key + "/robots.txt")))));
            try
            {
                var known = await entry.Rules.Value.WaitAsync(cancellationToken);
                if (known.Until > clock.GetUtcNow())
                {
                    return known.Rules;
                }
            }
            catch when (entry.Rules.Value.IsFaulted)
            {
                _sites.TryRemove(KeyValuePair.Create(site, entry));
                throw;
            }

            _sites.TryRemove(KeyValuePair.Create(site, entry));
        }
    }

    /// <summary>Not cancelled with the caller: others may wait for the same file, and its time is bounded.</summary>
    private async Task<Known> FetchAsync(Uri address)
    {
        try
        {
            var answer = await web.GetAsync(
                address,
                options.Value.MaxPageBytes,
                TimeSpan.Zero,
                request => request.Headers.TryAddWithoutValidation("Accept", "text/plain, text/html;q=0.5, */*;q=0.1"),
                check: null,
                CancellationToken.None);
            var rules = (int)answer.Status switch
            {
                >= 200 and < 300 => RobotsTxt.Parse(answer.Body, options.Value.ProductToken),
                >= 400 and < 500 and not (int)HttpStatusCode.TooManyRequests => RobotsTxt.AllowAll,
                _ => null,
            };
            return rules is null ? Unreachable() : new Known(rules, clock.GetUtcNow() + options.Value.RobotsLifetime);
        }
        catch (FetchException)
        {
            return Unreachable();
        }
    }

    private Known Unreachable() => new(RobotsTxt.DisallowAll, clock.GetUtcNow() + RetryUnreachable);

    private void Sweep()
    {
        var now = clock.GetUtcNow();
        foreach (var (site, entry) in _sites)
        {
            if (entry.Rules is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } rules } && rules.Result.Until <= now)
            {
                _sites.TryRemove(site, out _);
            }
        }

        Volatile.Write(ref _sweepAt, Math.Max(SweepAtLeastAt, _sites.Count * 2));
    }

    private sealed record Entry(Lazy<Task<Known>> Rules);

    private sealed record Known(RobotsTxt Rules, DateTimeOffset Until);
}
