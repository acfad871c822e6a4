namespace Aggregator.Content.Clustering;

/// <summary>
/// Takes off the endings that English adds for number and tense. Light on purpose: two forms of one word should meet, two words should
/// not. Words of other languages pass nearly unchanged.
/// </summary>
internal static class Stemmer
{
    /// <summary>The stem of a word in lower case.</summary>
    public static string Stem(string word)
    {
        Span<char> letters = word.Length <= 64 ? stackalloc char[word.Length] : new char[word.Length];
        word.CopyTo(letters);
        return letters[..Stem(letters)].ToString();
    }

    /// <summary>Makes a word in lower case its stem. How long that is.</summary>
    public static int Stem(Span<char> word)
    {
        if (word.Length < 4 || !char.IsAsciiLetterLower(word[^1]))
        {
            return word.Length;
        }

        if (word.EndsWith("ies") && word.Length > 4)
        {
            word[^3] = 'y';
            return word.Length - 2;
        }

        if (word.EndsWith("ing") && word.Length > 6)
        {
            return Bare(word[..^3]);
        }

        if (word.EndsWith("ed") && word.Length > 5)
        {
            return Bare(word[..^2]);
        }

        var length = word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') ? word.Length - 1 : word.Length;
        return length > 4 && word[length - 1] == 'e' ? length - 1 : length;
    }

    private static int Bare(Span<char> stem) =>
        stem.Length > 4 && stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'z') ? stem.Length - 1 : stem.Length;
}
