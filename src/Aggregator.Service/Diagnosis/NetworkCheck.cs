using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aggregator.Model.Feeds;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Aggregator.Service.Secrets;

namespace Aggregator.Service.Diagnosis;

/// <summary>Looks whether names resolve, and whether a few feeds answer: by the way of every request, so under the same guard, at the same pace.</summary>
internal static class NetworkCheck
{
    private const int Hosts = 3;
    private static readonly TimeSpan ResolvesWithin = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Finding>> LookAsync(IServiceProvider services, FetchingOptions fetching, CancellationToken cancellationToken)
    {
        var feeds = services.GetRequiredService<FeedCatalog>().Feeds.Values.Where(feed => feed.Enabled).DistinctBy(feed => feed.Address.Host).Take(Hosts).ToList();
        if (feeds.Count == 0)
        {
            return [];
        }

        var findings = new List<Finding>();
        if (fetching.Proxy is null)
        {
            findings.AddRange(await Task.WhenAll(feeds.Select(feed => ResolveAsync(feed.Address.IdnHost, cancellationToken))));
        }

        findings.AddRange(await Task.WhenAll(feeds.Select(feed => AskAsync(services, feed, cancellationToken))));
        return findings;
    }

    private static async Task<Finding> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out _))
        {
            return Finding.Well("names", $"{host} is an address already");
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ResolvesWithin);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, deadline.Token);
            return Finding.Well("names", $"{host} is {string.Join(", ", addresses.Take(2).Select(address => address.ToString()))}");
        }
        catch (SocketException fault)
        {
            return Finding.Bad("names", $"{host} cannot be resolved: {fault.Message}", "if all are so, look at /etc/resolv.conf, or set Fetching:Proxy where only a proxy gets out");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Bad("names", string.Create(CultureInfo.InvariantCulture, $"{host} is not resolved within {ResolvesWithin.TotalSeconds:0} s"), "look at the name servers in /etc/resolv.conf");
        }
    }

    private static async Task<Finding> AskAsync(IServiceProvider services, FeedSource feed, CancellationToken cancellationToken)
    {
        var access = services.GetRequiredService<FeedSecrets>().For(feed);
        if (access.Missing is not null)
        {
            return Finding.Doubtful("network", $"{feed.Address.Host} was not asked: its secret is missing", "write it into the secrets file");
        }

        var state = new FeedState { Id = FeedId.Of(feed.Address), Address = feed.Address, NextPoll = default };
        var fetched = await services.GetRequiredService<FeedFetcher>().FetchAsync(state, access, cancellationToken);
        return fetched is FetchResult.Changed
            ? Finding.Well("network", $"{feed.Address.Host} answers")
            : Finding.Doubtful("network", $"{feed.Address.Host}: {fetched.Describe()}", "if all are so, look at the firewall and Fetching:Proxy; aggregator feeds check tells of single ones");
    }
}
