using System.Collections.Concurrent;

namespace Aggregator.Model.Text;

/// <summary>
/// Takes an English word's endings off, so that "investigates", "investigating" and "investigation" are one: the English stemmer of the
/// Snowball project ("Porter2"), https://snowballstem.org/algorithms/english/stemmer.html. Few words make up most of all texts, so the stems of
/// those met last are kept. Safe for concurrent use.
/// </summary>
public static class EnglishStem
{
    /// <summary>Longer words are left as they are: no word of the language is so long.</summary>
    private const int MostLetters = 40;

    /// <summary>Stems kept; some megabytes.</summary>
    private const int MostKept = 50_000;

    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);
    private static int _kept;

    private static readonly Dictionary<string, string> Exceptions =
        ("skis ski skies sky dying die lying lie tying tie idly idl gently gentl ugly ugli early earli only onli singly singl "
            + "sky sky news news howe howe atlas atlas cosmos cosmos bias bias andes andes").Split(' ').Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>Words that stay as they are once their plural is taken off.</summary>
    private static readonly HashSet<string> Finished =
        new(StringComparer.Ordinal) { "inning", "outing", "canning", "herring", "earring", "evening", "proceed", "exceed", "succeed" };

    private static readonly string[] LongRegions = ["gener", "commun", "arsen", "past", "univers", "later", "emerg", "organ", "inter"];

    private static readonly (string Ending, string With)[] Step2 =
    [
        ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"), ("tional", "tion"),
        ("biliti", "ble"), ("lessli", "less"), ("entli", "ent"), ("ation", "ate"), ("alism", "al"), ("aliti", "al"), ("ousli", "ous"),
        ("iviti", "ive"), ("fulli", "ful"), ("ogist", "og"), ("enci", "ence"), ("anci", "ance"), ("abli", "able"), ("izer", "ize"),
        ("ator", "ate"), ("alli", "al"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ];

    private static readonly (string Ending, string With)[] Step3 =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""), ("ical", "ic"),
        ("ness", ""), ("ful", ""),
    ];

    private static readonly string[] Step4 =
    [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "al", "er", "ic",
    ];

    /// <summary>The stem of a word in lower case. A word with anything but letters from a to z, or of one or two letters, is its own.</summary>
    public static string Of(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length is <= 2 or > MostLetters || !word.All(char.IsAsciiLetterLower))
        {
            return word;
        }

        if (Known.TryGetValue(word, out var known))
        {
            return known;
        }

        if (Interlocked.Increment(ref _kept) > MostKept)
        {
            Known.Clear();
            Interlocked.Exchange(ref _kept, 0);
        }

        return Known[word] = Find(word);
    }

    private static string Find(string word)
    {
        if (Exceptions.TryGetValue(word, out var exception))
        {
            return exception;
        }

        var stem = new Stem(word);
        stem.TakePlural();
        if (Finished.Contains(stem.ToString()))
        {
            return stem.ToString();
        }

        stem.TakeVerbEnding();
        stem.EndInI();
        stem.ReplaceWithinR1(Step2);
        stem.ReplaceStep3(Step3);
        stem.TakeWithinR2(Step4);
        stem.TakeLastE();
        return stem.ToString();
    }

    /// <summary>A word at work. A "y" that is a consonant is written "Y" meanwhile.</summary>
    private ref struct Stem
    {
        private readonly Span<char> _letters;
        private readonly int _r1;
        private readonly int _r2;
        private int _length;

        public Stem(string word)
        {
            _letters = new char[word.Length + 1];
            word.CopyTo(_letters);
            _length = word.Length;
            for (var i = 0; i < _length; i++)
            {
                if (_letters[i] == 'y' && (i == 0 || IsVowel(_letters[i - 1])))
                {
                    _letters[i] = 'Y';
                }
            }

            var special = Array.Find(LongRegions, beginning => word.StartsWith(beginning, StringComparison.Ordinal));
            _r1 = special?.Length ?? RegionAfter(0);
            _r2 = RegionAfter(_r1);
        }

        private readonly ReadOnlySpan<char> Letters => _letters[.._length];

        public override readonly string ToString() => new string(Letters).Replace('Y', 'y');

        /// <summary>Step 1a.</summary>
        public void TakePlural()
        {
            if (EndsWith("sses"))
            {
                _length -= 2;
            }
            else if (EndsWith("ied") || EndsWith("ies"))
            {
                _length -= _length > 4 ? 2 : 1;
            }
            else if (EndsWith("s") && !EndsWith("us") && !EndsWith("ss") && HasVowelBefore(_length - 2))
            {
                _length--;
            }
        }

        /// <summary>Step 1b.</summary>
        public void TakeVerbEnding()
        {
            if (EndsWith("eedly") || EndsWith("eed"))
            {
                var ending = EndsWith("eed") ? 3 : 5;
                if (_length - ending >= _r1)
                {
                    _length -= ending - 2;
                }

                return;
            }

            var taken = EndsWith("ingly") ? 5 : EndsWith("edly") ? 4 : EndsWith("ing") ? 3 : EndsWith("ed") ? 2 : 0;
            if (taken == 0 || !HasVowelBefore(_length - taken))
            {
                return;
            }

            _length -= taken;
            if (EndsWith("at") || EndsWith("bl") || EndsWith("iz"))
            {
                Append('e');
            }
            else if (EndsInDouble() && !(_length == 3 && _letters[0] is 'a' or 'e' or 'o'))
            {
                _length--;
            }
            else if (_r1 >= _length && EndsInShortSyllable())
            {
                Append('e');
            }
        }

        /// <summary>Step 1c.</summary>
        public void EndInI()
        {
            if (_length > 2 && _letters[_length - 1] is 'y' or 'Y' && !IsVowel(_letters[_length - 2]))
            {
                _letters[_length - 1] = 'i';
            }
        }

        /// <summary>Step 2.</summary>
        public void ReplaceWithinR1((string Ending, string With)[] replacements)
        {
            foreach (var (ending, with) in replacements)
            {
                if (!EndsWith(ending))
                {
                    continue;
                }

                var fits = ending switch
                {
                    "ogi" => _length > 3 && _letters[_length - 4] == 'l',
                    "li" => _length > 2 && _letters[_length - 3] is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't',
                    _ => true,
                };
                if (fits && _length - ending.Length >= _r1)
                {
                    Replace(ending.Length, with);
                }

                return;
            }
        }

        /// <summary>Step 3.</summary>
        public void ReplaceStep3((string Ending, string With)[] replacements)
        {
            foreach (var (ending, with) in replacements)
            {
                if (EndsWith(ending))
                {
                    if (_length - ending.Length >= (ending == "ative" ? _r2 : _r1))
                    {
                        Replace(ending.Length, with);
                    }

                    return;
                }
            }
        }

        /// <summary>Step 4.</summary>
        public void TakeWithinR2(string[] endings)
        {
            foreach (var ending in endings)
            {
                if (EndsWith(ending))
                {
                    if (_length - ending.Length >= _r2 && (ending != "ion" || (_length > 3 && _letters[_length - 4] is 's' or 't')))
                    {
                        _length -= ending.Length;
                    }

                    return;
                }
            }
        }

        /// <summary>Step 5.</summary>
        public void TakeLastE()
        {
            if (EndsWith("e"))
            {
                _length--;
                if (_length < _r2 && (_length < _r1 || EndsInShortSyllable()))
                {
                    _length++;
                }
            }
            else if (EndsWith("ll") && _length - 1 >= _r2)
            {
                _length--;
            }
        }

        private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

        private readonly bool EndsWith(string ending) => Letters.EndsWith(ending, StringComparison.Ordinal);

        private readonly bool HasVowelBefore(int end)
        {
            for (var i = 0; i < end; i++)
            {
                if (IsVowel(_letters[i]))
                {
                    return true;
                }
            }

            return false;
        }

        private readonly bool EndsInDouble() => _length > 1 && _letters[_length - 1] == _letters[_length - 2]
            && _letters[_length - 1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't';

        /// <summary>A vowel between consonants, the last of them not w, x or Y; or a vowel that begins a word of two letters; or "past".</summary>
        private readonly bool EndsInShortSyllable() => EndsWith("past") || (_length == 2
            ? IsVowel(_letters[0]) && !IsVowel(_letters[1])
            : _length > 2 && !IsVowel(_letters[_length - 1]) && _letters[_length - 1] is not ('w' or 'x' or 'Y')
                && IsVowel(_letters[_length - 2]) && !IsVowel(_letters[_length - 3]));

        /// <summary>Where the region after the first consonant that follows a vowel begins.</summary>
        private readonly int RegionAfter(int start)
        {
            for (var i = start + 1; i < _length; i++)
            {
                if (!IsVowel(_letters[i]) && IsVowel(_letters[i - 1]))
                {
                    return i + 1;
                }
            }

            return _length;
        }

        private void Append(char letter) => _letters[_length++] = letter;

        private void Replace(int ending, string with)
        {
            _length -= ending;
            with.CopyTo(_letters[_length..]);
            _length += with.Length;
        }
    }
}
