using System.Text.Json.Nodes;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>Stories made again of the pages that were kept, while their outlets are gone.</summary>
public sealed class ReprocessTests
{
    private static readonly string[] Keeping = ["--set", "Storage:PagesMegabytes=16"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reprocess_WithoutTheWeb_TakesUpARuleForTheSiteAndIsTheSameEachTime()
    {
        using var folder = new TestFolder();
        await using (var world = await NewsWorld.StartAsync())
        {
            await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["ledger/feed.atom", "lab/feed.json"]), Token);
            var (polled, log) = await AggregatorProcess.RunAsync(folder, ["poll", .. Keeping]);
            Assert.True(polled == 0, log);
        }

        // The first time the pages of a site are read one after the other, and not as they came in; from then on nothing is left to change.
        var (exit, output) = await AggregatorProcess.RunAsync(folder, ["reprocess", .. Keeping]);
        Assert.True(exit == 0, output);
        var before = await StoriesAsync(folder);
        (_, output) = await AggregatorProcess.RunAsync(folder, ["reprocess", .. Keeping]);
        Assert.Contains("6 entries were read again: 0 stories are changed, 0 are in another cluster.", output, StringComparison.Ordinal);
        Assert.Equal(before, await StoriesAsync(folder));

        Directory.CreateDirectory(Path.Combine(folder.Data, "site-rules"));
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "site-rules", "127.0.0.1.txt"), "body: //div[@class='entry-content']\nstrip: //div[@class='entry-content']/p[1]\n", Token);
        var (_, first) = await AggregatorProcess.RunAsync(folder, ["reprocess", .. Keeping]);
        var after = await StoriesAsync(folder);
        var (_, second) = await AggregatorProcess.RunAsync(folder, ["reprocess", .. Keeping]);

        Assert.DoesNotContain(" 0 stories are changed", first, StringComparison.Ordinal);
        Assert.NotEqual(before, after);
        Assert.Contains(" 0 stories are changed, 0 are in another cluster", second, StringComparison.Ordinal);
        Assert.Equal(after, await StoriesAsync(folder));
    }

    [Fact]
    public async Task Reprocess_NoPagesKept_SaysWhatToSet()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", Token);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "reprocess");

        Assert.True(exit == 2, output);
        Assert.Contains("Storage:PagesMegabytes", output, StringComparison.Ordinal);
    }

    /// <summary>All that is told of the stories, but for when their tags changed.</summary>
    private static async Task<string> StoriesAsync(TestFolder folder)
    {
        var (exit, list) = await AggregatorProcess.RunAsync(folder, "stories", "--json");
        Assert.True(exit == 0, list);
        var stories = JsonNode.Parse(list)!["stories"]!.AsArray();
        foreach (var story in stories)
        {
            story!.AsObject().Remove("retagged");
        }

        return stories.ToJsonString();
    }
}
