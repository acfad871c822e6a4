namespace Aggregator.Service.Polling;

/// <summary>
/// The pages read a short while ago, by the addresses entries link to: a site's feed and the feeds of its sections list the same
/// articles, and a page is to be asked for once. Bounded; forgotten with the process. Safe for concurrent use.
/// </summary>
internal sealed class RecentPages(TimeProvider clock)
{
    /// <summary>Some ten megabytes at the usual length of an article.</summary>
    private const int Most = 512;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly Dictionary<Uri, LinkedListNode<Known>> _pages = [];
    private readonly LinkedList<Known> _byAge = new();

    /// <summary>
    /// What was read at an address within the last day; else what <paramref name="read"/> reads now, for all who ask meanwhile. What
    /// brought no article is read anew for the next who asks.
    /// </summary>
    public async Task<ArticlePage> GetAsync(Uri address, Func<Task<ArticlePage>> read, CancellationToken cancellationToken)
    {
        var known = Find(address);
        if (known is null)
        {
            known = new Known(address, new TaskCompletionSource<ArticlePage?>(TaskCreationOptions.RunContinuationsAsynchronously), clock.GetTimestamp());
            if (TryAdd(known))
            {
                return await ReadAsync(known, read);
            }

            known = Find(address);
        }

        return (known is null ? null : await known.Page.Task.WaitAsync(cancellationToken)) ?? await read();
    }

    /// <summary>The page may have changed: it is read anew for the next who asks.</summary>
    public void Forget(Uri address)
    {
        lock (_gate)
        {
            if (_pages.TryGetValue(address, out var node))
            {
                RemoveLocked(node);
            }
        }
    }

    private async Task<ArticlePage> ReadAsync(Known known, Func<Task<ArticlePage>> read)
    {
        ArticlePage? page = null;
        try
        {
            page = await read();
            return page;
        }
        finally
        {
            var keep = page?.Article is not null;
            if (!keep)
            {
                Forget(known.Address);
            }

            known.Page.SetResult(keep ? page : null);
        }
    }

    private Known? Find(Uri address)
    {
        lock (_gate)
        {
            if (!_pages.TryGetValue(address, out var node) || clock.GetElapsedTime(node.Value.Since) < Lifetime)
            {
                return node?.Value;
            }

            RemoveLocked(node);
            return null;
        }
    }

    private bool TryAdd(Known known)
    {
        lock (_gate)
        {
            if (_pages.ContainsKey(known.Address))
            {
                return false;
            }

            _pages[known.Address] = _byAge.AddLast(known);
            if (_pages.Count > Most)
            {
                RemoveLocked(_byAge.First!);
            }

            return true;
        }
    }

    private void RemoveLocked(LinkedListNode<Known> node)
    {
        _pages.Remove(node.Value.Address);
        _byAge.Remove(node);
    }

    private sealed record Known(Uri Address, TaskCompletionSource<ArticlePage?> Page, long Since);
}
