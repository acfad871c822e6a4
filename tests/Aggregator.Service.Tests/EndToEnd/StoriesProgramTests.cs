using System.Text.Json.Nodes;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The built program asks a running service for stories, in every way it can show them.</summary>
public sealed class StoriesProgramTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stories_EveryWayToShowThem_TellsOfTheSame()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, [.. Enumerable.Range(1, 30).Select(number => TestStories.Make(number, null, number % 3 == 0 ? ["AI"] : []))]);

        var (csvExit, csv) = await AggregatorProcess.RunAsync(folder, "stories", "topic:ai", "--csv", "--fields", "title,topics");
        var (ndjsonExit, ndjson) = await AggregatorProcess.RunAsync(folder, "stories", "--ndjson", "--whole");
        var (histogramExit, histogram) = await AggregatorProcess.RunAsync(folder, "stories", "--histogram", "--since", "2026-11-23", "--until", "2026-11-26");
        var (facetsExit, facets) = await AggregatorProcess.RunAsync(folder, "stories", "\"body\"", "--facets");
        var (bothExit, both) = await AggregatorProcess.RunAsync(folder, "stories", "--csv", "--watch");
        var (wrongExit, wrong) = await AggregatorProcess.RunAsync(folder, "stories", "--ndjson", "--fields", "titel");

        Assert.True(csvExit == 0, csv);
        var table = csv.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.Equal(("id,title,topics", 11), (table[0], table.Length));
        Assert.EndsWith(",Story 30,AI", table[1], StringComparison.Ordinal);
        Assert.True(ndjsonExit == 0, ndjson);
        Assert.Equal(Enumerable.Range(1, 30).Reverse().Select(number => $"Body {number}"), ndjson.Trim().Split('\n').Select(line => (string)JsonNode.Parse(line)!["bodyText"]!));
        Assert.True(histogramExit == 0, histogram);
        Assert.Contains("2026-11-23   0", histogram, StringComparison.Ordinal);
        Assert.Contains("2026-11-24  30  ██", histogram, StringComparison.Ordinal);
        Assert.Contains("2026-11-25   0", histogram, StringComparison.Ordinal);
        Assert.True(facetsExit == 0, facets);
        Assert.Matches("ai +10", facets);
        Assert.Matches("2026-11-24 +30", facets);
        Assert.Contains("30 stories in all.", facets, StringComparison.Ordinal);
        Assert.NotEqual(0, bothExit);
        Assert.Contains("--csv and --watch do not go together.", both, StringComparison.Ordinal);
        Assert.Equal(2, wrongExit);
        Assert.Contains("a story has no field \"titel\"", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_StoryComesLater_IsPrintedOnceAfterTheOthers()
    {
        using var folder = new TestFolder();
        await using var service = await StartAsync(folder, TestStories.Make(1, null, "AI"), TestStories.Make(2));

        using var watching = AggregatorProcess.Start(folder, "stories", "--watch", "--every", "1s");
        await Eventually.HoldsAsync(() => Task.FromResult(watching.Log.Contains("Story 2", StringComparison.Ordinal)));
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch([TestStories.Make(3)], null), Token);
        await Eventually.HoldsAsync(() => Task.FromResult(watching.Log.Contains("Story 3", StringComparison.Ordinal)));
        await watching.KillAsync();

        Assert.Equal(
            [
                "2026-11-24 08:01  The Test: Story 1 [AI]  https://test.example/1",
                "2026-11-24 08:02  The Test: Story 2  https://test.example/2",
                "2026-11-24 08:03  The Test: Story 3  https://test.example/3",
            ],
            watching.Log.ReplaceLineEndings("\n").TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Watch_NoServiceRuns_SaysThatNothingCanCome()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", Token);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "stories", "--watch");

        Assert.Equal(2, exit);
        Assert.Contains("no service runs on this data folder", output, StringComparison.Ordinal);
    }

    private static async Task<RunningService> StartAsync(TestFolder folder, params Story[] stories)
    {
        var service = await RunningService.StartAsync(folder, """{ "feeds": [] }""");
        await service.Services.GetRequiredService<IStoryStore>().SaveAsync(new StoryBatch(stories, null), Token);
        return service;
    }
}
