using System.Net;
using System.Text.Json.Nodes;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>A person asks in the query language: of the API, a feed and the page.</summary>
public sealed class QueriesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Query_OfApiFeedAndPage_FindsTheSameStories()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{ "feeds": [] }""");
        Story[] stories = [TestStories.Make(1, null, "AI"), TestStories.Make(2, 1, "AI") with { Link = new Uri("https://other.example/2") }, TestStories.Make(3, null, "Space") with { Title = "Space <plums>" }];
        await ((IStoryStore)service.Services.GetService(typeof(IStoryStore))!).SaveAsync(new StoryBatch(stories, null), Token);
        var q = Uri.EscapeDataString("topic:space OR (topic:ai min_sources:2 \"body 2\")");

        var answer = await service.GetJsonAsync($"/api/stories?q={q}");
        var clusters = await service.GetJsonAsync($"/api/clusters?q={q}&sort=weight");
        var feed = await service.GetTextAsync($"/feed.atom?q={q}&cluster=off");
        var page = await service.GetTextAsync($"/?q={q}");

        Assert.Equal(["Space <plums>", "Story 2"], answer["stories"]!.AsArray().Select(story => (string)story!["title"]!));
        Assert.Equal([2, 1], clusters["clusters"]!.AsArray().Select(cluster => (int)cluster!["outlets"]!));
        Assert.Contains("<title type=\"text\">Story 2</title>", feed, StringComparison.Ordinal);
        Assert.DoesNotContain("Story 1<", feed, StringComparison.Ordinal);
        Assert.Contains($"/feed.atom?q={q}&amp;cluster=off\"", feed, StringComparison.Ordinal);
        Assert.Contains("Space &lt;plums&gt;", page, StringComparison.Ordinal);
        Assert.Contains("value=\"topic:space OR (topic:ai min_sources:2 &quot;body 2&quot;)\"", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/feed.atom?q={q}\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("titel:plums", "column 1: expected a field, found \"titel:\"", "title:")]
    [InlineData("plums (pears", "column 7: expected a \")\"", null)]
    [InlineData("topic:spase", "column 7: there is no topic \"spase\"", "space")]
    [InlineData("source:nowhere", "column 8: no feed of feeds.json is called \"nowhere\"", null)]
    public async Task Query_ThatIsWrong_IsToldWithPlaceAndSuggestion(string query, string message, string? suggestion)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{ "feeds": [] }""");
        foreach (var path in (string[])["/api/stories", "/api/clusters", "/feed.json"])
        {
            using var answer = await service.Client.GetAsync(new Uri($"{path}?q={Uri.EscapeDataString(query)}", UriKind.Relative), Token);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
            Assert.Equal((HttpStatusCode.BadRequest, "q"), (answer.StatusCode, (string)problem["parameter"]!));
            Assert.Contains(message, (string)problem["detail"]!, StringComparison.Ordinal);
            Assert.True(suggestion is null || problem["suggestions"]!.AsArray().Any(one => (string)one! == suggestion), problem.ToJsonString());
        }

        using var page = await service.Client.GetAsync(new Uri($"/?q={Uri.EscapeDataString(query)}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        Assert.Contains("role=\"alert\"", await page.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }
}
