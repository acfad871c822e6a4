using System.Text.Json;
using System.Text.Json.Serialization;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Topics;

/// <summary>The last <see cref="RetagRun"/> on the disk, in the data folder.</summary>
public sealed class RetagFile(string path)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The run as last written. Null: there was none, or the file cannot be read; then history is tagged anew when asked.</summary>
    public RetagRun? Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<RetagRun>(File.ReadAllBytes(path), Json) : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file as a whole.</summary>
    public void Write(RetagRun run) => PrivateFiles.Replace(path, JsonSerializer.SerializeToUtf8Bytes(run, Json));
}
