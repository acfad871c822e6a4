namespace Aggregator.Model.Feeds;

/// <summary>What the polls of a feed came to on one day, or on several together.</summary>
public readonly record struct FeedDay
{
    /// <summary>Polls.</summary>
    public long Polls { get; init; }

    /// <summary>Those that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Those that were told by a 304 that nothing had changed.</summary>
    public long NotModified { get; init; }

    /// <summary>Those that were sent the whole document although nothing had changed.</summary>
    public long SentAgain { get; init; }

    /// <summary>Those that brought a changed document.</summary>
    public long Documents { get; init; }

    /// <summary>Changed documents that had to be repaired before they could be read.</summary>
    public long Repaired { get; init; }

    /// <summary>Bytes of answers, as they came over the network.</summary>
    public long Bytes { get; init; }

    /// <summary>New stories. Those that a feed's first document brings are not counted: they are of many days.</summary>
    public long Items { get; init; }

    /// <summary>New and edited entries whose text was taken from their page.</summary>
    public long PagesRead { get; init; }

    /// <summary>Those whose page was asked for in vain, or held no article.</summary>
    public long PagesMissed { get; init; }

    /// <summary>Both together.</summary>
    public FeedDay Plus(FeedDay other) => new()
    {
        Polls = Polls + other.Polls,
        Failed = Failed + other.Failed,
        NotModified = NotModified + other.NotModified,
        SentAgain = SentAgain + other.SentAgain,
        Documents = Documents + other.Documents,
        Repaired = Repaired + other.Repaired,
        Bytes = Bytes + other.Bytes,
        Items = Items + other.Items,
        PagesRead = PagesRead + other.PagesRead,
        PagesMissed = PagesMissed + other.PagesMissed,
    };
}
