using Aggregator.Model.Feeds;

namespace Aggregator.Content.Extraction.Quality;

/// <summary>Whether a page tells what the feed's entry for it tells: an address may lead to the home page by now, or to another article.</summary>
internal static class EntryLikeness
{
    /// <summary>With fewer words of its own an entry proves nothing.</summary>
    private const int FewWords = 6;

    /// <summary>Words looked at in the entry: its title and the beginning of its text.</summary>
    private const int MostWords = 60;

    /// <summary>
    /// Shares of the entry's words below which the page is another one, surely or perhaps. Of 541 entries made of the titles and first words
    /// of recorded pages none found less than 0.27 of its words on its own page; of 540 given another's page two in five found less
    /// than the first figure, two in three less than the second (November 2026).
    /// </summary>
    private const double OtherPage = 0.1;
    private const double PerhapsOther = 0.25;

    /// <summary>Whether the page tells something else than the entry: surely (true), perhaps (false), or no doubt that it tells the same, or too little to tell (null).</summary>
    /// <param name="entry">The entry. Null: none.</param>
    /// <param name="entryText">Its text as plain text. Null: none.</param>
    /// <param name="page">What the page says: its titles and its article's text.</param>
    public static bool? IsOfAnotherPage(FeedEntry? entry, string? entryText, string page)
    {
        var share = entry is null ? 1 : ShareOnPage(entry.Title + "\n" + entryText, page);
        return share < OtherPage ? true : share < PerhapsOther ? false : null;
    }

    /// <summary>Share of the words of an entry that stand on the page, 0 to 1; 1 where there are too few to tell.</summary>
    internal static double ShareOnPage(string entry, string page)
    {
        var told = Words(entry).Take(MostWords).ToHashSet(StringComparer.Ordinal);
        if (told.Count < FewWords)
        {
            return 1;
        }

        var found = Words(page).ToHashSet(StringComparer.Ordinal);
        return (double)told.Count(found.Contains) / told.Count;
    }

    /// <summary>The words of four letters and more, cut to six so that endings do not count; pairs of signs where there are no spaces.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var key = TextKey.Of(text);
        foreach (var word in key.Split(' '))
        {
            if (word.AsSpan().IndexOfAnyInRange('\u3040', '\u9FFF') >= 0)
            {
                for (var i = 0; i + 2 <= word.Length; i++)
                {
                    yield return word.Substring(i, 2);
                }
            }
            else if (word.Length >= 4)
            {
                yield return word.Length > 6 ? word[..6] : word;
            }
        }
    }
}
