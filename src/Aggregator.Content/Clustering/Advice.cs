using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Aggregator.Model.Text.Patterns;

namespace Aggregator.Content.Clustering;

/// <summary>
/// Tells texts that advise their readers from reports of what happened: guides, recipes, lists of the best, reviews. Ten guides to one
/// subject share its words as ten reports of one event do, and tell no event.
/// </summary>
internal static partial class Advice
{
    private static readonly FrozenSet<string> Addresses =
        "you your yourself du dein deine dir dich euch vous votre vos usted ustedes tus você vocês jij jouw"
            .Split(' ').Select(Stemmer.Stem).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Addresses where they begin with a capital letter within a sentence; "they" and "her" elsewhere.</summary>
    private static readonly FrozenSet<string> AddressesInCapitals =
        "sie ihr ihre ihnen ihren ihrem ihrer".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> AnyAddress = Addresses.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> CapitalAddress =
        AddressesInCapitals.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a word, as <see cref="Stemmer"/> leaves it, speaks to the reader.</summary>
    public static bool IsAddress(ReadOnlySpan<char> stem, bool isName) => AnyAddress.Contains(stem) || (isName && CapitalAddress.Contains(stem));

    /// <summary>Whether a title promises advice, an overview or a judgement rather than news.</summary>
    public static bool IsPromisedBy(string title) => Promise.IsMatch(title);

    private static readonly LinearPattern Promise = new(
        @"^\W*(the )?(\d+ |top |most )?(best|worst) |\bbest\b.*\b(for|of|in|under|to)\b|\btop \d+|"
        + @"^\W*\d+ .*\b(tips|ways|things|steps|ideas|trends|tools|myths|reasons|examples|alternatives|mistakes|types|essentials|secrets|questions|facts)\b|"
        + @"\bguide\b|\bhow (to|do|does|much|long|many)\b|^\W*what (is|are|does|do)\b|\btips\b|\bbeginners?\b|\bchecklist\b|\bvs\b|\breviews?\b|"
        + @"\btrends\b|\bideas\b|\brecipes?\b|\bcosts?\b|\bprices?\b|\bpricing\b|\bexplained\b|\b101\b|\bbasics\b|\btutorials?\b|"
        + @"\bdifferences? between\b|\bbenefits\b|\balternatives\b|\bcomparison\b|\btypes of\b|\bhistory of\b|"
        + @"^\W*(why|when|can|should|do|does) (you|i|my|your)\b|"
        + @"\brezepte?\b|\bratgeber\b|\bvergleich\b|\bselber (bauen|machen)\b|\bcómo\b|\bguía\b|\bmejores\b|\bcomment\b|\bmeilleure?s?\b|"
        + @"\bmigliori\b|\bmelhores\b|\bcomo (fazer|escolher)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
