namespace Aggregator.Model.Text;

/// <summary>
/// Makes of words what is looked up when text is searched: the one definition that stores' indexes and the matching in memory share, so
/// that both find the same. The words of an English text, or of one in an unknown language, stand as their stems. Chinese and Japanese
/// signs stand in overlapping pairs, and the last of a row alone: a pair is rare enough to be looked up, and a word of two signs, which
/// most are, is one.
/// </summary>
public static class SearchTerms
{
    /// <summary>A typed beginning longer than a stem is also looked up so much shorter.</summary>
    private const int LongestEnding = 5;

    /// <summary>A beginning shorter than this is not cut further: "news*" does not mean "new".</summary>
    private const int ShortestCut = 5;

    /// <summary>Whether a text of this language (BCP 47; null: unknown) is stemmed.</summary>
    public static bool IsStemmed(string? language) =>
        language is null || language.Equals("en", StringComparison.OrdinalIgnoreCase) || language.StartsWith("en-", StringComparison.OrdinalIgnoreCase);

    /// <summary>The terms of a text in their order, with <see cref="SearchWords.LineEnd"/> where a line ends.</summary>
    public static List<string> Of(string text, bool stemmed)
    {
        var terms = new List<string>();
        SearchWords.Cut(text, terms);
        for (var i = 0; i < terms.Count; i++)
        {
            terms[i] = IsSign(terms[i])
                ? i + 1 < terms.Count && IsSign(terms[i + 1]) ? terms[i] + terms[i + 1] : terms[i]
                : stemmed ? EnglishStem.Of(terms[i]) : terms[i];
        }

        return terms;
    }

    /// <summary>
    /// What to look up for words that stand one after the other, as <see cref="SearchWords"/> cuts them: any of these is what is meant. Where
    /// <paramref name="isPrefix"/>, the last word is the beginning of one.
    /// </summary>
    public static IReadOnlyList<TermPhrase> Asked(IReadOnlyList<string> words, bool isPrefix)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfZero(words.Count);
        var found = new List<TermPhrase>();
        foreach (var stemmed in new[] { true, false })
        {
            // What is typed of a last word's beginning is no word yet, and has no stem.
            var forms = words.Select((word, at) => stemmed && !(isPrefix && at == words.Count - 1) ? EnglishStem.Of(word) : word).ToList();
            Add(forms, isPrefix);
            if (isPrefix && stemmed && !IsSign(words[^1]))
            {
                foreach (var shorter in Shortened(words[^1]))
                {
                    Add([.. forms[..^1], shorter], false);
                }
            }
        }

        return found;

        void Add(List<string> forms, bool openEnded)
        {
            var phrase = Paired(forms, openEnded);
            if (!found.Exists(other => other.Prefix == phrase.Prefix && other.Terms.SequenceEqual(phrase.Terms)))
            {
                found.Add(phrase);
            }
        }
    }

    /// <summary>
    /// Whole stems that a beginning may have gone beyond: "companie*" is to find "companies", whose stem is "compani", and "investigati*"
    /// "investigation".
    /// </summary>
    private static IEnumerable<string> Shortened(string beginning)
    {
        yield return EnglishStem.Of(beginning);
        for (var length = beginning.Length - 1; length >= Math.Max(ShortestCut, beginning.Length - LongestEnding); length--)
        {
            yield return beginning[..length];
        }
    }

    private static TermPhrase Paired(List<string> words, bool openEnded)
    {
        var terms = new List<string>(words.Count);
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsSign(words[i]))
            {
                terms.Add(words[i]);
            }
            else if (i + 1 < words.Count)
            {
                terms.Add(IsSign(words[i + 1]) ? words[i] + words[i + 1] : words[i]);
            }
            else if (i == 0 || !IsSign(words[i - 1]))
            {
                // One sign at the end: whatever pair it begins.
                terms.Add(words[i]);
                openEnded = true;
            }
            else
            {
                openEnded = false;
            }
        }

        return new TermPhrase(terms, openEnded);
    }

    private static bool IsSign(string word) => word.Length == 1 && SearchWords.IsSign(word[0]);
}

/// <summary>Terms that stand one after the other.</summary>
/// <param name="Terms">The terms, at least one.</param>
/// <param name="Prefix">Whether the last is the beginning of one.</param>
public sealed record TermPhrase(IReadOnlyList<string> Terms, bool Prefix);
