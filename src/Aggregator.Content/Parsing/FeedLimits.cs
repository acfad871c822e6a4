namespace Aggregator.Content.Parsing;

/// <summary>How much of a document is read. Far above what real feeds have, low enough that a hostile one stays small.</summary>
internal static class FeedLimits
{
    /// <summary>Entries of a feed.</summary>
    public const int MostEntries = 5_000;

    /// <summary>Categories, links, persons, enclosures or thumbnails of one entry or feed.</summary>
    public const int PartsOfAKind = 50;

    /// <summary>The first <see cref="MostEntries"/> of <paramref name="found"/>; that there were more is told in <paramref name="problems"/>.</summary>
    public static IEnumerable<T> Entries<T>(IEnumerable<T> found, ProblemList problems)
    {
        var taken = 0;
        foreach (var entry in found)
        {
            if (taken++ == MostEntries)
            {
                problems.Add($"entries beyond the first {MostEntries} were not read");
                yield break;
            }

            yield return entry;
        }
    }
}
