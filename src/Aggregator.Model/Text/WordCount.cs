namespace Aggregator.Model.Text;

/// <summary>Counts the words of a text as its reader would.</summary>
public static class WordCount
{
    /// <summary>
    /// The words in a text: what stands between white space or dashes and holds a letter or digit ("don't", "well-known" and "1,000" are
    /// one each). Chinese and Japanese, written without spaces, count a word for each sign, as word processors do; Korean has spaces.
    /// </summary>
    public static int Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = 0;
        var inside = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsIdeograph(rune.Value))
            {
                words++;
                inside = false;
            }
            else if (System.Text.Rune.IsLetterOrDigit(rune))
            {
                words += inside ? 0 : 1;
                inside = true;
            }
            else if (System.Text.Rune.IsWhiteSpace(rune) || rune.Value is >= 0x2012 and <= 0x2015)
            {
                inside = false;
            }
        }

        return words;
    }

    /// <summary>Kana, Han and their extensions, without the punctuation between them.</summary>
    private static bool IsIdeograph(int sign) =>
        sign is (>= 0x3041 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF) and not 0x30FB;
}
