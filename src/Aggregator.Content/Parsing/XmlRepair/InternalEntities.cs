using System.Text;
using Aggregator.Content.Parsing.Text;

namespace Aggregator.Content.Parsing.XmlRepair;

/// <summary>
/// The entities that a document type declaration declares inside the document (XML 1.0 section 4.2.1). External ones and parameter
/// entities are never read. References inside values are followed <see cref="MaxLevels"/> deep, and all replacements of a document
/// share one budget: every character appended and every nested reference followed costs one, every reference in the document brings
/// its own length, and <see cref="MaxGrowth"/> comes on top. So no declaration can make a small document big or slow.
/// </summary>
internal sealed class InternalEntities
{
    private const int MaxLevels = 8;
    private const int MaxEntities = 500;
    private const int MaxGrowth = 100_000;
    private const int MaxValueChars = 10_000;
    private const int MaxNameChars = 80;

    private readonly Dictionary<string, string> _values = [];
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private int _budget = MaxGrowth;

    private InternalEntities() => _byName = _values.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads the declaration that starts at <paramref name="at"/>; <paramref name="end"/> is the position behind it.</summary>
    public static InternalEntities? Read(string text, int at, out int end)
    {
        var close = text.IndexOf('>', at);
        var open = close < 0 ? -1 : text.IndexOf('[', at, close - at);
        if (open < 0)
        {
            end = close < 0 ? text.Length : close + 1;
            return null;
        }

        var entities = new InternalEntities();
        var position = open + 1;
        while (position < text.Length && text[position] != ']')
        {
            position = text[position] == '<' ? entities.ReadDeclaration(text, position) : position + 1;
        }

        close = position < text.Length ? text.IndexOf('>', position) : -1;
        end = close < 0 ? text.Length : close + 1;
        return entities;
    }

    /// <summary>What the reference at the start of <paramref name="text"/> stands for, or null if it names no entity declared here.</summary>
    public (string Value, int Length)? Expand(ReadOnlySpan<char> text, ProblemList problems)
    {
        var end = text[..Math.Min(text.Length, MaxNameChars)].IndexOf(';');
        if (end < 2 || !_byName.TryGetValue(text[1..end], out var value))
        {
            return null;
        }

        _budget += end + 1;
        var expanded = new StringBuilder();
        if (!Append(value, expanded, level: 1))
        {
            problems.Add("an entity that grows without bound was dropped");
            expanded.Clear();
        }

        return (expanded.ToString(), end + 1);
    }

    /// <summary>Appends what <paramref name="value"/> stands for. False: it nests too deep, or the budget is spent.</summary>
    private bool Append(string value, StringBuilder expanded, int level)
    {
        if (level > MaxLevels || !Spend(1))
        {
            return false;
        }

        for (var i = 0; i < value.Length; i++)
        {
            var rest = value.AsSpan(i);
            if (rest[0] == '&')
            {
                var end = rest[..Math.Min(rest.Length, MaxNameChars)].IndexOf(';');
                if (end > 0 && _byName.TryGetValue(rest[1..end], out var inner))
                {
                    if (!Append(inner, expanded, level + 1))
                    {
                        return false;
                    }

                    i += end;
                    continue;
                }

                if (Entities.Read(rest) is var (text, length))
                {
                    if (!Spend(1 + text.Length))
                    {
                        return false;
                    }

                    expanded.Append(text);
                    i += length - 1;
                    continue;
                }
            }

            if (!Spend(1))
            {
                return false;
            }

            expanded.Append(rest[0]);
        }

        return true;
    }

    private bool Spend(int cost)
    {
        if (_budget < cost)
        {
            return false;
        }

        _budget -= cost;
        return true;
    }

    private int ReadDeclaration(string text, int at)
    {
        if (text.AsSpan(at).StartsWith("<!--"))
        {
            var comment = text.IndexOf("-->", at + 4, StringComparison.Ordinal);
            return comment < 0 ? text.Length : comment + 3;
        }

        var isEntity = text.AsSpan(at).StartsWith("<!ENTITY");
        var position = at + (isEntity ? 8 : 1);
        var words = new List<string>();
        while (position < text.Length && text[position] != '>')
        {
            if (text[position] is '"' or '\'')
            {
                var end = text.IndexOf(text[position], position + 1);
                if (end < 0)
                {
                    return text.Length;
                }

                if (isEntity && words.Count == 1 && _values.Count < MaxEntities && end - position - 1 <= MaxValueChars)
                {
                    _values.TryAdd(words[0], text[(position + 1)..end]);
                }

                position = end + 1;
            }
            else if (char.IsWhiteSpace(text[position]))
            {
                position++;
            }
            else
            {
                var start = position;
                while (position < text.Length && !char.IsWhiteSpace(text[position]) && text[position] is not ('>' or '"' or '\''))
                {
                    position++;
                }

                words.Add(text[start..position]);
            }
        }

        return Math.Min(text.Length, position + 1);
    }
}
