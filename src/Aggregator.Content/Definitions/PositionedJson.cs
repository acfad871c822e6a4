using System.Text;
using System.Text.Json;

namespace Aggregator.Content.Definitions;

/// <summary>A JSON value that knows where in its file it stands, so that a mistake can be shown.</summary>
/// <param name="Kind">Object, Array, String, Number, True, False or Null.</param>
/// <param name="Offset">Where it begins, in UTF-8 bytes.</param>
/// <param name="Text">A string's or number's text; else empty.</param>
/// <param name="Items">An array's values, or an object's members' values; else empty.</param>
/// <param name="Names">An object's members' names, one for each item; else empty.</param>
internal sealed record PositionedJson(
    JsonValueKind Kind, int Offset, string Text, IReadOnlyList<PositionedJson> Items, IReadOnlyList<PositionedJson> Names)
{
    private static readonly JsonReaderOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 16,
    };

    /// <summary>The members of an object.</summary>
    public IEnumerable<(PositionedJson Name, PositionedJson Value)> Members => Names.Zip(Items);

    /// <summary>Reads <paramref name="utf8"/>; comments and trailing commas are allowed.</summary>
    /// <exception cref="JsonException">It is not JSON; line and column are in the exception.</exception>
    public static PositionedJson Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Lenient);
        reader.Read();
        var root = ReadValue(ref reader);
        while (reader.Read())
        {
        }

        return root;
    }

    /// <summary>The line and column, from 1, of a place in <paramref name="utf8"/>.</summary>
    public static (int Line, int Column) Locate(ReadOnlySpan<byte> utf8, int offset)
    {
        var before = utf8[..Math.Clamp(offset, 0, utf8.Length)];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    private static PositionedJson ReadValue(ref Utf8JsonReader reader)
    {
        var offset = (int)reader.TokenStartIndex;
        var items = new List<PositionedJson>();
        var names = new List<PositionedJson>();
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadValue(ref reader));
                }

                return new PositionedJson(JsonValueKind.Array, offset, "", items, names);
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    names.Add(new PositionedJson(JsonValueKind.String, (int)reader.TokenStartIndex, TextOf(ref reader), [], []));
                    reader.Read();
                    items.Add(ReadValue(ref reader));
                }

                return new PositionedJson(JsonValueKind.Object, offset, "", items, names);
            case JsonTokenType.String:
                return new PositionedJson(JsonValueKind.String, offset, TextOf(ref reader), items, names);
            case JsonTokenType.Number:
                return new PositionedJson(JsonValueKind.Number, offset, Encoding.UTF8.GetString(reader.ValueSpan), items, names);
            case JsonTokenType.True:
                return new PositionedJson(JsonValueKind.True, offset, "", items, names);
            case JsonTokenType.False:
                return new PositionedJson(JsonValueKind.False, offset, "", items, names);
            default:
                return new PositionedJson(JsonValueKind.Null, offset, "", items, names);
        }
    }

    // An escaped lone surrogate ("\ud800") is valid JSON but no text.
    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }
}
