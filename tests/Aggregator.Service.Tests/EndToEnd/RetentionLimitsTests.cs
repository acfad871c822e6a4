using System.Net;
using System.Text.Json.Nodes;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Retention;
using Aggregator.Service.Scheduling;
using Aggregator.Service.Tests.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>Limits of what is kept, as the operator sets and sees them.</summary>
public sealed class RetentionLimitsTests
{
    private const string NoFeeds = """{ "feeds": [] }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Limits_ShownTriedAndApplied_TellTheSame()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, NoFeeds, Token);
        await using (var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention { Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxStories = 100 } } }, TimeSpan.Zero, TimeProvider.System, Token))
        {
            await FillAsync(store);
            Assert.Equal(0, await store.RetainAsync(TestStories.Morning, Token));
        }

        var before = await AskProgramAsync(folder, "retention", "show", "--json", "--set", "Storage:MaxStories=8", "--set", "Storage:Topics:AI:MaxStories=2");
        var tried = await AskProgramAsync(folder, "retention", "preview", "--json", "--set", "Storage:MaxStories=3", "--set", "Storage:Topics:AI:MaxStories=2");
        await using var service = await RunningService.StartAsync(folder, NoFeeds, KeepNothingByItself, ("Storage:MaxStories", "8"), ("Storage:Topics:AI:MaxStories", "2"));

        await KeepAsync(service);

        Assert.Equal(
            [("everything", "8 stories", "Storage:MaxStories", 12.0), ("topic ai", "2 stories", "Storage:Topics:ai:MaxStories", 4.0)],
            before["limits"]!.AsArray().Select(limit => ((string)limit!["of"]!, (string)limit["words"]!, (string)limit["from"]!, (double)limit["now"]!)));
        Assert.Equal((8, 4), ((int)before["untagged"]!["stories"]!, (int)before["tagged"]!["stories"]!));
        var next = before["next"]!.AsArray().Select(story => ((string)story!["title"]!, (long)story["after"]!, (string)story["from"]!)).ToList();
        Assert.Equal(["Story 1", "Story 2", "Story 4", "Story 5"], next.Where(story => story is { Item2: 0, Item3: "Storage:MaxStories" }).Select(story => story.Item1));
        Assert.Equal(["Story 3", "Story 6"], next.Where(story => story is { Item2: 0, Item3: "Storage:Topics:ai:MaxStories" }).Select(story => story.Item1));
        Assert.Equal((12, 9), ((int)tried["stories"]!, (int)tried["dropped"]!));
        Assert.Equal(("Storage:MaxStories", 7), ((string)tried["byLimit"]![0]!["name"]!, (int)tried["byLimit"]![0]!["stories"]!));
        Assert.Equal([("", 7), ("ai", 2)], tried["byTopic"]!.AsArray().Select(topic => ((string)topic!["name"]!, (int)topic["stories"]!)));

        // Two of the topic went for the topic; of the rest those that were too many in all.
        Assert.Equal(["Story 12", "Story 11", "Story 10", "Story 9", "Story 8", "Story 7", "Story 5", "Story 4"], await TitlesAsync(service));
        var feed = await service.GetTextAsync("/feed.atom");
        Assert.DoesNotContain("Story 3<", feed, StringComparison.Ordinal);
        Assert.Contains("Story 12<", feed, StringComparison.Ordinal);
        Assert.Equal(8, (int)(await service.GetJsonAsync("/api/stories/facets"))["total"]!);
        var after = await service.GetJsonAsync("/api/retention");
        Assert.All(after["limits"]!.AsArray(), limit => Assert.Equal((double)limit!["most"]!, (double)limit["now"]!));
        Assert.Equal(1, (long)after["next"]![0]!["after"]!);
    }

    [Fact]
    public async Task Pin_ByTheProgram_OutlivesLimitsRestartAndRestore()
    {
        using var folder = new TestFolder();
        using var other = new TestFolder();
        string id;
        var backup = Path.Combine(folder.Data, "backup.tar.gz");
        await using (var service = await StartAsync(folder, ("Storage:MaxStories", "1")))
        {
            id = TestStories.Make(1).Id.Value;
            using var refused = await service.Client.PutAsync(new Uri($"/api/stories/{id}/pin", UriKind.Relative), null, Token);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            using var unknown = await service.AskAsync(HttpMethod.Put, "/api/stories/0123456789abcdef01234567/pin");
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

            var (exit, output) = await AggregatorProcess.RunAsync(folder, "stories", "pin", id, TestStories.Make(2).Id.Value);
            Assert.True(exit == 0, output);
            Assert.Contains("\"Story 1\" is pinned.", output, StringComparison.Ordinal);
            await KeepAsync(service);

            Assert.Equal(["Story 12", "Story 2", "Story 1"], await TitlesAsync(service));
            Assert.Equal(["Story 2", "Story 1"], (await service.GetJsonAsync("/api/stories?q=is:pinned"))["stories"]!.AsArray().Select(story => (string)story!["title"]!));
            Assert.Equal(["Story 12"], (await service.GetJsonAsync("/api/stories?q=-is:pinned"))["stories"]!.AsArray().Select(story => (string)story!["title"]!));
            Assert.Equal(2, (int)(await service.GetJsonAsync("/api/stories/facets?q=is:pinned"))["total"]!);
            Assert.Contains("Pinned: it is the last to be dropped.", await service.GetTextAsync($"/stories/{id}"), StringComparison.Ordinal);
            (exit, output) = await AggregatorProcess.RunAsync(folder, "backup", backup);
            Assert.True(exit == 0, output);
            (exit, output) = await AggregatorProcess.RunAsync(folder, "stories", "unpin", TestStories.Make(2).Id.Value);
            Assert.True(exit == 0, output);
            await KeepAsync(service);
            Assert.Equal(["Story 12", "Story 1"], await TitlesAsync(service));
        }

        var (shown, retention) = await AggregatorProcess.RunAsync(folder, "retention", "show", "--set", "Storage:MaxStories=1");
        Assert.True(shown == 0, retention);
        Assert.Contains("2 stories: 0 without a topic go first, then 1 with one; 1 are pinned", retention, StringComparison.Ordinal);
        Assert.Matches("everything +1 stories +1 +100 ?% +Storage:MaxStories", retention);
        Assert.Contains("with the next story", retention, StringComparison.Ordinal);
        await AggregatorProcess.RunAsync(other, "restore", backup);
        var (exited, restored) = await AggregatorProcess.RunAsync(other, "stories", "is:pinned", "--json");
        Assert.True(exited == 0, restored);
        Assert.Equal(["Story 2", "Story 1"], JsonNode.Parse(restored)!["stories"]!.AsArray().Select(story => (string)story!["title"]!));
    }

    [Fact]
    public async Task Preview_OfWhatCannotBe_SaysWhatIsWrong()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder);
        foreach (var (name, value, expected) in ((string, string, string)[])
        [
            ("Storage:MaxStories", "none", "expected a whole number from 1"),
            ("Storage:Topics:ai:MaxAge", "0.01:00:00", "36500"),
            ("Storage:Topics:ai:Max", "1", "a topic has MaxAge, MaxStories, MaxMegabytes"),
            ("Hosting:Listen", "x", "does not say what is kept"),
        ])
        {
            using var answer = await service.AskAsync(HttpMethod.Post, "/api/retention/preview", new { settings = new Dictionary<string, string> { [name] = value } });

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(expected, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["detail"]!, StringComparison.Ordinal);
        }

        using var open = await service.Client.PostAsync(new Uri("/api/retention/preview", UriKind.Relative), null, Token);
        Assert.NotEqual(HttpStatusCode.OK, open.StatusCode);
        using var wrong = await service.Client.GetAsync(new Uri("/api/retention?since=yore", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var (exit, output) = await AggregatorProcess.RunAsync(folder, "retention", "preview");
        Assert.True(exit == 2, output);
        (exit, output) = await AggregatorProcess.RunAsync(folder, "retention", "preview", "--set", "Storage:MaxStoriesPerFeed=5");
        Assert.True(exit == 0, output);
        Assert.Contains("12 stories looked at, 7 would go", output, StringComparison.Ordinal);
        Assert.Contains("by limit: Storage:MaxStoriesPerFeed 7", output, StringComparison.Ordinal);
        Assert.Equal(12, (await TitlesAsync(service)).Count);
    }

    [Fact]
    public async Task FeedsFile_EditedWhileItRuns_ChangesWhatIsKeptAndTakingTheFeedOutDropsNothing()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        var address = (string)JsonNode.Parse(world.FeedsJson(["lab/feed.json"]))!["feeds"]![0]!["url"]!;
        await using var service = await RunningService.StartAsync(folder, Feeds("""{ "age": "forever", "stories": 2 }"""), KeepNothingByItself, ("Storage:MaxStoriesPerFeed", "100"));
        await service.PolledAsync(1);
        await KeepAsync(service);
        Assert.Equal(2, (await TitlesAsync(service)).Count);

        await File.WriteAllTextAsync(folder.Feeds, Feeds("""{ "age": "forever", "stories": 1 }"""), Token);
        await Eventually.HoldsAsync(async () =>
        {
            await KeepAsync(service);
            return (await TitlesAsync(service)).Count == 1;
        });
        await File.WriteAllTextAsync(folder.Feeds, NoFeeds, Token);
        await Eventually.HoldsAsync(async () => (await service.GetJsonAsync("/api/feeds"))["feeds"]!.AsArray().Count == 0);
        await KeepAsync(service);

        Assert.Single(await TitlesAsync(service));
        Assert.Contains((await service.GetJsonAsync("/api/retention"))["limits"]!.AsArray(), limit => ((string)limit!["from"]!).StartsWith("feeds.json before the feed was taken out", StringComparison.Ordinal));

        string Feeds(string keep) => $$"""{ "feeds": [ { "url": "{{address}}", "keep": {{keep}} } ] }""";
    }

    private static async Task<RunningService> StartAsync(TestFolder folder, params (string Name, string Value)[] settings)
    {
        var service = await RunningService.StartAsync(folder, NoFeeds, KeepNothingByItself, settings);
        await FillAsync(service.Services.GetRequiredService<IStoryStore>());
        return service;
    }

    /// <summary>The tests say when stories are dropped.</summary>
    private static async Task KeepNothingByItself(WebApplication app)
    {
        var scheduler = await app.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Token);
        Assert.True(await scheduler.DeleteJob(KeepStoriesJob.Key, Token));
    }

    private static Task<SaveResult> FillAsync(IStoryStore store) =>
        store.SaveAsync(new StoryBatch([.. Enumerable.Range(1, 12).Select(number => TestStories.Make(number, null, number % 3 == 0 ? ["AI"] : []))], null), Token);

    private static async Task<JsonObject> AskProgramAsync(TestFolder folder, params string[] words)
    {
        var (exit, output) = await AggregatorProcess.RunAsync(folder, words);
        Assert.True(exit == 0, output);
        return JsonNode.Parse(output)!.AsObject();
    }

    private static Task KeepAsync(RunningService service) => service.Services.GetRequiredService<StoryKeeper>().KeepAsync(Token);

    private static async Task<IReadOnlyList<string>> TitlesAsync(RunningService service) => [.. (await service.AllStoriesAsync()).Select(story => (string)story["title"]!)];
}
