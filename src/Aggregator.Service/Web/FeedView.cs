using System.Globalization;
using Aggregator.Content.Publishing;

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
        }
    }
}
