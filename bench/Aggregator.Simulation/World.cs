using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aggregator.Simulation;

/// <summary>
/// A test world of news sites that is polled through its HTTP proxy and whose time is stepped. It answers GET /feeds.json?urls=proxy
/// (or =direct; the list of feeds, as feeds.json), GET /clock ({"now"}), POST /clock/advance?minutes= (a fraction is allowed), GET
/// /truth.jsonl?urls=proxy ({"url","published"} for each article), GET /scorecard (how the client behaved) and GET /chaos/ (addresses that misbehave: [{"path","kind"}]).
/// </summary>
internal sealed class World(Uri address, bool direct) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };

    private string Way => direct ? "direct" : "proxy";

    public async Task<JsonArray> ListFeedsAsync(CancellationToken cancellationToken) =>
        JsonNode.Parse(await _http.GetStringAsync($"feeds.json?urls={Way}", cancellationToken))!["feeds"]!.AsArray();

    /// <summary>The ways in which feeds misbehave, by the names of their addresses.</summary>
    public async Task<IReadOnlyList<string>> ListFaultsAsync(CancellationToken cancellationToken) =>
        [.. JsonNode.Parse(await _http.GetStringAsync("chaos/", cancellationToken))!.AsArray().Where(one => (string?)one!["kind"] == "feed").Select(one => ((string)one!["path"]!).Split('/')[^1])];

    /// <summary>Whether a feed of the scorecard is one of the addresses that misbehave.</summary>
    public static bool IsFaulty(JsonObject feed) => ((string?)feed["feed"])?.Contains("/chaos/", StringComparison.Ordinal) == true;

    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) =>
        ReadNow(await _http.GetStringAsync("clock", cancellationToken));

    /// <summary>Moves the world's time on. Blocks: the thread that steps the clock is one of its own.</summary>
    public void Advance(TimeSpan by)
    {
        var minutes = by.TotalMinutes.ToString("R", CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"clock/advance?minutes={minutes}");
        using var answer = _http.Send(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Every published article's address and instant.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadTruthAsync(CancellationToken cancellationToken)
    {
        var truth = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        using var reader = new StreamReader(await _http.GetStreamAsync($"truth.jsonl?urls={Way}", cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            using var article = JsonDocument.Parse(line);
            if (article.RootElement.TryGetProperty("published", out var published))
            {
                truth[article.RootElement.GetProperty("url").GetString()!] = published.GetDateTimeOffset();
            }
        }

        return truth;
    }

    /// <summary>Forgets how the client behaved so far.</summary>
    public void ResetScorecard()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "scorecard/reset");
        using var answer = _http.Send(request);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonObject> ReadScorecardAsync(CancellationToken cancellationToken) =>
        JsonNode.Parse(await _http.GetStringAsync("scorecard?feeds=bad", cancellationToken))!.AsObject();

    public void Dispose() => _http.Dispose();

    private static DateTimeOffset ReadNow(string json) => JsonDocument.Parse(json).RootElement.GetProperty("now").GetDateTimeOffset();
}
