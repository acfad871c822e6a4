using Aggregator.Content.Extraction.Sites;
using Aggregator.Model.Articles;

namespace Aggregator.Service.Polling;

/// <summary>
/// What the sites' pages taught of their furniture, by host. Bounded: the host not asked for the longest is forgotten first. Forgotten with
/// the process, too: a site is known again from its second page on. Holds hashes and no text. Safe for concurrent use.
/// </summary>
internal sealed class SiteMemory(TimeProvider clock)
{
    /// <summary>At 8 pages of some 110 lines about seven megabytes; 33 megabytes at most.</summary>
    private const int MostHosts = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Known>> _sites = new(StringComparer.OrdinalIgnoreCase);
    private readonly LinkedList<Known> _byUse = new();

    /// <summary>What is known of the site that a page is on.</summary>
    public SiteFurniture Of(Uri page)
    {
        lock (_gate)
        {
            return _sites.TryGetValue(HostOf(page), out var node) ? UsedLocked(node).Value.Site : SiteFurniture.Empty;
        }
    }

    /// <summary>Takes in what a page teaches, seen now.</summary>
    public void Learn(Uri page, PagePrint print)
    {
        lock (_gate)
        {
            var host = HostOf(page);
            if (!_sites.TryGetValue(host, out var node))
            {
                _sites[host] = node = _byUse.AddLast(new Known(host));
            }

            node.Value.Site = UsedLocked(node).Value.Site.With(print, clock.GetUtcNow());
            if (_sites.Count > MostHosts)
            {
                _sites.Remove(_byUse.First!.Value.Host);
                _byUse.RemoveFirst();
            }
        }
    }

    private static string HostOf(Uri page) => page.IdnHost is ['w' or 'W', 'w' or 'W', 'w' or 'W', '.', .. var host] ? host : page.IdnHost;

    private LinkedListNode<Known> UsedLocked(LinkedListNode<Known> node)
    {
        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node;
    }

    private sealed class Known(string host)
    {
        public string Host => host;

        public SiteFurniture Site { get; set; } = SiteFurniture.Empty;
    }
}
