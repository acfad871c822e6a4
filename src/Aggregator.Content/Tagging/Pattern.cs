using System.Globalization;

namespace Aggregator.Content.Tagging;

/// <summary>One phrase to find: its words, in order and side by side.</summary>
/// <param name="Text">As written in the file.</param>
/// <param name="Words">The words; at least one.</param>
internal sealed record Phrase(string Text, IReadOnlyList<PhraseWord> Words);

/// <summary>A word of a phrase.</summary>
/// <param name="Text">The word; in lower case unless <paramref name="ExactCase"/>.</param>
/// <param name="ExactCase">Whether capitals must be as written.</param>
/// <param name="AnyEnding">Whether the text's word may go on after it.</param>
internal readonly record struct PhraseWord(string Text, bool ExactCase, bool AnyEnding);

/// <summary>Any of these phrases; the part of a pattern between two distances.</summary>
/// <param name="Phrases">The alternatives; at least one.</param>
/// <param name="Distance">At most so many words from the part before. The first part's does not matter.</param>
/// <param name="AfterOnly">Whether this part must follow the part before.</param>
internal sealed record PatternPart(IReadOnlyList<Phrase> Phrases, int Distance, bool AfterOnly);

/// <summary>
/// What a rule looks for, written in a line of text:
/// <code>
/// trade secret*              two words; the second may go on ("secrets")
/// =AI                        capitals as written
/// game # | #bn               any number, alone or with what is written onto it ("20bn")
/// stole | stolen             either
/// @taking                    any phrase of the group "taking"
/// @taking ~8 source code     both, at most 8 words between them, in any order
/// chinese >0 hacker*         the second right after the first
/// </code>
/// </summary>
internal sealed class Pattern
{
    private const int LongestPhrase = 12;
    private const int WidestDistance = 50;

    /// <summary>A phrase that is a beginning of fewer letters finds half of all words.</summary>
    private const int ShortestBeginning = 2;

    /// <summary>Alternatives of one part, those of groups counted; and parts of one pattern. Each is looked for wherever the others are.</summary>
    private const int MostAlternatives = 500;

    private const int MostParts = 4;

    /// <summary>Stands for any run of digits at the beginning of a word; a letter, so that words keep it, and one no news text uses.</summary>
    internal const char AnyNumber = 'ℕ';

    private Pattern(string text, IReadOnlyList<PatternPart> parts)
    {
        Text = text;
        Parts = parts;
    }

    /// <summary>As written in the file.</summary>
    public string Text { get; }

    /// <summary>The parts, each near the one before it; at least one.</summary>
    public IReadOnlyList<PatternPart> Parts { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Reads a pattern. Null, with the reason in <paramref name="problem"/>, when it is not one.</summary>
    public static Pattern? Parse(string text, IReadOnlyDictionary<string, IReadOnlyList<Phrase>> groups, out string? problem)
    {
        var parts = new List<PatternPart>();
        var words = new List<string>();
        var distance = 0;
        var afterOnly = false;
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[0] is not ('~' or '>'))
            {
                words.Add(word);
                continue;
            }

            if (!int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var next) || next > WidestDistance)
            {
                problem = $"expected a number of words from 0 to {WidestDistance} after '{word[0]}' in \"{text}\"";
                return null;
            }

            if (ParsePart(words, groups, out problem) is not { } left)
            {
                return null;
            }

            parts.Add(new PatternPart(left, distance, afterOnly));
            words.Clear();
            (distance, afterOnly) = (next, word[0] == '>');
        }

        if (ParsePart(words, groups, out problem) is not { } last)
        {
            return null;
        }

        parts.Add(new PatternPart(last, distance, afterOnly));
        if (parts.Count > MostParts)
        {
            problem = $"expected at most {MostParts - 1} distances in a phrase, found {parts.Count - 1} in \"{text}\"";
            return null;
        }

        return new Pattern(text, parts);
    }

    /// <summary>Reads one phrase without alternatives or distances. Null when it has no word or too many.</summary>
    public static Phrase? ParsePhrase(string text)
    {
        var exactCase = text.StartsWith('=');
        var written = text;
        text = string.Join(' ', text.Split(' ').Select(word => word.StartsWith('#') ? AnyNumber + word[1..] : word));
        var tokens = new List<Token>();
        TextTokens.Cut(text, default, tokens);
        if (tokens.Count is 0 or > LongestPhrase)
        {
            return null;
        }

        var words = tokens.Select(token =>
        {
            var end = token.Start + token.Length;
            var word = text[token.Start..end];
            var anyEnding = end < text.Length && text[end] == '*';
            return new PhraseWord(exactCase ? word : Fold(word), exactCase, anyEnding);
        });
        return new Phrase(written, [.. words]);
    }

    private static List<Phrase>? ParsePart(
        List<string> words, IReadOnlyDictionary<string, IReadOnlyList<Phrase>> groups, out string? problem)
    {
        var phrases = new List<Phrase>();
        foreach (var alternative in string.Join(' ', words).Split('|', StringSplitOptions.TrimEntries))
        {
            if (alternative.StartsWith('@'))
            {
                if (!groups.TryGetValue(alternative[1..], out var group))
                {
                    problem = $"expected the name of a group after '@', found \"{alternative[1..]}\"";
                    return null;
                }

                phrases.AddRange(group);
            }
            else if (ParsePhrase(alternative) is { } phrase)
            {
                if (phrase.Words is [{ AnyEnding: true } only] && only.Text.Length < ShortestBeginning)
                {
                    problem = $"expected at least {ShortestBeginning} letters before '*', found \"{alternative}\"";
                    return null;
                }

                phrases.Add(phrase);
            }
            else
            {
                problem = $"expected a phrase of 1 to {LongestPhrase} words, found \"{alternative}\"";
                return null;
            }
        }

        problem = phrases.Count > MostAlternatives ? $"expected at most {MostAlternatives} phrases to choose from, found {phrases.Count}"
            : phrases.Count == 0 ? "expected a phrase, found only a group that has none"
            : null;
        return problem is null ? phrases : null;
    }

    private static string Fold(string word) => string.Create(word.Length, word, (into, from) => TextTokens.Fold(from, into));
}
