using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aggregator.Evaluation;

/// <summary>A stage applied to one line at a time, in file order.</summary>
internal interface IEvaluation
{
    /// <summary>The prediction for one line. <paramref name="folder"/> is the input file's, for paths named in the line.</summary>
    JsonObject Evaluate(JsonObject line, string folder);
}

/// <summary>Runs a stage over a file of JSON lines. One bad line costs that line only.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task<int> RunAsync(IEvaluation evaluation, string input, string output, TextWriter log)
    {
        if (!File.Exists(input))
        {
            await log.WriteLineAsync($"no such file: {input}");
            return 2;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(input))!;
        var watch = Stopwatch.StartNew();
        var reported = TimeSpan.Zero;
        long lines = 0, bad = 0;
        await using var writer = new StreamWriter(output);
        await foreach (var text in File.ReadLinesAsync(input))
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            lines++;
            try
            {
                var line = JsonNode.Parse(text) as JsonObject ?? throw new JsonException("not a JSON object");
                var answer = evaluation.Evaluate(line, folder);
                await writer.WriteLineAsync(answer.ToJsonString(Relaxed));
            }
#pragma warning disable CA1031 // Measuring goes on whatever one line does; the line and its fault are named.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                bad++;
                await log.WriteLineAsync($"line {lines}: {fault.GetType().Name}: {fault.Message}");
            }

            if (watch.Elapsed - reported > TimeSpan.FromSeconds(2))
            {
                reported = watch.Elapsed;
                await log.WriteLineAsync($"{lines} lines, {lines / watch.Elapsed.TotalSeconds:F0} a second");
            }
        }

        await log.WriteLineAsync($"{lines} lines, {bad} bad, {watch.Elapsed.TotalSeconds:F1} s, {lines / watch.Elapsed.TotalSeconds:F0} a second");
        return bad == 0 ? 0 : 1;
    }
}
