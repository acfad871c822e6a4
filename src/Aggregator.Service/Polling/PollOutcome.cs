using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Polling;

/// <summary>How a poll ended, as far as the feed's state is concerned.</summary>
/// <param name="Result">What asking brought.</param>
public sealed record PollOutcome(FetchResult Result)
{
    /// <summary>The document, if a new one was read.</summary>
    public ParsedFeed? Feed { get; init; }

    /// <summary>The stories the poll added to the store.</summary>
    public int Added { get; init; }

    /// <summary>Entries whose text was taken from their page.</summary>
    public int PagesRead { get; init; }

    /// <summary>Entries whose page was asked for in vain, or held no article.</summary>
    public int PagesMissed { get; init; }

    /// <summary>What each entry that was not known before the poll states as its date.</summary>
    public IReadOnlyList<DateTimeOffset?> NewDates { get; init; } = [];

    /// <summary>How many of the document's entries were known of this feed before the poll.</summary>
    public int KnownEntries { get; init; }

    /// <summary>Entries that could not be read or stored by a fault of this program; they are new again with the next document.</summary>
    public IReadOnlyCollection<FeedEntry> SetAside { get; init; } = [];

    /// <summary>The whole document was asked for on suspicion that the validators lie (<see cref="ValidatorDoubt"/>).</summary>
    public bool AskedForWhole { get; init; }

    /// <summary>Nothing can be reached from here at present: the failure says nothing of the feed.</summary>
    public bool NetworkDown { get; init; }
}
