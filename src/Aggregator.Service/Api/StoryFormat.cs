using Aggregator.Service.Search;
using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Api;

/// <summary>How stories are written.</summary>
internal enum StoryFormat
{
    /// <summary>A page as one JSON document.</summary>
    Json,

    /// <summary>A story a line, as JSON.</summary>
    Ndjson,

    /// <summary>A story a line, as a table.</summary>
    Csv,
}

/// <summary>Reads which format is wanted.</summary>
internal static class StoryFormats
{
    private static readonly string[] Names = ["json", "ndjson", "csv"];

    /// <summary>The format that is named, else the one the request accepts best, JSON where it does not care; or what is wrong with the name.</summary>
    public static (StoryFormat Format, QuestionError? Error) Read(string? name, HttpRequest request)
    {
        if (string.IsNullOrEmpty(name))
        {
            return (Accepted(request), null);
        }

        var index = Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? (default, new QuestionError("format", $"stories are not written as \"{name}\"", Names)) : ((StoryFormat)index, null);
    }

    private static StoryFormat Accepted(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
        {
            return StoryFormat.Json;
        }

        return accepted.Where(type => type.Quality is null or > 0).OrderByDescending(type => type.Quality ?? 1)
            .Select(type => type.MediaType.Value?.ToLowerInvariant() switch
            {
                "application/json" or "application/*" or "*/*" => StoryFormat.Json,
                JsonLines.MediaType => StoryFormat.Ndjson,
                CsvLines.MediaType => StoryFormat.Csv,
                _ => (StoryFormat?)null,
            })
            .FirstOrDefault(format => format is not null) ?? StoryFormat.Json;
    }
}
