using System.Globalization;
using System.Text;

namespace Aggregator.Content.Clustering;

/// <summary>A word of a text.</summary>
/// <param name="Stem">Lower case, without the commonest endings.</param>
/// <param name="IsName">Written like a name: capital letters or digits where ordinary words have none.</param>
internal readonly record struct Word(string Stem, bool IsName);

/// <summary>Cuts text into comparable words.</summary>
internal static class Words
{
    /// <summary>
    /// The stems of the words of <paramref name="text"/>, in order, at most <paramref name="limit"/>. Scripts written without spaces
    /// give pairs of characters instead.
    /// </summary>
    public static List<Word> Of(string text, int limit)
    {
        var words = new List<Word>(Math.Min(limit, (text.Length / 6) + 4));
        var at = 0;
        while (at < text.Length && words.Count < limit)
        {
            if (!char.IsLetterOrDigit(text[at]))
            {
                at++;
                continue;
            }

            var start = at;
            var unspaced = IsUnspaced(text[at]);
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || CharUnicodeInfo.GetUnicodeCategory(text[at]) == UnicodeCategory.NonSpacingMark)
                && IsUnspaced(text[at]) == unspaced)
            {
                at++;
            }

            if (unspaced)
            {
                for (var i = start; i + 1 < at && words.Count < limit; i++)
                {
                    words.Add(new Word(text.Substring(i, 2), IsName: false));
                }
            }
            else if (at - start is >= 2 and <= 40)
            {
                var stem = Stem(text[start..at].ToLowerInvariant().Normalize(NormalizationForm.FormC));
                words.Add(new Word(stem, IsName(text, start, at)));
            }
        }

        return words;
    }

    /// <summary>
    /// A word without the endings that English adds for number and tense. Light on purpose: two forms of one word should meet, two
    /// words should not. Words of other languages pass nearly unchanged.
    /// </summary>
    public static string Stem(string word)
    {
        if (word.Length < 4 || !char.IsAsciiLetterLower(word[^1]))
        {
            return word;
        }

        if (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4)
        {
            return word[..^3] + "y";
        }

        if (word.EndsWith("ing", StringComparison.Ordinal) && word.Length > 6)
        {
            return Bare(word[..^3]);
        }

        if (word.EndsWith("ed", StringComparison.Ordinal) && word.Length > 5)
        {
            return Bare(word[..^2]);
        }

        if (word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i'))
        {
            word = word[..^1];
        }

        return word.Length > 4 && word[^1] == 'e' ? word[..^1] : word;
    }

    /// <summary>The language without region or script: "en" of "en-GB" and of "en_US". Null when unknown.</summary>
    public static string? PrimaryLanguage(string? tag) =>
        string.IsNullOrWhiteSpace(tag) ? null : tag.Trim().Split('-', '_')[0].ToLowerInvariant();

    private static bool IsName(string text, int start, int end)
    {
        var word = text.AsSpan(start, end - start);
        if (char.IsDigit(word[0]))
        {
            // Small numbers and years are everywhere.
            return word.Length > 2 && !(word.Length == 4 && (word.StartsWith("19") || word.StartsWith("20")));
        }

        if (!char.IsUpper(word[0]))
        {
            return word[1..].ContainsAnyInRange('A', 'Z');
        }

        var before = start - 1;
        while (before >= 0 && text[before] is ' ' or '\u00A0')
        {
            before--;
        }

        return before >= 0 && (char.IsLetterOrDigit(text[before]) || text[before] is ',' or ';' or '-' or '&' or '/' or '\'' or '’' or ')' or '(');
    }

    private static string Bare(string stem) =>
        stem.Length > 4 && stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'z') ? stem[..^1] : stem;

    private static bool IsUnspaced(char c) => c is (>= '\u0E00' and <= '\u0EFF') or (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF');
}
