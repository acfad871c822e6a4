using System.Buffers;
using System.Globalization;
using System.Text;

namespace Aggregator.Model.Text;

/// <summary>
/// Cuts text into words to be searched for, the same way for queries, stories and the stores' indexes. A word is a run of letters, digits
/// and the marks on them; any other sign parts words ("open-source" is two), except that "c++" and "c#" keep theirs; a Chinese or Japanese
/// sign is a word of its own. Words are in lower case, and full-width letters are narrow.
/// </summary>
public static class SearchWords
{
    /// <summary>What stands for the end of a line between the words of two blocks: no word, so no phrase goes across it.</summary>
    public const string LineEnd = "";

    /// <summary>The words of a query's phrase.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var words = new List<string>();
        Cut(text, words);
        words.RemoveAll(word => word == LineEnd);
        return words;
    }

    /// <summary>Appends the words of <paramref name="text"/>, and <see cref="LineEnd"/> for the end of each line in it.</summary>
    public static void Cut(string text, ICollection<string> into)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(into);
        text = Fold(text);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\n')
            {
                into.Add(LineEnd);
                i++;
            }
            else if (IsSign(text[i]))
            {
                into.Add(text[i].ToString());
                i++;
            }
            else if (EndOfWord(text, i) is var end && end > i)
            {
                into.Add(text[i..end]);
                i = end;
            }
            else
            {
                i++;
            }
        }
    }

    /// <summary>
    /// Whether a character is a word of its own: Hiragana and Katakana (U+3040-30FF) and the Han blocks in the basic plane. Korean parts
    /// words with spaces.
    /// </summary>
    public static bool IsSign(char c) => c is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');

    private static string Fold(string text) => string.Create(text.Length, text, static (folded, from) =>
    {
        for (var i = 0; i < folded.Length; i++)
        {
            // Full-width ASCII, as in "ＡＩ", stands 0xFEE0 above the narrow form.
            folded[i] = char.ToLowerInvariant(from[i] is >= '！' and <= '～' ? (char)(from[i] - 0xFEE0) : from[i]);
        }
    });

    private static int EndOfWord(string text, int start)
    {
        var end = start;
        while (end < text.Length
            && Rune.DecodeFromUtf16(text.AsSpan(end), out var rune, out var length) == OperationStatus.Done
            && IsWordPart(rune)
            && !IsSign(text[end]))
        {
            end += length;
        }

        return end == start ? start
            : end < text.Length && text[end] == '#' ? end + 1
            : end + 1 < text.Length && text[end] == '+' && text[end + 1] == '+' ? end + 2
            : end;
    }

    private static bool IsWordPart(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
