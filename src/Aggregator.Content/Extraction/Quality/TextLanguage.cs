using System.Collections.Frozen;

namespace Aggregator.Content.Extraction.Quality;

/// <summary>What a text is written in, as far as its signs and its commonest words tell.</summary>
/// <param name="Script">The script of most of its letters. Null: too few letters.</param>
/// <param name="Language">ISO 639-1 code. Null: unsure.</param>
internal readonly record struct TextLanguage(string? Script, string? Language)
{
    /// <summary>Letters and words below which nothing is told: names in a headline pass for words of other languages.</summary>
    private const int FewLetters = 40;

    private const int FewWords = 20;

    /// <summary>Share of the words that a language's commonest must make up. In running text they are 25 to 45 %; in text of another language below 8 %.</summary>
    private const double LeastShare = 0.12;

    /// <summary>How much more often than those of the next language they must stand.</summary>
    private const double Lead = 1.5;

    private const int MaxLetters = 20_000;

    private static readonly FrozenDictionary<string, string[]> LanguagesOf = Read();

    private static readonly FrozenDictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> Lookup = LanguagesOf.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads the beginning of a text.</summary>
    public static TextLanguage Of(string text)
    {
        text = text.Length > MaxLetters ? text[..MaxLetters] : text;
        var script = ScriptOf(text);
        return new TextLanguage(script, script switch
        {
            null => null,
            "Hangul" => "ko",
            "Kana" => "ja",
            "Han" => "zh",
            "Greek" => "el",
            "Hebrew" => "he",
            "Thai" => "th",
            _ => ByWords(text),
        });
    }

    /// <summary>Whether two texts are surely in different languages.</summary>
    public bool IsUnlike(TextLanguage other) =>
        Script is not null && other.Script is not null
        && (Script == other.Script ? Language is not null && other.Language is not null && Language != other.Language
            : !(Script is "Han" or "Kana" && other.Script is "Han" or "Kana"));

    /// <summary>Whether this text is surely not in the language a tag names ("en-US").</summary>
    public bool IsUnlike(string? tag) =>
        Language is { } language && tag is { Length: >= 2 } && (tag.Length == 2 || tag[2] == '-') && !tag.StartsWith(language, StringComparison.OrdinalIgnoreCase)
        && StopWords.Languages.Contains(tag[..2].ToLowerInvariant());

    private static string? ScriptOf(string text)
    {
        var counts = new Dictionary<string, int>();
        var letters = 0;
        foreach (var c in text)
        {
            if (char.IsLetter(c))
            {
                letters++;
                var script = ScriptOf(c);
                counts[script] = counts.GetValueOrDefault(script) + 1;
            }
        }

        if (letters == 0)
        {
            return null;
        }

        // Japanese mixes kana with Han; a sign of either says as much as three letters.
        if (counts.GetValueOrDefault("Kana") * 10 > letters)
        {
            return letters * 3 < FewLetters ? null : "Kana";
        }

        var (most, count) = counts.MaxBy(pair => pair.Value);
        return letters * (most is "Han" or "Hangul" ? 3 : 1) >= FewLetters && count * 2 > letters ? most : null;
    }

    private static string ScriptOf(char c) => c switch
    {
        < '\u0250' or (>= '\u1E00' and <= '\u1EFF') => "Latin",
        >= '\u0370' and <= '\u03FF' => "Greek",
        >= '\u0400' and <= '\u052F' => "Cyrillic",
        >= '\u0590' and <= '\u05FF' => "Hebrew",
        >= '\u0600' and <= '\u077F' => "Arabic",
        >= '\u0900' and <= '\u097F' => "Devanagari",
        >= '\u0980' and <= '\u09FF' => "Bengali",
        >= '\u0E00' and <= '\u0E7F' => "Thai",
        >= '\u10A0' and <= '\u10FF' => "Georgian",
        (>= '\u1100' and <= '\u11FF') or (>= '\uAC00' and <= '\uD7AF') => "Hangul",
        >= '\u3040' and <= '\u30FF' => "Kana",
        >= '\u3400' and <= '\u9FFF' => "Han",
        _ => "other",
    };

    private static string? ByWords(string text)
    {
        var hits = new Dictionary<string, int>();
        var words = 0;
        for (var start = 0; start < text.Length; start++)
        {
            var end = start;
            while (end < text.Length && char.IsLetter(text[end]))
            {
                end++;
            }

            if (end > start)
            {
                words++;
                if (end - start <= StopWords.Longest && Lookup.TryGetValue(text.AsSpan(start, end - start), out var languages))
                {
                    foreach (var language in languages)
                    {
                        hits[language] = hits.GetValueOrDefault(language) + 1;
                    }
                }

                start = end;
            }
        }

        var ranked = hits.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(2).ToList();
        return words >= FewWords && ranked is [var first, ..] && first.Value >= words * LeastShare && (ranked.Count == 1 || first.Value >= ranked[1].Value * Lead) ? first.Key : null;
    }

    private static FrozenDictionary<string, string[]> Read() =>
        StopWords.Lists.SelectMany(list => list.Words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), (list, word) => (word, list.Language))
            .GroupBy(pair => pair.word, pair => pair.Language, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(group => group.Key, group => group.Distinct().ToArray(), StringComparer.OrdinalIgnoreCase);
}
