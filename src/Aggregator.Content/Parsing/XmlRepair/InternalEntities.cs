using System.Text;
using Aggregator.Content.Parsing.Text;

namespace Aggregator.Content.Parsing.XmlRepair;

/// <summary>
/// The entities that a document type declaration declares inside the document (XML 1.0 section 4.2.1). External ones and parameter
/// entities are never read. References inside values are followed <see cref="MaxLevels"/> deep, and all replacements of a
/// document together give at most <see cref="MaxGrowth"/> characters, so that no declaration can make a small document big.
/// </summary>
internal sealed class InternalEntities
{
    private const int MaxLevels = 8;
    private const int MaxEntities = 500;
    private const int MaxGrowth = 100_000;

    private readonly Dictionary<string, string> _values = [];
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private int _grown;

    private InternalEntities() => _byName = _values.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads the declaration that starts at <paramref name="at"/>; <paramref name="end"/> is the position behind it.</summary>
    public static InternalEntities? Read(string text, int at, out int end)
    {
        var close = text.IndexOf('>', at);
        var open = text.IndexOf('[', at);
        if (close < 0 || open < 0 || close < open)
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
        var end = text[..Math.Min(text.Length, 80)].IndexOf(';');
        if (end < 2 || !_byName.TryGetValue(text[1..end], out var value))
        {
            return null;
        }

        var expanded = new StringBuilder();
        if (!Append(value, expanded, level: 1))
        {
            problems.Add("an entity that grows without bound was dropped");
            expanded.Clear();
        }

        return (expanded.ToString(), end + 1);
    }

    private bool Append(string value, StringBuilder expanded, int level)
    {
        if (level > MaxLevels)
        {
            return false;
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '&')
            {
                var end = value.IndexOf(';', i);
                if (end > 0 && _byName.TryGetValue(value.AsSpan(i + 1, end - i - 1), out var inner))
                {
                    if (!Append(inner, expanded, level + 1))
                    {
                        return false;
                    }

                    i = end;
                    continue;
                }

                if (Entities.Read(value.AsSpan(i)) is var (text, length))
                {
                    expanded.Append(text);
                    i += length - 1;
                    continue;
                }
            }

            expanded.Append(value[i]);
            if (++_grown > MaxGrowth)
            {
                return false;
            }
        }

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

                if (isEntity && words.Count == 1 && _values.Count < MaxEntities)
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
