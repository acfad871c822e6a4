using System.Net;
using System.Text.Json.Nodes;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>A person counts stories, narrows what was found, orders it, and deletes what is not wanted.</summary>
public sealed class CountsTests
{
    private static readonly Story[] Stories =
    [
        TestStories.Make(1, null, "AI"),
        TestStories.Make(2, null, "AI", "Space") with { Title = "Plums on the moon", Body = new StoryBody("<p>Plums, plums and plums.</p>", "Plums, plums and plums.") },
        TestStories.Make(24 * 60, null, "AI") with { Title = "A long tale", Body = new StoryBody("<p>Somebody ate a plum.</p>", "Somebody ate a plum. " + string.Concat(Enumerable.Repeat("Nothing else happened. ", 50))) },
        TestStories.Make(3) with { Rules = [new RuleEffect("Loud", RuleAction.Boost, Weight: 3)] },
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Facets_OfAQuery_AreCountsOfWhatItFinds()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);

        var all = await service.GetJsonAsync("/api/stories/facets");
        var words = await service.GetJsonAsync("/api/stories/facets?q=plums");
        var walked = await service.GetJsonAsync("/api/stories/facets?q=-plums");
        var topic = await service.GetJsonAsync("/api/stories/facets?topic=ai&q=since:2026-11-25");

        Assert.Equal("""[{"topic":"ai","count":3},{"topic":"space","count":1}]""", all["topics"]!.ToJsonString());
        Assert.Equal("""[{"id":"0123456789abcdef","name":"0123456789abcdef","count":4}]""", all["sources"]!.ToJsonString());
        Assert.Equal("""[{"day":"2026-11-25","count":1},{"day":"2026-11-24","count":3}]""", all["days"]!.ToJsonString());
        Assert.Equal((4, null, null), ((int)all["total"]!, (string?)all["since"], (string?)all["lookedBackTo"]));
        Assert.Equal((2, """[{"topic":"ai","count":2},{"topic":"space","count":1}]"""), ((int)words["total"]!, words["topics"]!.ToJsonString()));
        Assert.Equal((2, """[{"topic":"ai","count":1}]"""), ((int)walked["total"]!, walked["topics"]!.ToJsonString()));
        Assert.Equal((1, "2026-11-25T00:00:00+00:00"), ((int)topic["total"]!, (string)topic["since"]!));
    }

    [Fact]
    public async Task Trend_OfATopic_HoldsEveryDay()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);

        var trend = await service.GetJsonAsync("/api/topics/AI/trend?since=2026-11-23&until=2026-11-26");
        using var unknown = await service.Client.GetAsync(new Uri("/api/topics/a1/trend", UriKind.Relative), Token);
        using var backwards = await service.Client.GetAsync(new Uri("/api/topics/ai/trend?since=2026-11-26&until=2026-11-23", UriKind.Relative), Token);

        Assert.Equal("""{"topic":"ai","days":[{"day":"2026-11-23","count":0},{"day":"2026-11-24","count":2},{"day":"2026-11-25","count":1}]}""", trend.ToJsonString());
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (unknown.StatusCode, backwards.StatusCode));
        Assert.Contains("ai", JsonNode.Parse(await unknown.Content.ReadAsStringAsync(Token))!["suggestions"]!.AsArray().Select(one => (string)one!));
    }

    [Fact]
    public async Task Sort_InTheQuery_OrdersTheAnswer()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);

        Assert.Equal(["A long tale", "Plums on the moon"], await TitlesAsync(service, "plums"));
        Assert.Equal(["Plums on the moon", "A long tale"], await TitlesAsync(service, "plums sort:relevance"));
        Assert.Equal("Story 3", (await TitlesAsync(service, "sort:boost"))[0]);
        Assert.Equal("A long tale", (await TitlesAsync(service, "sort:boost", "&sort=new"))[0]);
    }

    [Fact]
    public async Task Index_MadeAnew_AnswersAsBefore()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        Assert.True((bool)(await service.GetJsonAsync("/api/index"))["ready"]!);
        using var stranger = await service.Client.PostAsync(new Uri("/api/index/rebuild", UriKind.Relative), null, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);

        using var begun = await service.AskAsync(HttpMethod.Post, "/api/index/rebuild");
        await Eventually.HoldsAsync(async () => (await service.GetJsonAsync("/api/index")) is var index && (bool)index["ready"]! && index["done"] is null);

        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        Assert.Equal(["Plums on the moon", "A long tale"], await TitlesAsync(service, "plums sort:relevance"));
        Assert.Equal(2, (int)(await service.GetJsonAsync("/api/stories/facets?q=plums"))["total"]!);
    }

    [Fact]
    public async Task Delete_IsForGoodAndNeedsTheKey()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["lab/feed.json"]));
        await service.PolledAsync(1);
        var before = await service.AllStoriesAsync();
        var (id, title) = ((string)before[0]["id"]!, (string)before[0]["title"]!);

        using var stranger = await service.Client.DeleteAsync(new Uri($"/api/stories/{id}", UriKind.Relative), Token);
        Assert.Equal((HttpStatusCode.Unauthorized, before.Count), (stranger.StatusCode, (await service.AllStoriesAsync()).Count));
        var deleted = await service.AskJsonAsync(HttpMethod.Delete, $"/api/stories/{id}");
        using var again = await service.AskAsync(HttpMethod.Delete, $"/api/stories/{id}");
        using var gone = await service.Client.GetAsync(new Uri($"/api/stories/{id}", UriKind.Relative), Token);
        world.Edition++;
        var poll = await service.AskJsonAsync(HttpMethod.Post, "/api/poll", new { all = true });
        await Eventually.HoldsAsync(async () => (bool)(await service.GetJsonAsync($"/api/poll/{(string)poll["id"]!}"))["ended"]!);

        Assert.Equal((id, title), ((string)deleted["id"]!, (string)deleted["title"]!));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (again.StatusCode, gone.StatusCode));
        Assert.Equal(before.Skip(1).Select(story => (string)story["id"]!), (await service.AllStoriesAsync()).Select(story => (string)story["id"]!));
    }

    [Fact]
    public async Task Page_OfAQuery_ShowsCountsThatNarrowIt()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);

        var found = await service.GetTextAsync("/?q=plums");
        var narrowed = await service.GetTextAsync("/?q=plums%20topic%3Aspace");
        var front = await service.GetTextAsync("/");

        Assert.Contains("<a href=\"/?q=plums%20topic%3Aspace\">Space</a> <small>1</small>", found, StringComparison.Ordinal);
        Assert.Contains("<li>AI <small>2</small></li>", found, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/?q=plums%20since%3A2026-11-25%20until%3A2026-11-26\">25 November 2026</a> <small>1</small>", found, StringComparison.Ordinal);
        Assert.Contains("Plums on the moon", narrowed, StringComparison.Ordinal);
        Assert.DoesNotContain("A long tale", narrowed, StringComparison.Ordinal);
        Assert.DoesNotContain("<aside", front, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", found, StringComparison.Ordinal);
    }

    private static async Task<RunningService> StartAsync(TestFolder folder)
    {
        var service = await RunningService.StartAsync(folder, """{ "feeds": [] }""");
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch(Stories, null), Token);
        return service;
    }

    private static async Task<IReadOnlyList<string>> TitlesAsync(RunningService service, string q, string more = "") =>
        [.. (await service.GetJsonAsync($"/api/stories?q={Uri.EscapeDataString(q)}{more}"))["stories"]!.AsArray().Select(story => (string)story!["title"]!)];
}
