using Aggregator.Model.Feeds;

namespace Aggregator.Service.Hub;

/// <summary>Which of the hubs a feed names is asked. Pure.</summary>
/// <param name="Hub">The hub.</param>
/// <param name="Topic">The feed's address as the hub knows it.</param>
internal sealed record HubChoice(Uri Hub, Uri Topic)
{
    /// <summary>
    /// The hub that was asked before, as long as the feed names it and asking it is not in vain; else the one named after it. Those behind
    /// encryption come before the others. Null: the feed names no hub, or no topic, that may be asked.
    /// </summary>
    public static HubChoice? Of(HubLinks links, HubSubscription? known, Predicate<Uri> mayBeAsked)
    {
        ArgumentNullException.ThrowIfNull(links);
        ArgumentNullException.ThrowIfNull(mayBeAsked);
        var hubs = links.Hubs.Where(hub => mayBeAsked(hub)).Distinct().OrderByDescending(hub => hub.Scheme == Uri.UriSchemeHttps).ToList();
        if (hubs.Count == 0 || links.Topic is not { } topic || !mayBeAsked(topic))
        {
            return null;
        }

        var before = known is null ? -1 : hubs.IndexOf(known.Hub);
        return new HubChoice(hubs[before < 0 ? 0 : known!.IsInVain ? (before + 1) % hubs.Count : before], topic);
    }

    /// <summary>Whether this is what was asked before. Hubs compare topics as text.</summary>
    public bool Is(HubSubscription known) => Hub == known.Hub && Topic.OriginalString == known.Topic.OriginalString;
}
