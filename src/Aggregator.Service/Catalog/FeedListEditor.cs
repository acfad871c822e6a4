using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aggregator.Model.Feeds;

namespace Aggregator.Service.Catalog;

/// <summary>What became of an edit: the new text, or why there is none.</summary>
/// <param name="Text">The whole file's new text. Null: not edited.</param>
/// <param name="Error">Why not. Null: edited.</param>
public sealed record FeedListEdit(string? Text, string? Error);

/// <summary>Edits feeds.json as a person would: everything else in the file, comments and layout included, stays as it is.</summary>
public static class FeedListEditor
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's text with one more feed at the end of the list.</summary>
    public static FeedListEdit Add(string json, FeedSource feed) => Add(json, [feed]);

    /// <summary>The file's text with more feeds at the end of the list, in their order. One that is in the list already fails them all.</summary>
    public static FeedListEdit Add(string json, IReadOnlyCollection<FeedSource> feeds)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(feeds);
        if (Check(json) is { } broken)
        {
            return new FeedListEdit(null, broken);
        }

        var bytes = Encoding.UTF8.GetBytes(json);
        var known = FeedListReader.Parse(bytes, "feeds.json").Feeds.Select(feed => feed.Id).ToHashSet();
        if (feeds.FirstOrDefault(feed => !known.Add(feed.Id)) is { } twice)
        {
            return new FeedListEdit(null, $"{twice.Address} is in the list already");
        }

        // After the last feed (and its comma, if it has one), or into the empty list.
        var list = Find(bytes);
        var indentation = list.Items.Count == 0 ? "    " : Indentation(bytes, list.Items[^1].Start);
        var entries = string.Join(",\n", feeds.Select(feed => indentation + Write(feed)));
        var lines = Encoding.UTF8.GetBytes(list.Items.Count == 0 ? $"\n{entries}\n  " : $"{(list.HasTrailingComma ? "" : ",")}\n{entries}");
        var at = list.Items.Count == 0 ? list.Open + 1 : list.HasTrailingComma ? list.TrailingComma + 1 : list.Items[^1].End;
        return Finish([.. bytes[..at], .. lines, .. bytes[at..]]);
    }

    /// <summary>The file's text without a feed.</summary>
    public static FeedListEdit Remove(string json, FeedId feed)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (Check(json) is { } broken)
        {
            return new FeedListEdit(null, broken);
        }

        var bytes = Encoding.UTF8.GetBytes(json);
        var list = Find(bytes);
        var index = list.Items.FindIndex(item => item.Feed == feed);
        if (index < 0)
        {
            return new FeedListEdit(null, "the list has no such feed");
        }

        // With the comma after it; the last feed with the comma before it. The line break before it goes too.
        var (start, end) = (list.Items[index].Start, list.Items[index].End);
        var comma = NextComma(bytes, end);
        if (comma >= 0)
        {
            end = comma + 1;
        }
        else if (index > 0)
        {
            var before = NextComma(bytes, list.Items[index - 1].End);
            bytes[before] = (byte)' ';
        }

        while (start > 0 && bytes[start - 1] is (byte)' ' or (byte)'\t')
        {
            start--;
        }

        if (start > 0 && bytes[start - 1] == (byte)'\n')
        {
            start -= start > 1 && bytes[start - 2] == (byte)'\r' ? 2 : 1;
        }

        return Finish([.. bytes[..start], .. bytes[end..]]);
    }

    private static FeedListEdit Finish(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return Check(text) is { } broken
            ? new FeedListEdit(null, $"the file could not be edited without breaking it ({broken}); edit it by hand")
            : new FeedListEdit(text, null);
    }

    private static string? Check(string json) => FeedListReader.Parse(Encoding.UTF8.GetBytes(json), "feeds.json").Error is { } error ? $"the file is broken, mend it first: {error}" : null;

    private static string Write(FeedSource feed)
    {
        var fields = new List<string> { $"\"url\": {Text(feed.Address.AbsoluteUri)}" };
        AddText("title", feed.Title);
        AddText("category", feed.Category);
        AddText("site", feed.Site?.AbsoluteUri);
        AddText("language", feed.Language);
        AddText("auth", feed.Auth);
        if (!feed.Enabled)
        {
            fields.Add("\"enabled\": false");
        }

        return $"{{ {string.Join(", ", fields)} }}";

        void AddText(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                fields.Add($"\"{name}\": {Text(value)}");
            }
        }
    }

    private static string Text(string value) => JsonSerializer.Serialize(value, Plain);

    private static string Indentation(byte[] bytes, int at)
    {
        var start = at;
        while (start > 0 && bytes[start - 1] is (byte)' ' or (byte)'\t')
        {
            start--;
        }

        return start == 0 || bytes[start - 1] == (byte)'\n' ? Encoding.UTF8.GetString(bytes[start..at]) : "    ";
    }

    /// <summary>The comma that follows, with only white space and comments between; -1: none.</summary>
    private static int NextComma(byte[] bytes, int at)
    {
        while (at < bytes.Length)
        {
            switch (bytes[at])
            {
                case (byte)',':
                    return at;
                case (byte)'/' when at + 1 < bytes.Length && bytes[at + 1] == (byte)'/':
                    at = Array.IndexOf(bytes, (byte)'\n', at) is var end and >= 0 ? end : bytes.Length;
                    break;
                case (byte)'/' when at + 1 < bytes.Length && bytes[at + 1] == (byte)'*':
                    var close = bytes.AsSpan(at + 2).IndexOf("*/"u8);
                    at = close < 0 ? bytes.Length : at + 2 + close + 2;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    at++;
                    break;
                default:
                    return -1;
            }
        }

        return -1;
    }

    private static ListPositions Find(byte[] bytes)
    {
        var offset = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var reader = new Utf8JsonReader(bytes.AsSpan(offset), FeedListReader.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isList = reader.ValueTextEquals("feeds"u8);
            reader.Read();
            if (!isList)
            {
                reader.Skip();
                continue;
            }

            var open = (int)reader.TokenStartIndex + offset;
            var items = new List<(int Start, int End, FeedId? Feed)>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex + offset;
                reader.Skip();
                var end = (int)reader.BytesConsumed + offset;
                items.Add((start, end, Identify(bytes[start..end])));
            }

            var trailing = items.Count == 0 ? -1 : NextComma(bytes, items[^1].End);
            return new ListPositions(open, items, trailing);
        }

        throw new InvalidOperationException("a checked file has a list");
    }

    private static FeedId? Identify(byte[] item)
    {
        byte[] alone = [.. "{\"feeds\":["u8, .. item, .. "]}"u8];
        return FeedListReader.Parse(alone, "feeds.json").Feeds is [var feed] ? feed.Id : null;
    }

    private sealed record ListPositions(int Open, List<(int Start, int End, FeedId? Feed)> Items, int TrailingComma)
    {
        public bool HasTrailingComma => TrailingComma >= 0;
    }
}
