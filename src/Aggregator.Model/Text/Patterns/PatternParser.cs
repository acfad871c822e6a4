using System.Globalization;
using System.Text.RegularExpressions;

namespace Aggregator.Model.Text.Patterns;

/// <summary>Reads a pattern's text. The syntax is that of .NET's regular expressions, as far as <see cref="LinearPattern"/> takes it.</summary>
internal sealed class PatternParser
{
    /// <summary>The most that a repetition may ask for: it is written out so often.</summary>
    private const int MostRepetitions = 1000;

    private readonly string _text;
    private readonly bool _ignoreCase;
    private readonly bool _ignoreWhiteSpace;
    private int _position;

    private PatternParser(string text, RegexOptions options)
    {
        _text = text;
        _ignoreCase = options.HasFlag(RegexOptions.IgnoreCase);
        _ignoreWhiteSpace = options.HasFlag(RegexOptions.IgnorePatternWhitespace);
    }

    private bool IsAtEnd => _position >= _text.Length;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="ArgumentException">It cannot be read; says what and where.</exception>
    public static PatternNode Parse(string text, RegexOptions options)
    {
        var parser = new PatternParser(text, options);
        var node = parser.ReadAlternatives();
        return parser.IsAtEnd ? node : throw parser.Fault("a closing parenthesis that opens nowhere");
    }

    private PatternNode ReadAlternatives()
    {
        List<PatternNode> alternatives = [ReadSequence()];
        while (Accept('|'))
        {
            alternatives.Add(ReadSequence());
        }

        return alternatives is [var only] ? only : new PatternNode.Either(alternatives);
    }

    private PatternNode.Sequence ReadSequence()
    {
        var parts = new List<PatternNode>();
        while (true)
        {
            SkipWhiteSpace();
            if (IsAtEnd || _text[_position] is '|' or ')')
            {
                return new PatternNode.Sequence(parts);
            }

            parts.Add(ReadRepetitions(ReadOne()));
        }
    }

    private PatternNode ReadOne()
    {
        var character = _text[_position++];
        switch (character)
        {
            case '(':
                return ReadGroup();
            case '[':
                return new PatternNode.One(ReadClass());
            case '.':
                return new PatternNode.One(CharacterTest.Any);
            case '^':
                return new PatternNode.Place(PlaceKind.Beginning);
            case '$':
                return new PatternNode.Place(PlaceKind.End);
            case '*' or '+' or '?':
                throw Fault($"\"{character}\" repeats nothing");
            case '\\' when Accept('b'):
                return new PatternNode.Place(PlaceKind.WordBoundary);
            case '\\' when Accept('B'):
                return new PatternNode.Place(PlaceKind.NoWordBoundary);
            case '\\':
                return new PatternNode.One(ReadEscaped());
            default:
                return new PatternNode.One(Literal(character));
        }
    }

    private PatternNode ReadGroup()
    {
        if (Accept('?') && !Accept(':'))
        {
            throw Fault("a group that looks around, is named or is atomic");
        }

        var inner = ReadAlternatives();
        return Accept(')') ? inner : throw Fault("a parenthesis that is not closed");
    }

    private PatternNode ReadRepetitions(PatternNode part)
    {
        while (true)
        {
            SkipWhiteSpace();
            if (Accept('*'))
            {
                part = new PatternNode.Repeated(part, 0, null);
            }
            else if (Accept('+'))
            {
                part = new PatternNode.Repeated(part, 1, null);
            }
            else if (Accept('?'))
            {
                part = new PatternNode.Repeated(part, 0, 1);
            }
            else if (!IsAtEnd && _text[_position] == '{' && ReadCounts() is var (least, most))
            {
                part = new PatternNode.Repeated(part, least, most);
            }
            else
            {
                return part;
            }

            Accept('?'); // lazy: for whether there is a match it is the same
        }
    }

