using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aggregator.Service.Api;

/// <summary>Writes stories one by one, each as lines of text.</summary>
internal interface IStoryLines
{
    /// <summary>The media type with its charset.</summary>
    string ContentType { get; }

    /// <summary>Writes what comes before the first story.</summary>
    void Begin(IBufferWriter<byte> target);

    /// <summary>Writes a story.</summary>
    void Write(StoryAnswer story, IBufferWriter<byte> target);
}

/// <summary>A story a line, in the same JSON as in a list (https://github.com/ndjson/ndjson-spec).</summary>
internal sealed class JsonLines(JsonSerializerOptions options) : IStoryLines
{
    public const string MediaType = "application/x-ndjson";

    public string ContentType => $"{MediaType}; charset=utf-8";

    public void Begin(IBufferWriter<byte> target)
    {
    }

    public void Write(StoryAnswer story, IBufferWriter<byte> target)
    {
        using (var json = new Utf8JsonWriter(target, new JsonWriterOptions { Encoder = options.Encoder }))
        {
            JsonSerializer.Serialize(json, story, options);
        }

        target.Write("\n"u8);
    }
}

/// <summary>
/// A story a record of CSV with a header line (RFC 4180). The columns are always the same for the same fields, filled or not. What strangers
/// wrote cannot become a formula in a spreadsheet: a text that begins like one gets an apostrophe before it.
/// </summary>
internal sealed class CsvLines(StoryFields fields) : IStoryLines
{
    public const string MediaType = "text/csv";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    private static readonly Column[] Columns =
    [
        new("id", "id", story => story.Id),
        new("title", "title", story => story.Title),
        new("link", "link", story => story.Link),
        new("source", "source", story => story.Source.Name),
        new("sourceId", "source", story => story.Source.Id),
        new("category", "source", story => story.Source.Category),
        new("alsoIn", "alsoIn", story => Joined(story.AlsoIn?.Select(carrier => carrier.Name))),
        new("authors", "authors", story => Joined(story.Authors)),
        new("published", "published", story => At(story.Published)),
        new("date", "date", story => At(story.Date)),
        new("firstSeen", "firstSeen", story => At(story.FirstSeen)),
        new("updated", "updated", story => At(story.Updated)),
        new("language", "language", story => story.Language),
        new("image", "image", story => story.Image),
        new("summary", "summary", story => story.Summary),
        new("wordCount", "wordCount", story => story.WordCount.ToString(CultureInfo.InvariantCulture)) { IsNumber = true },
        new("bodySource", "bodySource", story => story.BodySource),
        new("bodyNote", "bodyNote", story => story.BodyNote),
        new("topics", "topics", story => Joined(story.Topics.Select(topic => topic.Name))),
        new("corrections", "corrections", story => Joined(story.Corrections?.Select(correction => correction.Carries ? correction.Topic : $"not {correction.Topic}"))),
        new("overruled", "overruled", story => Joined(story.Overruled?.Select(topic => topic.Name))),
        new("opinions", "opinions", story => Joined(story.Opinions?.Select(opinion => opinion.Carries ? opinion.Topic : $"not {opinion.Topic}"))),
        new("retagged", "retagged", story => At(story.Retagged)),
        new("entities", "entities", story => Joined(story.Entities.Select(entity => entity.Name))),
        new("rules", "rules", story => Joined(story.Rules.Select(effect => effect.Words))),
        new("muted", "muted", story => story.Muted ? "true" : "false"),
        new("pinned", "pinned", story => story.Pinned ? "true" : "false"),
        new("boost", "boost", story => story.Boost.ToString(CultureInfo.InvariantCulture)) { IsNumber = true },
        new("cluster", "cluster", story => story.Cluster),
        new("joined", "joined", story => story.Joined?.Nearest),
        new("bodyHtml", "bodyHtml", story => story.BodyHtml),
        new("bodyText", "bodyText", story => story.BodyText),
    ];

    private readonly Column[] _columns = [.. Columns.Where(column => fields.Shows(column.Field))];

    public string ContentType => $"{MediaType}; charset=utf-8; header=present";

    public void Begin(IBufferWriter<byte> target) => WriteRecord(_columns.Select(column => column.Name), target);

    public void Write(StoryAnswer story, IBufferWriter<byte> target) => WriteRecord(_columns.Select(column => Cell(column, story)), target);

    private static string Cell(Column column, StoryAnswer story)
    {
        var text = column.Cell(story) ?? "";
        return !column.IsNumber && text.Length > 0 && Formula.Contains(text[0]) ? $"'{text}" : text;
    }

    private static void WriteRecord(IEnumerable<string> cells, IBufferWriter<byte> target) =>
        Encoding.UTF8.GetBytes(string.Join(',', cells.Select(Quote)) + "\r\n", target);

    private static string Quote(string cell) => cell.AsSpan().ContainsAny(Quoted) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    private static string Joined(IEnumerable<string>? texts) => string.Join("; ", texts ?? []);

    private static string? At(DateTimeOffset? instant) => instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A column, and the field of a story that it tells of.</summary>
    private sealed record Column(string Name, string Field, Func<StoryAnswer, string?> Cell)
    {
        /// <summary>Whether its cells are numbers that we write, which are no formulas: a boost of -2 stays a number.</summary>
        public bool IsNumber { get; init; }
    }
}
