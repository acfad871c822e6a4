namespace Aggregator.Model.Feeds;

/// <summary>Of what kind the failure of a poll is: what it means, and what can be done about it.</summary>
public enum FeedFault
{
    /// <summary>There is none, or it is from before kinds were kept.</summary>
    None,

    /// <summary>The server was reached, and gave no whole answer in time.</summary>
    NoAnswer,

    /// <summary>No server was reached at all.</summary>
    NotReached,

    /// <summary>The server answered with a fault of its own (5xx), or with what makes no sense.</summary>
    ServerFault,

    /// <summary>There is nothing at this address (404 and the like).</summary>
    NotFound,

    /// <summary>The server does not let us in (401, 403).</summary>
    Forbidden,

    /// <summary>What came is no feed.</summary>
    NotAFeed,

    /// <summary>The address is not allowed to be fetched from here.</summary>
    Refused,

    /// <summary>The server asked to be left alone for a while (429, 503).</summary>
    AskedToWait,

    /// <summary>The publisher removed the feed for good (410).</summary>
    Gone,

    /// <summary>The secret that opens the feed is not there.</summary>
    NoSecret,

    /// <summary>The poll was not brought to its end here.</summary>
    BrokenOff,
}