    private (int Least, int? Most)? ReadCounts()
    {
        var end = _text.IndexOf('}', _position);
        var counts = end < 0 ? [] : _text[(_position + 1)..end].Split(',');
        if (counts.Length is 0 or > 2 || !int.TryParse(counts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var least))
        {
            throw Fault("a brace that says no number of times");
        }

        var most = counts.Length == 1 ? least : counts[1].Length == 0 ? (int?)null : int.Parse(counts[1], NumberStyles.None, CultureInfo.InvariantCulture);
        if (most < least || Math.Max(least, most ?? 0) > MostRepetitions)
        {
            throw Fault($"a number of times that is upside down or above {MostRepetitions}");
        }

        _position = end + 1;
        return (least, most);
    }

    private CharacterTest ReadClass()
    {
        var isNegated = Accept('^');
        var tests = new List<CharacterTest>();
        while (tests.Count == 0 || IsAtEnd || _text[_position] != ']')
        {
            if (IsAtEnd)
            {
                throw Fault("a class that is not closed");
            }

            tests.Add(ReadClassItem());
        }

        _position++;
        CharacterTest test = tests is [var only] ? only : new CharacterTest.AnyOf(tests);
        return isNegated ? new CharacterTest.Not(test) : test;
    }

    private CharacterTest ReadClassItem()
    {
        var character = _text[_position++];
        var test = character == '\\' ? ReadEscaped() : Literal(character);
        if (test is not CharacterTest.Range { First: var first } || _position + 1 >= _text.Length || _text[_position] != '-' || _text[_position + 1] == ']')
        {
            return test;
        }

        _position++;
        var last = _text[_position++];
        var end = last == '\\' ? ReadEscaped() : Literal(last);
        return end is CharacterTest.Range { First: var to } && to >= first ? new CharacterTest.Range(first, to, _ignoreCase) : throw Fault("a range that ends nowhere");
    }

    private CharacterTest ReadEscaped()
    {
        if (IsAtEnd)
        {
            throw Fault("a backslash at the end");
        }

        var character = _text[_position++];
        return character switch
        {
            'w' => CharacterTest.Word,
            'W' => new CharacterTest.Not(CharacterTest.Word),
            's' => CharacterTest.Space,
            'S' => new CharacterTest.Not(CharacterTest.Space),
            'd' => CharacterTest.Digit,
            'D' => new CharacterTest.Not(CharacterTest.Digit),
            'p' => ReadCategory(),
            'P' => new CharacterTest.Not(ReadCategory()),
            'n' => Literal('\n'),
            'r' => Literal('\r'),
            't' => Literal('\t'),
            'u' => ReadCodePoint(),
            _ when char.IsAsciiLetterOrDigit(character) => throw Fault($"\"\\{character}\""),
            _ => Literal(character),
        };
    }

    private CharacterTest ReadCategory()
    {
        var end = _text.IndexOf('}', _position);
        var test = Accept('{') && end > 0 ? CharacterTest.OfCategory(_text[_position..end], _ignoreCase) : null;
        _position = end + 1;
        return test ?? throw Fault("a category of characters that is not known here");
    }

    private CharacterTest.Range ReadCodePoint()
    {
        if (_position + 4 > _text.Length || !ushort.TryParse(_text.AsSpan(_position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            throw Fault("a character's number of other than four digits");
        }

        _position += 4;
        return Literal((char)code);
    }

    private CharacterTest.Range Literal(char character)
    {
        // One form for both cases: equal tests are one test.
        var folded = _ignoreCase ? char.ToLowerInvariant(character) : character;
        return new CharacterTest.Range(folded, folded, _ignoreCase && (char.ToLowerInvariant(character) != character || char.ToUpperInvariant(character) != character));
    }

    private bool Accept(char expected)
    {
        if (IsAtEnd || _text[_position] != expected)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void SkipWhiteSpace()
    {
        while (_ignoreWhiteSpace && !IsAtEnd && (char.IsWhiteSpace(_text[_position]) || _text[_position] == '#'))
        {
            var end = _text[_position] == '#' ? _text.IndexOf('\n', _position) : _position;
            _position = end < 0 ? _text.Length : end + 1;
        }
    }

    private ArgumentException Fault(string what) => new($"Position {_position} of the pattern: {what}; it cannot be matched in linear time, or at all: {_text}");
}
