using Aggregator.Content.Querying;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Service.Catalog;

/// <summary>The feeds in force: the last good feeds.json. Safe for concurrent use; each property is a consistent snapshot.</summary>
public sealed class FeedCatalog
{
    private volatile Snapshot _snapshot = new(new OrderedDictionary<FeedId, FeedSource>(), [], null);

    /// <summary>The feeds by id, in the order of the file.</summary>
    public IReadOnlyDictionary<FeedId, FeedSource> Feeds => _snapshot.Feeds;

    /// <summary>Entries that were skipped, and warnings.</summary>
    public IReadOnlyList<FeedListProblem> Problems => _snapshot.Problems;

    /// <summary>Why the last edit of the file is not in force. Null: it is.</summary>
    public string? BrokenBecause => _snapshot.BrokenBecause;

    /// <summary>What each feed may be called.</summary>
    public IReadOnlyList<NamedFeed> NamedFeeds =>
        [.. Feeds.Values.Select(feed => new NamedFeed(feed.Id, feed.Name, feed.Address, [.. HostNames(feed)]))];

    /// <summary>The feeds that carried a story; null for each that is not in force any more.</summary>
    public IReadOnlyCollection<FeedSource?> SourcesOf(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        var feeds = Feeds;
        return [.. story.Feeds.Select(feed => feeds.GetValueOrDefault(feed))];
    }

    /// <summary>What is kept, with what the list says of its feeds.</summary>
    public StoryRetention WithKept(StoryRetention settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var feeds = Feeds;
        return settings with { Feeds = feeds.Values.Where(feed => feed.Keep is not null).ToDictionary(feed => feed.Id, feed => feed.Keep!), Listed = feeds.Keys.ToHashSet() };
    }

    /// <summary>Takes over a list that can be used.</summary>
    public void Replace(FeedList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        var feeds = new OrderedDictionary<FeedId, FeedSource>();
        foreach (var feed in list.Feeds)
        {
            feeds[feed.Id] = feed;
        }

        _snapshot = new Snapshot(feeds, list.Problems, null);
    }

    /// <summary>Keeps the last good list and remembers why the new one is not used.</summary>
    public void MarkBroken(string reason) => _snapshot = _snapshot with { BrokenBecause = reason };

    /// <summary>
    /// The feeds meant by a text: a feed's id, its address, the host of its address or site (with or without "www."), the second-level
    /// word of that host ("theverge"), or its title as a slug. Upper and lower case are the same.
    /// </summary>
    public ResolvedSource ResolveSource(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        var feeds = NamedFeeds;
        var found = feeds.Where(feed => feed.IsMeantBy(text)).Select(feed => feed.Id).ToList();
        return found.Count > 0
            ? new ResolvedSource(found, [])
            : new ResolvedSource([], NearNames.Of(Slug.Of(text), feeds.Select(feed => Slug.Of(feed.Name))));
    }

    private static IEnumerable<string> HostNames(FeedSource feed)
    {
        foreach (var host in (string?[])[feed.Address.Host, feed.Site?.Host])
        {
            if (host is null)
            {
                continue;
            }

            yield return host;
            var bare = host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;
            yield return bare;
            var labels = bare.Split('.');
            if (labels.Length >= 2)
            {
                // "theverge" of theverge.com; "bbc" of bbc.co.uk.
                yield return labels.Length >= 3 && labels[^1].Length == 2 && labels[^2].Length <= 3 ? labels[^3] : labels[^2];
            }
        }
    }

    private sealed record Snapshot(IReadOnlyDictionary<FeedId, FeedSource> Feeds, IReadOnlyList<FeedListProblem> Problems, string? BrokenBecause);
}

/// <summary>What a name of a source stands for.</summary>
/// <param name="Feeds">The feeds meant; empty: none is.</param>
/// <param name="Near">Names that resemble it, where none is meant.</param>
public sealed record ResolvedSource(IReadOnlyList<FeedId> Feeds, IReadOnlyList<string> Near);
