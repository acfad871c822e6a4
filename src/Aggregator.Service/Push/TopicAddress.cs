using Aggregator.Service.Hosting;
using Aggregator.Service.Web;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>Finds the merged feed that a topic, the whole address of a feed of ours, means.</summary>
public sealed class TopicAddress(MergedFeedAddresses addresses, IOptions<HostingOptions> options)
{
    /// <summary>The feed, and what its links begin with. Null: no feed of ours lies there, or the address is none that one can subscribe to.</summary>
    public (MergedFeed Feed, Uri Home)? Find(Uri topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var home = HomeOf(topic);
        return addresses.Find(topic.AbsolutePath, topic.Query) is { } feed && feed.View == feed.View.Current ? (feed, home) : null;
    }

    /// <summary>The address that the links of a feed begin with.</summary>
    public static Uri HomeOf(Uri topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new Uri(topic.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>The address that feeds are known by where nobody asked for them.</summary>
    public Uri UsualHome => options.Value.PublicAddress ?? new Uri(options.Value.Listen.Replace("*", "127.0.0.1", StringComparison.Ordinal).Replace("+", "127.0.0.1", StringComparison.Ordinal));
}
