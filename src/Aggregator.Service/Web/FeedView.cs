using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Web;

/// <summary>How a merged feed shows what it is made of, as far as whoever asks for it says.</summary>
public sealed record FeedView
{
    /// <summary>As the configuration says.</summary>
    public static FeedView Usual { get; } = new();

    /// <summary>Whether stories on one event are one entry.</summary>
    public bool Clustered { get; init; } = true;

    /// <summary>Entries at most. Null: as many as usual.</summary>
    public int? Limit { get; init; }

    /// <summary>How much of a story is told at most. Null: what is usual.</summary>
    public FeedContent? Content { get; init; }

    /// <summary>A further page of the feed (RFC 5005 section 3): the entries after this place. Null: the newest.</summary>
    public StoryCursor? After { get; init; }

    /// <summary>An archive of the feed (RFC 5005 section 4): the entries of this time. Null: the feed itself.</summary>
    public ArchivePeriod? Archive { get; init; }

    /// <summary>The same view of the feed itself.</summary>
    public FeedView Current => this with { After = null, Archive = null };

    /// <summary>What of the feed's address asks for this.</summary>
    public IEnumerable<string> Parameters
    {
        get
        {
            if (!Clustered)
            {
                yield return "cluster=off";
            }

            if (Limit is { } limit)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"limit={limit}");
            }

            if (Content is { } content)
            {
                yield return $"content={content.ToString().ToLowerInvariant()}";
            }

            if (Archive is { } archive)
            {
                yield return $"archive={archive}";
            }

            if (After is { } place)
            {
                yield return $"cursor={place.Encode()}";
            }
        }
    }
}
