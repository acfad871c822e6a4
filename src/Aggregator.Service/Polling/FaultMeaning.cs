using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Polling;

/// <summary>What the failure of a poll means, in plain words, and what can be done about it. Pure.</summary>
public static class FaultMeaning
{
    /// <summary>Of what kind a failure is.</summary>
    public static FeedFault KindOf(FetchResult result) => result switch
    {
        FetchResult.ComeBackLater or FetchResult.HostAtRest => FeedFault.AskedToWait,
        FetchResult.Gone => FeedFault.Gone,
        FetchResult.Failed { Fault: FetchFault.Unreachable, Status: not null } => FeedFault.ServerFault,
        FetchResult.Failed failed => failed.Fault switch
        {
            FetchFault.NotReached => FeedFault.NotReached,
            FetchFault.NotFound => FeedFault.NotFound,
            FetchFault.Forbidden => FeedFault.Forbidden,
            FetchFault.NotAFeed => FeedFault.NotAFeed,
            FetchFault.Refused => FeedFault.Refused,
            FetchFault.HostAtRest => FeedFault.AskedToWait,
            FetchFault.NoSecret => FeedFault.NoSecret,
            FetchFault.BrokenOff => FeedFault.BrokenOff,
            _ => FeedFault.NoAnswer,
        },
        _ => FeedFault.None,
    };

    /// <summary>What such a failure means. Null: there is none.</summary>
    public static string? Of(FeedFault fault) => fault switch
    {
        FeedFault.NoAnswer => "The publisher's server is there, but too slow or broken at the moment. It mostly passes by itself.",
        FeedFault.NotReached => "No server answers under that name: it is down, or the name is wrong or no longer registered. If it lasts for days, look for the feed's new address: aggregator feeds discover.",
        FeedFault.ServerFault => "The publisher's server has a fault of its own. It mostly passes by itself.",
        FeedFault.NotFound => "The feed is not at this address any more. Look for its new one with aggregator feeds discover, and change it in feeds.json.",
        FeedFault.Forbidden => "The publisher does not let this program in. A closed feed needs a secret (\"auth\" in feeds.json); else ask the publisher, and say who you are in Fetching:Contact.",
        FeedFault.NotAFeed => "Something else than a feed is at this address: often a web page in its place, or a question whether one is human. Open it in a browser.",
        FeedFault.Refused => "The address is not on the public internet, or leads to one that is not. Fetching:AllowedNetworks can allow it.",
        FeedFault.AskedToWait => "The publisher asked to be asked less often, and is left alone for that time. Nothing need be done.",
        FeedFault.Gone => "The publisher removed the feed for good, and it is not polled any more. Take it out of feeds.json, or give its new address there.",
        FeedFault.NoSecret => "The secret that opens this feed is not there. Put it into secrets.json or the environment.",
        FeedFault.BrokenOff => "The poll was not brought to its end here. It is tried again; if that lasts, the log says what went wrong.",
        _ => null,
    };
}
