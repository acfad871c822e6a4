namespace Aggregator.Content.Publishing;

/// <summary>Writes a merged feed in one format. Implementations hold no state and are safe to use from several threads.</summary>
public interface IFeedWriter
{
    /// <summary>The ending of the feed's address, without the dot: "atom", "rss", "json", "rdf".</summary>
    string Extension { get; }

    /// <summary>The media type with its charset, as the Content-Type header has it.</summary>
    string MediaType { get; }

    /// <summary>The document in UTF-8. Equal feeds give equal bytes; nothing depends on the clock or the machine.</summary>
    byte[] Write(PublishedFeed feed);
}
