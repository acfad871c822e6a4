using Aggregator.Model.Text;

namespace Aggregator.Model.Stories;

/// <summary>
/// Whether two stories are one article, offered by several feeds or reached by several addresses. They share an address
/// (<see cref="Story.ArticleKeys"/>), and what they say agrees: a page that many entries link to, or an address that a site gives all its pages
/// by mistake, does not make one article of many.
/// </summary>
public static class SameArticle
{
    /// <summary>Words read of a text.</summary>
    private const int MostWords = 1_000;

    /// <summary>The fewest runs that can speak for a text: where an entry links to the shared address, and where pages only name it.</summary>
    private const int FewestRunsLinked = 12, FewestRunsNamed = 40;

    /// <summary>Words in a row that are compared as one.</summary>
    private const int Run = 4;

    /// <summary>The share of the shorter text's runs that the other must have.</summary>
    private const double SharedRuns = 0.7;

    /// <summary>A text of so many times the words is more than another reading of the same.</summary>
    private const double MuchMore = 1.5;

    /// <summary>The shortest title, in letters and digits, of which a longer one may be the same with a site's name behind it.</summary>
    private const int ShortestBeginning = 20;

    /// <summary>
    /// Whether <paramref name="come"/>, a story not stored yet, is the article of <paramref name="stored"/>, both with their bodies. A feed's
    /// own entries are never one article: it says itself that they are several.
    /// </summary>
    public static bool Tells(Story stored, Story come)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(come);
        if (stored.Feed == come.Feed || stored.Carriers.Any(carrier => carrier.Feed == come.Feed))
        {
            return false;
        }

        var shared = stored.ArticleKeys.Intersect(come.ArticleKeys, StringComparer.Ordinal).ToList();
        if (shared.Count == 0)
        {
            return false;
        }

        // An address that neither entry links to is only what pages say of themselves, and many a site says the same of all.
        var links = stored.Carriers.Select(carrier => carrier.Link).Append(stored.Link).Append(come.Link).Select(ArticleAddress.KeyOf);
        var isLinked = links.Intersect(shared, StringComparer.Ordinal).Any();
        return (isLinked && TitlesAgree(stored.Title, come.Title)) || TextsAgree(stored.Body?.Text ?? "", come.Body?.Text ?? "", isLinked ? FewestRunsLinked : FewestRunsNamed);
    }

    /// <summary>
    /// The stored story, carried by one more feed too. Where only the newcomer's text was read from the page, or it is much more of it (a page
    /// that opens to subscribers), it is taken over; where it is a known carrier that changed its entry, what is remembered of it is replaced.
    /// </summary>
    public static Story Carry(Story stored, Story come)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(come);
        var carrier = StoryCarrier.Of(come);
        var known = stored.Carriers.FirstOrDefault(other => other.Entry == come.Id);
        var others = stored.Carriers.Where(other => other != known).ToList();
        var carried = stored with
        {
            Carriers = known is not null || others.Count < StoryCarrier.MostKept
                ? [.. others.Append(known is null ? carrier : carrier with { FirstSeen = known.FirstSeen }).OrderBy(other => other.FirstSeen)]
                : stored.Carriers,
            OtherAddresses = [.. stored.OtherAddresses.Union(come.OtherAddresses).Take(Story.MostAddresses)],
            NoArchive = stored.NoArchive || come.NoArchive,
            Retagged = known is null ? come.FirstSeen : stored.Retagged,
        };
        return !HasMoreText(come, stored)
            ? carried
            : carried with
            {
                Body = come.Body,
                BodySource = BodySource.Page,
                BodyNote = come.BodyNote,
                WordCount = come.WordCount,
                Page = come.Page,
                Image = stored.Image ?? come.Image,
                Language = stored.Language ?? come.Language,
                Authors = stored.Authors.Count > 0 ? stored.Authors : come.Authors,
                Updated = come.Updated,
            };
    }

    private static bool HasMoreText(Story come, Story stored) => come.BodySource == BodySource.Page
        && (stored.BodySource != BodySource.Page || come.WordCount > stored.WordCount * MuchMore);

    private static bool TitlesAgree(string one, string other)
    {
        var (shorter, longer) = (Letters(one), Letters(other));
        (shorter, longer) = shorter.Length <= longer.Length ? (shorter, longer) : (longer, shorter);
        return shorter.Length > 0 && (shorter.Length == longer.Length || shorter.Length >= ShortestBeginning) && longer.StartsWith(shorter, StringComparison.Ordinal);
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static bool TextsAgree(string one, string other, int fewestRuns)
    {
        var (fewer, more) = (RunsOf(one), RunsOf(other));
        (fewer, more) = fewer.Count <= more.Count ? (fewer, more) : (more, fewer);
        return fewer.Count >= fewestRuns && fewer.Count(more.Contains) >= fewer.Count * SharedRuns;
    }

    /// <summary>The runs of words of a text's beginning, hashed. In scripts without spaces every sign is a word.</summary>
    private static HashSet<int> RunsOf(string text)
    {
        var runs = new HashSet<int>();
        Span<int> last = stackalloc int[Run];
        var words = 0;
        for (var i = 0; i < text.Length && words < MostWords;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            var end = i + 1;
            while (end < text.Length && !IsSign(text[i]) && char.IsLetterOrDigit(text[end]) && !IsSign(text[end]))
            {
                end++;
            }

            last[words++ % Run] = string.GetHashCode(text.AsSpan(i, end - i), StringComparison.OrdinalIgnoreCase);
            i = end;
            if (words >= Run)
            {
                var hash = default(HashCode);
                for (var word = 0; word < Run; word++)
                {
                    hash.Add(last[(words + word) % Run]);
                }

                runs.Add(hash.ToHashCode());
            }
        }

        return runs;
    }

    /// <summary>Letters of scripts that put no spaces between words: Thai to Khmer, kana, ideographs, Hangul syllables.</summary>
    private static bool IsSign(char c) => c is (>= '\u0E00' and <= '\u0FFF') or (>= '\u1000' and <= '\u109F') or (>= '\u1780' and <= '\u17FF') or (>= '\u3040' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7AF');
}
