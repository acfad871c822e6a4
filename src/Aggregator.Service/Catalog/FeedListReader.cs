using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Secrets;

namespace Aggregator.Service.Catalog;

/// <summary>
/// Reads feeds.json: {"feeds": [{"url", "title", "category", "site", "language", "interval", "fullText", "enabled", "tags", "auth", "authPages", "keep"}]}. Comments
/// and trailing commas are allowed. Each mistake is named with its line and column; one that concerns an entry costs that entry only.
/// </summary>
public static class FeedListReader
{
    /// <summary>The largest file read, in bytes.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    private const int MaxDepth = 16;
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(7);
    private static readonly string[] Fields = ["url", "title", "category", "site", "language", "interval", "fullText", "enabled", "tags", "auth", "authPages", "keep"];

    /// <summary>How the file's JSON is read.</summary>
    internal static JsonReaderOptions ReaderOptions { get; } = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth };

    /// <summary>The feeds of a file's text. Never throws for the text's sake.</summary>
    public static FeedList Parse(ReadOnlySpan<byte> json, string fileName)
    {
        var reading = new Reading(fileName, FindLineStarts(json));
        if (json.Length > MaxBytes)
        {
            reading.Report(0, FeedListSeverity.Error, $"the file is larger than {MaxBytes / (1024 * 1024)} MB: expected a list of feeds");
            return reading.Result();
        }

        if (FindInvalidUtf8(json) is { } invalid)
        {
            reading.Report(invalid, FeedListSeverity.Error, "this byte is no UTF-8 (RFC 8259 section 8.1): save the file in the encoding UTF-8");
            return reading.Result();
        }

        var start = json.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var reader = new Utf8JsonReader(json[start..], ReaderOptions);
        reading.Offset = start;
        try
        {
            reading.ReadFile(ref reader);
        }
        catch (JsonException fault)
        {
            var line = (int)(fault.LineNumber ?? 0) + 1;
            var column = (int)(fault.BytePositionInLine ?? 0) + 1;
            reading.ReportAt(line, column, FeedListSeverity.Error, $"this is no JSON: {Reason(fault)}");
        }

        return reading.Result();
    }

    /// <summary>An interval: a number of minutes, "30m", "6h", "1d", or an ISO 8601 duration ("PT1H"). Null: none of them.</summary>
    internal static TimeSpan? ReadInterval(string text)
    {
        if (text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 100_000)
        {
            switch (text[^1])
            {
                case 'm': return TimeSpan.FromMinutes(count);
                case 'h': return TimeSpan.FromHours(count);
                case 'd': return TimeSpan.FromDays(count);
            }
        }

        if (text.StartsWith('P'))
        {
            try
            {
                return XmlConvert.ToTimeSpan(text);
            }
            catch (FormatException)
            {
                return null;
            }
            catch (OverflowException)
            {
                return null;
            }
        }

        return null;
    }

    private static string Reason(JsonException fault)
    {
        var end = fault.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end > 0 ? fault.Message[..end] : fault.Message;
    }

    private static int? FindInvalidUtf8(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf8(text[at..], out _, out var length) != OperationStatus.Done)
            {
                return at;
            }

            at += length;
        }

        return null;
    }

    private static int[] FindLineStarts(ReadOnlySpan<byte> json)
    {
        var starts = new List<int> { 0 };
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] == (byte)'\n')
            {
                starts.Add(at + 1);
            }
        }

        return [.. starts];
    }

    /// <summary>One reading of one file.</summary>
    private sealed class Reading(string fileName, int[] lineStarts)
    {
        private readonly List<FeedSource> _feeds = [];
        private readonly List<FeedListProblem> _problems = [];
        private readonly Dictionary<FeedId, int> _lineOf = [];
        private readonly HashSet<string> _unknown = [];
        private readonly int[] _lineStarts = lineStarts;

        /// <summary>Where the JSON begins in the file.</summary>
        public int Offset { get; set; }

        public FeedList Result() => new(_feeds, _problems);

        public void Report(long position, FeedListSeverity severity, string message)
        {
            var at = (int)position + Offset;
            var line = Array.BinarySearch(_lineStarts, at);
            line = line >= 0 ? line : ~line - 1;
            ReportAt(line + 1, at - _lineStarts[line] + 1, severity, message);
        }

        public void ReportAt(int line, int column, FeedListSeverity severity, string message) =>
            _problems.Add(new FeedListProblem(fileName, line, column, severity, message));

        public void ReadFile(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                Report(reader.TokenStartIndex, FeedListSeverity.Error, "expected an object: { \"feeds\": [ ... ] }");
                return;
            }

            var found = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = ReadString(ref reader) ?? "\uFFFD";
                var at = reader.TokenStartIndex;
                reader.Read();
                if (name == "feeds" && reader.TokenType == JsonTokenType.StartArray)
                {
                    found = true;
                    ReadFeeds(ref reader);
                }
                else
                {
                    if (name == "feeds")
                    {
                        Report(reader.TokenStartIndex, FeedListSeverity.Error, "\"feeds\": expected a list: [ ... ]");
                        found = true;
                    }
                    else if (name != "$schema")
                    {
                        WarnOfUnknown(at, name, ["feeds"]);
                    }

                    reader.Skip();
                }
            }

            // What follows the object is read too, so that a mistake there is found.
            while (reader.Read())
            {
            }

            if (!found)
            {
                Report(0, FeedListSeverity.Error, "there is no list of feeds: expected { \"feeds\": [ ... ] }");
            }
        }

        private void ReadFeeds(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    ReadFeed(ref reader);
                }
                else
                {
                    Report(reader.TokenStartIndex, FeedListSeverity.Skipped, "expected a feed: { \"url\": \"https://...\" }; skipped");
                    reader.Skip();
                }
            }
        }

        private void ReadFeed(ref Utf8JsonReader reader)
        {
            var start = reader.TokenStartIndex;
            var feed = new FeedSource { Address = new Uri("about:blank") };
            var usable = true;
            var hasAddress = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = ReadString(ref reader) ?? "\uFFFD";
                var at = reader.TokenStartIndex;
                reader.Read();
                var (next, expected) = ReadField(ref reader, feed, name);
                if (next is not null)
                {
                    feed = next;
                    hasAddress |= name == "url";
                }
                else if (expected is null)
                {
                    WarnOfUnknown(at, name, Fields);
                }
                else
                {
                    hasAddress |= name == "url";
                    usable = false;
                    Report(reader.TokenStartIndex, FeedListSeverity.Skipped, $"\"{name}\": expected {expected}; this feed is skipped");
                }

                reader.Skip();
            }

            if (!hasAddress)
            {
                Report(start, FeedListSeverity.Skipped, "this feed has no \"url\": expected \"url\": \"https://...\"; skipped");
            }
            else if (usable)
            {
                Add(feed, start);
            }
        }

        private void Add(FeedSource feed, long start)
        {
            if (_lineOf.TryGetValue(feed.Id, out var line))
            {
                Report(start, FeedListSeverity.Skipped, FormattableString.Invariant($"the same feed stands in line {line} already; skipped"));
                return;
            }

            var index = Array.BinarySearch(_lineStarts, (int)start + Offset);
            WarnOfSecrets(feed, start);
            _lineOf[feed.Id] = (index >= 0 ? index : ~index - 1) + 1;
            _feeds.Add(feed);
        }

        private void WarnOfSecrets(FeedSource feed, long start)
        {
            if (AddressSecrets.Find(feed.Address) is { } parameter)
            {
                Report(start, FeedListSeverity.Warning, $"the address holds what looks like a secret (\"{parameter}\"): it is better kept in secrets.json, kind query, and named with \"auth\"; answers and exports show the address without it");
            }

            if (feed.Auth is not null && feed.Address.Scheme == Uri.UriSchemeHttp)
            {
                Report(start, FeedListSeverity.Warning, "the secret of this feed travels over http, where others can read it: use the https address if there is one");
            }
        }

        /// <summary>The feed with one more field, or what was expected; neither: the field is unknown.</summary>
        private static (FeedSource? Feed, string? Expected) ReadField(ref Utf8JsonReader reader, FeedSource feed, string name)
        {
            switch (name)
            {
                case "url":
                    return ReadAddress(ref reader) is { } address
                        ? address.UserInfo.Length > 0
                            ? (null, "an address without user and password, which everyone could read here: put them into secrets.json in the data folder and name them with \"auth\"")
                            : (feed with { Address = address }, null)
                        : (null, "an absolute http or https address");
                case "site":
                    return IsNull(ref reader) ? (feed, null) : ReadAddress(ref reader) is { } site ? (feed with { Site = site }, null) : (null, "an absolute http or https address");
                case "title":
                    return IsNull(ref reader) ? (feed, null) : ReadText(ref reader) is { } title ? (feed with { Title = title }, null) : (null, "a text");
                case "category":
                    return IsNull(ref reader) ? (feed, null) : ReadText(ref reader) is { } category ? (feed with { Category = category }, null) : (null, "a text");
                case "language":
                    return IsNull(ref reader) ? (feed, null) : ReadText(ref reader) is { Length: <= 35 } language ? (feed with { Language = language }, null) : (null, "a language as in BCP 47, such as \"en\" or \"pt-BR\"");
                case "interval":
                    return ReadIntervalValue(ref reader) is { } interval
                        ? (feed with { Interval = interval }, null)
                        : (null, "a time between polls from 15 minutes to 7 days: \"30m\", \"6h\", \"1d\", \"PT1H\" or a number of minutes");
                case "fullText":
                    return ReadTruth(ref reader) is { } fullText ? (feed with { FullText = fullText }, null) : (null, "true or false");
                case "enabled":
                    return ReadTruth(ref reader) is { } enabled ? (feed with { Enabled = enabled }, null) : (null, "true or false");
                case "auth":
                    return IsNull(ref reader) ? (feed, null) : ReadText(ref reader) is { } auth && SecretsReader.IsName(auth) ? (feed with { Auth = auth }, null) : (null, $"the name of a secret ({SecretsReader.NameRule})");
                case "authPages":
                    return ReadTruth(ref reader) is { } pages ? (feed with { AuthForPages = pages }, null) : (null, "true or false");
                case "keep":
                    return IsNull(ref reader) ? (feed with { Keep = null }, null) : ReadKeep(ref reader) is { } keep
                        ? (feed with { Keep = keep.IsAny ? keep : null }, null)
                        : (null, "what is kept of the feed: { \"age\": \"90d\", \"stories\": 500, \"megabytes\": 20 }, each of them or not; the age a day at least or \"forever\", the others whole numbers from 1 on");
                case "tags":
                    return ReadTexts(ref reader) is { } tags ? (feed with { Tags = tags }, null) : (null, "a list of topic names: [\"AI\", \"IP theft\"]");
                default:
                    return (null, null);
            }
        }

        /// <summary>How much of a feed is kept. Null: it is something else.</summary>
        private static KeepLimits? ReadKeep(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            var keep = new KeepLimits();
            var good = true;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = ReadString(ref reader);
                reader.Read();
                var next = (name, reader.TokenType) switch
                {
                    (_, JsonTokenType.Null) => keep,
                    ("age", JsonTokenType.String) => ReadAge(ReadString(ref reader)) is { } age ? keep with { MaxAge = age } : null,
                    ("stories", JsonTokenType.Number) => reader.TryGetInt32(out var stories) && stories > 0 ? keep with { MaxStories = stories } : null,
                    ("megabytes", JsonTokenType.Number) => reader.TryGetInt32(out var megabytes) && megabytes > 0 ? keep with { MaxBytes = (long)megabytes << 20 } : null,
                    _ => null,
                };
                good &= next is not null;
                keep = next ?? keep;
                reader.Skip();
            }

            return good ? keep : null;
        }

        private static TimeSpan? ReadAge(string? text) => text switch
        {
            null => null,
            "forever" => StoryRetention.ForEver,
            _ => ReadInterval(text) is { } age && age >= TimeSpan.FromDays(1) && age <= StoryRetention.ForEver ? age : null,
        };

        private static bool IsNull(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null;

        private static string? ReadText(ref Utf8JsonReader reader) =>
            reader.TokenType == JsonTokenType.String && ReadString(ref reader) is { Length: <= 2000 } text ? text.Trim() : null;

        /// <summary>The text of a string or a name. Null: it holds an escape that is half of a surrogate pair ("\ud83d"), which is no character.</summary>
        private static string? ReadString(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }

        private static bool? ReadTruth(ref Utf8JsonReader reader) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => null,
        };

        private static Uri? ReadAddress(ref Utf8JsonReader reader) =>
            ReadText(ref reader) is { } text && Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address : null;

        private static TimeSpan? ReadIntervalValue(ref Utf8JsonReader reader)
        {
            var interval = reader.TokenType switch
            {
                JsonTokenType.Number when reader.TryGetDouble(out var minutes) && minutes is > 0 and < 100_000 => TimeSpan.FromMinutes(minutes),
                JsonTokenType.String when ReadString(ref reader) is { } text => ReadInterval(text),
                _ => null,
            };
            return interval >= ShortestInterval && interval <= LongestInterval ? interval : null;
        }

        private static List<string>? ReadTexts(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                return null;
            }

            var texts = new List<string>();
            var good = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var text = ReadText(ref reader);
                good &= !string.IsNullOrEmpty(text);
                texts.Add(text ?? "");
                reader.Skip();
            }

            return good ? texts : null;
        }

        private void WarnOfUnknown(long position, string name, IReadOnlyList<string> known)
        {
            if (_unknown.Add(name))
            {
                Report(position, FeedListSeverity.Warning, $"the field \"{name}\" is unknown and not used; did you mean \"{NearNames.Of(name, known)[0]}\"?");
            }
        }
    }
}
