using Aggregator.Model.Text;
using Aggregator.Model.Topics;

namespace Aggregator.Content.Tagging;

/// <summary>A word of a text: where it stands. A length of 0 is a line break, which no phrase crosses.</summary>
internal readonly record struct Token(int Start, int Length, StoryPart Part);

/// <summary>
/// Cuts text into words the way the phrases of topic files are cut, so that both always agree. A word is a run of letters and
/// digits; a hyphen, dot or other sign parts words ("gpt-4" is two). "'s" at the end of a word is dropped, "c++" and "c#" keep
/// their signs, and a Chinese or Japanese sign is a word of its own, which finds 生成AI without spaces.
/// </summary>
internal static class TextTokens
{
    /// <summary>Appends the words of <paramref name="text"/>.</summary>
    public static void Cut(ReadOnlySpan<char> text, StoryPart part, List<Token> into)
    {
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\n')
            {
                into.Add(new Token(i, 0, part));
                i++;
            }
            else if (SearchWords.IsSign(text[i]))
            {
                into.Add(new Token(i, 1, part));
                i++;
            }
            else if (IsWordPart(text[i]))
            {
                var end = EndOfWord(text, i);
                into.Add(new Token(i, end - i, part));
                i = SkipPossessive(text, end);
            }
            else
            {
                i++;
            }
        }
    }

    /// <summary>The form in which words are compared when case does not matter: lower case, full-width letters made narrow.</summary>
    public static void Fold(ReadOnlySpan<char> word, Span<char> into)
    {
        for (var i = 0; i < word.Length; i++)
        {
            into[i] = char.ToLowerInvariant(Narrow(word[i]));
        }
    }

    /// <summary>Whether it is a digit from 0 to 9, full-width ones too.</summary>
    public static bool IsDigit(char c) => char.IsAsciiDigit(Narrow(c));

    private static int EndOfWord(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && IsWordPart(text[end]) && !SearchWords.IsSign(text[end]))
        {
            end++;
        }

        if (end < text.Length && text[end] == '#')
        {
            return end + 1;
        }

        return end + 1 < text.Length && text[end] == '+' && text[end + 1] == '+' ? end + 2 : end;
    }

    private static int SkipPossessive(ReadOnlySpan<char> text, int end) =>
        end + 1 < text.Length && text[end] is '\'' or '’' or '‘' && text[end + 1] is 's' or 'S'
            && (end + 2 == text.Length || !IsWordPart(text[end + 2]))
            ? end + 2
            : end;

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || (c > 0x7F && char.IsAsciiLetterOrDigit(Narrow(c)));

    // Full-width ASCII, as in "ＡＩ", stands 0xFEE0 above the narrow form.
    private static char Narrow(char c) => c is >= '！' and <= '～' ? (char)(c - 0xFEE0) : c;
}
