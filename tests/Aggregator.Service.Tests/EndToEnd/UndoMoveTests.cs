using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>A person takes a feed's move back.</summary>
public sealed class UndoMoveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UndoMove_OfAFeedThatMoved_FetchesFromItsAddressInFeedsJsonAgain()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["lab/feed.json"]));
        await service.PolledAsync(1);
        var store = (IStoryStore)service.Services.GetService(typeof(IStoryStore))!;
        var state = Assert.Single(await store.ListFeedStatesAsync(Token));
        await store.SaveAsync(new StoryBatch([], state with { MovedTo = new Uri(world.Address, "elsewhere") }), Token);
        var moved = await FeedAsync(service);

        var answer = await UndoAsync(service, state.Id.Value, withKey: true);
        var again = await UndoAsync(service, state.Id.Value, withKey: true);

        Assert.EndsWith("/elsewhere", (string)moved["movedTo"]!, StringComparison.Ordinal);
        Assert.Contains(moved["problems"]!.AsArray(), problem => ((string)problem!).StartsWith("moved to", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (answer, again));
        Assert.Null((await FeedAsync(service))["movedTo"]);
        Assert.Equal(HttpStatusCode.Unauthorized, await UndoAsync(service, state.Id.Value, withKey: false));
        Assert.Equal(HttpStatusCode.BadRequest, await UndoAsync(service, "no such feed", withKey: true));
    }

    private static async Task<JsonNode> FeedAsync(RunningService service) => Assert.Single((await service.GetJsonAsync("/api/feeds"))["feeds"]!.AsArray())!;

    private static async Task<HttpStatusCode> UndoAsync(RunningService service, string source, bool withKey)
    {
        var status = HttpStatusCode.Conflict;
        await Eventually.HoldsAsync(async () => (status = await TryUndoAsync(service, source, withKey)) != HttpStatusCode.Conflict);
        return status;
    }

    /// <summary>Conflict: the feed is being polled at this moment, as it is soon after a move was taken back.</summary>
    private static async Task<HttpStatusCode> TryUndoAsync(RunningService service, string source, bool withKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/feeds/undo-move") { Content = JsonContent.Create(new { source }) };
        if (withKey)
        {
            request.Headers.Add(ServiceKey.Header, ((ServiceKey)service.Services.GetService(typeof(ServiceKey))!).Value);
        }

        using var answer = await service.Client.SendAsync(request, Token);
        return answer.StatusCode;
    }
}
