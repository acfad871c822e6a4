using System.Globalization;

namespace Aggregator.Model.Text.Patterns;

/// <summary>What a pattern asks of one character.</summary>
internal abstract record CharacterTest
{
    // First: what follows is made of it.
    private static readonly UnicodeCategory[] Letters =
    [
        UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter, UnicodeCategory.ModifierLetter, UnicodeCategory.OtherLetter,
    ];

    private CharacterTest()
    {
    }

    /// <summary>Any but a line break.</summary>
    public static CharacterTest Any { get; } = new Not(new Range('\n', '\n', false));

    /// <summary>As \w: letters, marks that take no place of their own, decimal digits, and what connects words.</summary>
    public static CharacterTest Word { get; } = new Category("w", [.. Letters, UnicodeCategory.NonSpacingMark, UnicodeCategory.DecimalDigitNumber, UnicodeCategory.ConnectorPunctuation]);

    /// <summary>As \s.</summary>
    public static CharacterTest Space { get; } = new White();

    /// <summary>As \d.</summary>
    public static CharacterTest Digit { get; } = new Category("Nd", [UnicodeCategory.DecimalDigitNumber]);

    /// <summary>The category of \p{...} by its name; null: it is not known here. Where case is ignored, a capital is any letter that has cases.</summary>
    public static CharacterTest? OfCategory(string name, bool ignoreCase) => name switch
    {
        "Lu" or "Ll" when ignoreCase => new Category("cased", [UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter]),
        "L" => new Category(name, Letters),
        "Lu" => new Category(name, [UnicodeCategory.UppercaseLetter]),
        "Ll" => new Category(name, [UnicodeCategory.LowercaseLetter]),
        "Lo" => new Category(name, [UnicodeCategory.OtherLetter]),
        "M" => new Category(name, [UnicodeCategory.NonSpacingMark, UnicodeCategory.SpacingCombiningMark, UnicodeCategory.EnclosingMark]),
        "Nd" => Digit,
        _ => null,
    };

    /// <summary>Whether a character passes.</summary>
    public abstract bool Passes(char character);

    /// <summary>One of a range, both ends included; in either case, where case is ignored.</summary>
    public sealed record Range(char First, char Last, bool IgnoreCase) : CharacterTest
    {
        public override bool Passes(char character) => Holds(character) || (IgnoreCase && (Holds(char.ToLowerInvariant(character)) || Holds(char.ToUpperInvariant(character))));

        private bool Holds(char character) => character >= First && character <= Last;
    }

    /// <summary>Not what another test passes.</summary>
    public sealed record Not(CharacterTest Test) : CharacterTest
    {
        public override bool Passes(char character) => !Test.Passes(character);
    }

    /// <summary>What any of several tests passes.</summary>
    public sealed record AnyOf(IReadOnlyList<CharacterTest> Tests) : CharacterTest
    {
        public override bool Passes(char character) => Tests.Any(test => test.Passes(character));

        public bool Equals(AnyOf? other) => other is not null && Tests.SequenceEqual(other.Tests);

        public override int GetHashCode() => Tests.Aggregate(0, HashCode.Combine);
    }

    private sealed record White : CharacterTest
    {
        public override bool Passes(char character) => char.IsWhiteSpace(character);
    }

    private sealed record Category(string Name, UnicodeCategory[] Categories) : CharacterTest
    {
        public override bool Passes(char character) => Array.IndexOf(Categories, char.GetUnicodeCategory(character)) >= 0;

        public bool Equals(Category? other) => other is not null && Name == other.Name;

        public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
    }
}
