using System.Globalization;
using System.Text;

namespace Aggregator.Content.Parsing.Formats.JsonFeed;

/// <summary>Repairs JSON text before it is parsed.</summary>
internal static class JsonText
{
    /// <summary>
    /// The text with every escaped half of a surrogate pair that has lost its other half (an emoji cut in two by a length limit) replaced
    /// by U+FFFD. The JSON reader refuses such strings, and one of them would cost the whole feed.
    /// </summary>
    public static string WithoutLoneSurrogates(string json)
    {
        StringBuilder? repaired = null;
        var copied = 0;
        var at = json.IndexOf('\\', StringComparison.Ordinal);
        while (at >= 0)
        {
            var length = 2;
            if (Escaped(json, at) is { } unit)
            {
                length = 6;
                if (char.IsHighSurrogate(unit) && Escaped(json, at + 6) is { } next && char.IsLowSurrogate(next))
                {
                    length = 12;
                }
                else if (char.IsSurrogate(unit))
                {
                    repaired ??= new StringBuilder(json.Length);
                    repaired.Append(json, copied, at - copied).Append('\uFFFD');
                    copied = at + length;
                }
            }

            at = at + length < json.Length ? json.IndexOf('\\', at + length) : -1;
        }

        return repaired is null ? json : repaired.Append(json, copied, json.Length - copied).ToString();
    }

    /// <summary>The UTF-16 unit that is escaped at <paramref name="at"/> as "\u" and four digits. Null: none is.</summary>
    private static char? Escaped(string json, int at) =>
        at + 6 <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
