using System.Text.Json.Nodes;
using Aggregator.Service.Watching.Logs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Watching;

/// <summary>What strangers write stays words in the log: it makes no line of its own (CWE-117), steers no terminal (CWE-150) and tells no secret (CWE-532).</summary>
public class LogTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    public static TheoryData<string> Hostile =>
    [
        "title\n2026-03-02 12:00:00Z info: Aggregator[0] forged",
        "title\r\n<0>forged",
        "title\r<0>forged",
        "\u001b[2J\u001b[1;31mred\u001b]0;owned\u0007",
        "\u009b31mred",
        "user\u202Egnp.exe",
        "a\u2066b\u2069c\u200Ed\u061Ce",
        "line\u2028separator\u2029s\u0085end\u000b\u000c",
        "nul\0 and delete \u007f \ufeff",
        "\u0008\u0008\u0008\u0008forged",
        "\",\"level\":\"forged\"}\n{\"level\":\"forged",
        "half of a pair \ud83d",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Text_OfStrangers_StaysOnItsLineAndSteersNothing(string words)
    {
        foreach (var journal in new[] { false, true })
        {
            var line = Write(new TextFormatter(new LogTarget(journal, HasColour: false), Clock), LogLevel.Warning, words, new InvalidOperationException(words));

            Assert.EndsWith(Environment.NewLine, line, StringComparison.Ordinal);
            AssertPlain(line[..^Environment.NewLine.Length]);
            Assert.StartsWith(journal ? "<4>Tests[7] The feed " : "2026-03-02 12:00:00Z warn: Tests[7] The feed ", line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Json_OfStrangers_IsOneObjectALineWithTheWordsAsTheyWere(string words)
    {
        foreach (var journal in new[] { false, true })
        {
            var line = Write(new JsonFormatter(new LogTarget(journal, HasColour: false), Clock), LogLevel.Error, words, new InvalidOperationException(words));

            Assert.EndsWith("\n", line, StringComparison.Ordinal);
            AssertPlain(line[..^1]);
            Assert.Equal(journal, line.StartsWith("<3>{", StringComparison.Ordinal));
            var json = JsonNode.Parse(journal ? line[3..] : line)!.AsObject();
            Assert.Equal(["time", "level", "category", "eventId", "message", "fields", "exception"], json.Select(field => field.Key).Where(name => name is not ("traceId" or "spanId")));
            Assert.Equal(("2026-03-02T12:00:00Z", "error", "Tests", 7), ((string)json["time"]!, (string)json["level"]!, (string)json["category"]!, (int)json["eventId"]!));
            Assert.Equal(words.Replace('\ud83d', '\ufffd'), (string)json["fields"]!["Feed"]!);
            Assert.Equal(3, (int)json["fields"]!["Count"]!);
        }
    }

    [Theory]
    [InlineData("https://me:hunter2@news.example/feed", "https://news.example/feed")]
    [InlineData("https://me:hun@ter2@news.example/feed", "https://news.example/feed")]
    [InlineData("fetched https://news.example/feed?user=1&token=hunter2, then http://b.example/?hunter2", "fetched https://news.example/feed?… then http://b.example/?…")]
    [InlineData("\"https://news.example/feed?t=hunter2\" moved", "\"https://news.example/feed?…\" moved")]
    [InlineData("Host=db.example;Username=me;Password=hunter2;Database=news", "Host=db.example;Username=me;Password=…;Database=news")]
    [InlineData("Password='hunter2 x';", "Password=…;")]
    [InlineData("api_key=hunter2&n=1", "api_key=…&n=1")]
    [InlineData("what? ask https://news.example/ (or not)", "what? ask https://news.example/ (or not)")]
    [InlineData("write to me@news.example", "write to me@news.example")]
    public void Secrets_InAddressesAndSettings_AreCut(string words, string told)
    {
        Assert.Equal(told, LogText.OneLine(words));
        var text = Write(new TextFormatter(new LogTarget(false, false), Clock), LogLevel.Warning, words, new InvalidOperationException(words));
        var json = Write(new JsonFormatter(new LogTarget(false, false), Clock), LogLevel.Warning, words, new InvalidOperationException(words));
        Assert.DoesNotContain("hunter2", text + json, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OnATerminal_ColoursTheLevelOnly()
    {
        var line = Write(new TextFormatter(new LogTarget(IsJournal: false, HasColour: true), Clock), LogLevel.Warning, "\u001b[31mred", null);

        Assert.Equal("2026-03-02 12:00:00Z \u001b[33mwarn\u001b[0m: Tests[7] The feed \\u001B[31mred has 3 entries" + Environment.NewLine, line);
    }

    [Fact]
    public void Text_OfAnyLength_IsCut() => Assert.InRange(LogText.OneLine(new string('x', 10_000_000)).Length, 1, 20_000);

    private static void AssertPlain(string line) =>
        Assert.DoesNotContain(line, letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F' or '\uFEFF' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));

    private static string Write(ConsoleFormatter formatter, LogLevel level, string feed, Exception? thrown)
    {
        using var writer = new StringWriter();
        IReadOnlyList<KeyValuePair<string, object?>> state = [new("Feed", feed), new("Count", 3), new("{OriginalFormat}", "The feed {Feed} has {Count} entries")];
        formatter.Write(new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(level, "Tests", new EventId(7), state, thrown, (_, _) => $"The feed {feed} has 3 entries"), null, writer);
        return writer.ToString();
    }
}
