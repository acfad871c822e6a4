namespace Aggregator.Service.Polling;

/// <summary>
/// The pages read a short while ago, by the addresses entries link to: a site's feed and the feeds of its sections list the same
/// articles, and a page is to be asked for once. Bounded; forgotten with the process. Safe for concurrent use.
/// </summary>
internal sealed class RecentPages(TimeProvider clock)
{
    private const int Most = 512;

    /// <summary>Characters of all articles together: twice as much as so many usual ones have.</summary>
    private const int MostCharacters = 10_000_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly Dictionary<Uri, LinkedListNode<Known>> _pages = [];
    private readonly LinkedList<Known> _byAge = new();
    private int _characters;

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
            var characters = page?.Article is { } article ? article.BodyHtml.Length + article.BodyText.Length : MostCharacters;
            var keep = characters <= MostCharacters / 10;
            if (keep)
            {
                Count(known, characters);
            }
            else
            {
                Forget(known.Address);
            }

            known.Page.SetResult(page?.Article is null ? null : page);
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

    /// <summary>Counts what an article takes, and forgets old ones in its favour.</summary>
    private void Count(Known known, int characters)
    {
        lock (_gate)
        {
            if (_pages.GetValueOrDefault(known.Address)?.Value == known)
            {
                known.Characters = characters;
                _characters += characters;
                while (_characters > MostCharacters)
                {
                    RemoveLocked(_byAge.First!);
                }
            }
        }
    }

    private void RemoveLocked(LinkedListNode<Known> node)
    {
        _characters -= node.Value.Characters;
        _pages.Remove(node.Value.Address);
        _byAge.Remove(node);
    }

    private sealed class Known(Uri address, TaskCompletionSource<ArticlePage?> page, long since)
    {
        public Uri Address { get; } = address;

        public TaskCompletionSource<ArticlePage?> Page { get; } = page;

        public long Since { get; } = since;

        /// <summary>What the article has, once it is read.</summary>
        public int Characters { get; set; }
    }
}
