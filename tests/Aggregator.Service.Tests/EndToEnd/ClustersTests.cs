using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>A person looks at what is told together, and takes apart what does not belong together.</summary>
public sealed class ClustersTests
{
    private static readonly Story First = TestStories.Make(1);
    private static readonly Story Second = TestStories.Make(2, 1) with { Link = new Uri("https://other.example/2"), Joined = new ClusterReason(First.Id, 0.98, ["norvik"]) };
    private static readonly Story Alone = TestStories.Make(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clusters_ListedShownAndSplit()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{ "feeds": [] }""");
        await ((IStoryStore)service.Services.GetService(typeof(IStoryStore))!).SaveAsync(new StoryBatch([First, Second, Alone], null), Token);

        Assert.Equal([Alone.Id.Value, First.Id.Value], await LeadsAsync(service, ""));
        Assert.Equal([First.Id.Value, Alone.Id.Value], await LeadsAsync(service, "?sort=weight"));
        Assert.Equal([First.Id.Value], await LeadsAsync(service, "?minSources=2"));
        var cluster = await service.GetJsonAsync($"/api/clusters/{First.Cluster}");
        Assert.Equal(2, (int)cluster["outlets"]!);
        Assert.Equal("norvik", (string)cluster["stories"]![1]!["joined"]!["shared"]![0]!);
        Assert.Contains("both tell of norvik", await service.GetTextAsync($"/stories/{Second.Id}"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Unauthorized, (await SplitAsync(service, withKey: false, Second.Id)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SplitAsync(service, withKey: true)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SplitAsync(service, withKey: true, First.Id, Second.Id)).Status);
        Assert.Contains("is not in this cluster", (await SplitAsync(service, withKey: true, Alone.Id)).Text, StringComparison.Ordinal);
        var split = await SplitAsync(service, withKey: true, Second.Id);

        Assert.Equal(HttpStatusCode.OK, split.Status);
        Assert.Equal(Second.Id.Value, (string)JsonNode.Parse(split.Text)!["lead"]!["id"]!);
        Assert.Empty(await LeadsAsync(service, "?minSources=2"));
        Assert.Equal(1, (int)(await service.GetJsonAsync($"/api/clusters/{First.Cluster}"))["outlets"]!);
    }

    [Fact]
    public async Task Versions_OfAChangedStory_TellWhatWasChanged()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{ "feeds": [] }""");
        var store = (IStoryStore)service.Services.GetService(typeof(IStoryStore))!;
        await store.SaveAsync(new StoryBatch([First], null), Token);
        await store.SaveAsync(new StoryBatch([First with { Title = "Story one", Updated = First.Updated.AddHours(1), Body = new StoryBody("<p>Body of one</p>", "Body of one") }], null), Token);

        var version = (await service.GetJsonAsync($"/api/stories/{First.Id}/versions"))["versions"]!.AsArray().Single()!;
        Assert.Equal("Story 1", (string)version["title"]!);
        Assert.Equal(["same", "removed", "added"], version["textChange"]!.AsArray().Select(piece => (string)piece!["kind"]!));
        Assert.Contains("<del>1</del><ins>of one</ins>", await service.GetTextAsync($"/stories/{First.Id}"), StringComparison.Ordinal);
    }

    private static async Task<List<string>> LeadsAsync(RunningService service, string query) =>
        [.. (await service.GetJsonAsync($"/api/clusters{query}"))["clusters"]!.AsArray().Select(cluster => (string)cluster!["lead"]!["id"]!)];

    private static async Task<(HttpStatusCode Status, string Text)> SplitAsync(RunningService service, bool withKey, params StoryId[] stories)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/clusters/{First.Cluster}/split") { Content = JsonContent.Create(new { stories = stories.Select(story => story.Value) }) };
        if (withKey)
        {
            request.Headers.Add(ServiceKey.Header, ((ServiceKey)service.Services.GetService(typeof(ServiceKey))!).Value);
        }

        using var answer = await service.Client.SendAsync(request, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
