using Aggregator.Service.Hosting;
using Aggregator.Service.Web;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>Finds the merged feed that a topic, the whole address of a feed of ours, means.</summary>
public sealed class TopicAddress(MergedFeedAddresses addresses, IOptions<HostingOptions> options)
{
    /// <summary>Parts of a feed's own path.</summary>
    private const int MostParts = 3;

    /// <summary>The feed, and what its links begin with. Null: no feed of ours lies there, or the address is none that one can subscribe to.</summary>
    public (MergedFeed Feed, Uri Home)? Find(Uri topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        foreach (var home in HomesOf(topic))
        {
            if (addresses.Find(topic.AbsolutePath[(home.AbsolutePath.Length - 1)..], topic.Query) is { } feed)
            {
                return feed.View == feed.View.Current ? (feed, home) : null;
            }
        }

        return null;
    }

    /// <summary>The hub that the feed at a topic names.</summary>
    public Uri HubOf(Uri topic) => (Find(topic)?.Home ?? HomesOf(topic).First()).Below(MergedFeedComposer.HubPath);

    /// <summary>The address that feeds are known by where nobody asked for them.</summary>
    public Uri UsualHome => (options.Value.PublicAddress ?? EndpointFileWriter.Reachable(HostingOptions.Split(options.Value.Listen)[0])).Below("/");

    /// <summary>
    /// The addresses that the links of the feed at a topic may begin with: the public one, if the topic lies below it; else its host, with as much of its path as a proxy
    /// may have taken away, the least first.
    /// </summary>
    private IEnumerable<Uri> HomesOf(Uri topic)
    {
        if (options.Value.PublicAddress?.Below("/") is { } known && known.Scheme == topic.Scheme && known.Authority == topic.Authority && topic.AbsolutePath.StartsWith(known.AbsolutePath, StringComparison.Ordinal))
        {
            return [known];
        }

        var path = topic.AbsolutePath;
        var root = new Uri(topic.GetLeftPart(UriPartial.Authority));
        return path.Contains("//", StringComparison.Ordinal)
            ? [root]
            : Enumerable.Range(0, path.Length).Where(i => path[i] == '/').TakeLast(MostParts).Select(i => root.Below(path[..(i + 1)]));
    }
}
