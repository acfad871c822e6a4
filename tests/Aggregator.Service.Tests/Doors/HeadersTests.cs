using System.Text.Json.Nodes;
using Aggregator.Service.Doors;
using Aggregator.Service.Tests.EndToEnd;
using Aggregator.Service.Tests.World;
using Microsoft.AspNetCore.Builder;
using static Aggregator.Service.Tests.Doors.DoorWorld;

namespace Aggregator.Service.Tests.Doors;

/// <summary>What every answer tells a browser, whatever it holds.</summary>
public sealed class HeadersTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryAnswer_KeepsBrowsersFromScriptsFramesAndCookies()
    {
        await using var service = await RunningService.StartAsync(_folder, """{ "feeds": [ ] }""", app => app.MapGet("/fails", Fail), ("Mcp:Enabled", "true"), ("Images:Proxy", "true"));
        var key = service.KeyFor(KeyScope.Change);
        var answers = new List<(string Name, Answer Answer)>();
        foreach (var (method, pattern) in DoorTests.Endpoints(service))
        {
            answers.Add(($"{method} {pattern}", await service.ComeAsync(new HttpMethod(method), DoorTests.Fill(pattern))));
            if (method is "GET" or "HEAD" && !pattern.Contains("discover", StringComparison.Ordinal))
            {
                answers.Add(($"{method} {pattern} with a key", await service.ComeAsync(new HttpMethod(method), DoorTests.Fill(pattern), Header(key))));
            }
        }

        answers.Add(("an error of a page", await service.GetAsync("/?q=%22")));
        answers.Add(("an error of the API", await service.GetAsync("/api/stories?limit=x")));
        answers.Add(("nothing", await service.GetAsync("/nothing/%3Cscript%3E")));
        answers.Add(("no method", await service.ComeAsync(HttpMethod.Put, "/feed.atom")));
        answers.Add(("a wrong key", await service.GetAsync("/", Header("agg_wrong"))));
        answers.Add(("a feed in a window", await service.GetAsync("/feed.atom", request => request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "document"))));
        answers.Add(("a body that is too large", await service.ComeAsync(HttpMethod.Post, "/api/rules/test", Header(key), new { rules = new string('x', 1_100_000) })));
        Assert.Equal(413, answers[^1].Answer.Status);

        Assert.All(answers, answer =>
        {
            var headers = answer.Answer.Headers;
            Assert.True(headers.ContainsKey("Content-Security-Policy"), answer.Name);
            Assert.DoesNotContain("unsafe", headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
            Assert.Equal("no-referrer", headers["Referrer-Policy"]);
            Assert.Equal("same-origin", headers["Cross-Origin-Opener-Policy"]);
            Assert.Equal("same-origin", headers["Cross-Origin-Resource-Policy"]);
            Assert.False(headers.ContainsKey("Set-Cookie"), answer.Name);
            Assert.False(headers.ContainsKey("Server"), answer.Name);
            Assert.DoesNotContain(headers.Keys, header => header.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain("   at Aggregator", answer.Answer.Text, StringComparison.Ordinal);
            if (headers.TryGetValue("Content-Type", out var type) && type.StartsWith("text/html", StringComparison.Ordinal))
            {
                Assert.DoesNotMatch("(?i)<script(?![^>]*\\bsrc=)|<style|\\son[a-z]+=|\\sstyle=|javascript:", answer.Answer.Text);
            }
        });
        Assert.Contains(answers, answer => answer.Answer.Status == 200 && answer.Name.Contains("/events", StringComparison.Ordinal));
        Assert.Contains(answers, answer => answer.Name.StartsWith("GET /images/", StringComparison.Ordinal));
    }

    /// <summary>Where the program's own fault is told, it is in the log.</summary>
    [Fact]
    public async Task Fault_OfTheProgram_IsToldWithoutItsInsides()
    {
        await using var service = await RunningService.StartAsync(_folder, """{ "feeds": [ ] }""", app => app.MapGet("/fails", Fail));

        var answer = await service.GetAsync("/fails");

        Assert.Equal(500, answer.Status);
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        Assert.DoesNotContain("insides", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(HeadersTests), answer.Text, StringComparison.Ordinal);
        Assert.Contains("log", (string)JsonNode.Parse(answer.Text)!["detail"]!, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    private static string Fail() => throw new InvalidOperationException("the insides");
}
