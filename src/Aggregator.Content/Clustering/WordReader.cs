using System.Globalization;

namespace Aggregator.Content.Clustering;

/// <summary>
/// Cuts text into comparable words, one after the other, without a string for each. Scripts written without spaces give pairs of
/// characters instead.
/// </summary>
/// <param name="text">In Unicode normalization form C.</param>
internal sealed class WordReader(string text)
{
    private const int LeastLetters = 2;
    private const int MostLetters = 40;

    private readonly char[] _stem = new char[MostLetters];
    private int _length;
    private int _at;

    /// <summary>Where the run of a script without spaces ends that is being read; 0 elsewhere.</summary>
    private int _endOfRun;

    /// <summary>
    /// The word read last: lower case, without the commonest endings, a number without the marks between its thousands. Good until the next is
    /// read.
    /// </summary>
    public ReadOnlySpan<char> Stem => _stem.AsSpan(0, _length);

    /// <summary>Whether it is written like a name: capital letters or digits where ordinary words have none.</summary>
    public bool IsName { get; private set; }

    /// <summary>Whether it is a number; also one of a single digit, where words have two letters and more.</summary>
    public bool IsNumber { get; private set; }

    /// <summary>Reads the next word. False: there is none.</summary>
    public bool Read()
    {
        while (_at < text.Length)
        {
            if (_at + 1 < _endOfRun)
            {
                text.AsSpan(_at, 2).CopyTo(_stem);
                (_length, IsName, IsNumber) = (2, false, false);
                _at++;
                return true;
            }

            var start = _at = Math.Max(_at, _endOfRun);
            if (start == text.Length)
            {
                return false;
            }

            if (!char.IsLetterOrDigit(text[start]))
            {
                _at++;
                continue;
            }

            var end = EndOfWord(start);
            if (IsUnspaced(text[start]))
            {
                _endOfRun = end;
                continue;
            }

            _at = end;
            if (char.IsAsciiDigit(text[start]))
            {
                TellNumber(start, end);
                return true;
            }

            if (TellWord(start, end))
            {
                return true;
            }
        }

        return false;
    }

    private bool TellWord(int start, int end)
    {
        if (end - start is < LeastLetters or > MostLetters)
        {
            return false;
        }

        text.AsSpan(start, end - start).ToLowerInvariant(_stem);
        (_length, IsName, IsNumber) = (Stemmer.Stem(_stem.AsSpan(0, end - start)), LooksLikeName(start, end), false);
        return true;
    }

    private void TellNumber(int start, int end)
    {
        _length = 0;
        for (var i = start; i < end && _length < MostLetters; i++)
        {
            if (!IsMarkOfThousands(i, end))
            {
                _stem[_length++] = char.ToLowerInvariant(text[i]);
            }
        }

        // Small numbers and years are everywhere.
        IsName = _length > 2 && !(_length == 4 && (Stem.StartsWith("19") || Stem.StartsWith("20")));
        IsNumber = true;
    }

    /// <summary>Whether a comma or point of a number has exactly three digits after it: "7,600" and "7.600" are 7600, "1.5" is not 15.</summary>
    private bool IsMarkOfThousands(int at, int end) =>
        text[at] is ',' or '.' && at + 3 < end && text.AsSpan(at + 1, 3).IndexOfAnyExceptInRange('0', '9') < 0 && (at + 4 == end || text[at + 4] is ',' or '.');

    private int EndOfWord(int start)
    {
        var unspaced = IsUnspaced(text[start]);
        var end = start + 1;
        while (end < text.Length && ((IsWordPart(text[end]) && IsUnspaced(text[end]) == unspaced) || IsMarkInNumber(end)))
        {
            end++;
        }

        return end;
    }

    /// <summary>Whether a comma or point stands between two digits.</summary>
    private bool IsMarkInNumber(int at) =>
        text[at] is ',' or '.' && char.IsAsciiDigit(text[at - 1]) && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]);

    private static bool IsWordPart(char c) =>
        char.IsLetterOrDigit(c) || (!char.IsAscii(c) && CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark);

    private bool LooksLikeName(int start, int end)
    {
        var word = text.AsSpan(start, end - start);
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

    private static bool IsUnspaced(char c) => c is (>= '\u0E00' and <= '\u0EFF') or (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF');
}
