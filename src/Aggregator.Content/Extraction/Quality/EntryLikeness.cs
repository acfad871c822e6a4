using Aggregator.Model.Feeds;

namespace Aggregator.Content.Extraction.Quality;

/// <summary>Whether a page tells what the feed's entry for it tells: an address may lead to the home page by now, or to another article.</summary>
internal static class EntryLikeness
{
    /// <summary>With fewer words of its own an entry proves nothing.</summary>
    private const int FewWords = 5;

    /// <summary>Words looked at in the entry: its title and the beginning of its text.</summary>
    private const int MostWords = 60;

    /// <summary>Share of the entry's words below which the page is another one.</summary>
    private const double OtherPage = 0.12;

    /// <summary>Whether the page surely tells something else than the entry. False also where the entry says too little.</summary>
    /// <param name="entry">The entry. Null: none.</param>
    /// <param name="entryText">Its text as plain text. Null: none.</param>
    /// <param name="page">What the page says: its titles and its article's text.</param>
    public static bool IsOfAnotherPage(FeedEntry? entry, string? entryText, string page)
    {
        if (entry is null)
        {
            return false;
        }

        var told = Words(entry.Title + "\n" + entryText).Take(MostWords).ToHashSet(StringComparer.Ordinal);
        if (told.Count < FewWords)
        {
            return false;
        }

        var found = Words(page).ToHashSet(StringComparer.Ordinal);
        return told.Count(found.Contains) < told.Count * OtherPage;
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
