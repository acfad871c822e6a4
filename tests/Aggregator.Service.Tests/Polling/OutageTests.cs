using System.Net.Sockets;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Polling;

/// <summary>The network here goes away while feeds are polled.</summary>
public sealed class OutageTests
{
    private static readonly FetchResult NotReached = new FetchResult.Failed(FetchFault.NotReached, null, "x");

    /// <summary>Polls run beside one another: what tells the outage may be known before the first that failed has stored that it did.</summary>
    [Fact]
    public async Task Poll_OutageToldWhileItsFailureIsStored_IsTriedAgainSoonAllTheSame()
    {
        await using var feed = new PolledFeed(_ => throw new HttpRequestException("no such name", new SocketException((int)SocketError.HostNotFound)));
        var store = await feed.OpenStoreAsync();
        var now = feed.Web.Clock.GetUtcNow();
        var busy = FaultyStore.Of((method, arguments) =>
        {
            if (method.Name == nameof(IStoryStore.SaveAsync))
            {
                foreach (var other in (string[])["a", "b", "c", "d"])
                {
                    feed.Network.Judge(StateOf($"https://{other}.example/feed", now), NotReached);
                }
            }

            return method.Invoke(store, arguments);
        });

        await feed.PollAsync(busy);

        var state = await feed.StateAsync();
        Assert.Equal((1, "the network here was down"), ((int)state.Polls, state.NextPollReason));
        Assert.InRange(state.NextPoll - now, TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    private static FeedState StateOf(string address, DateTimeOffset now) => new() { Id = FeedId.Of(new Uri(address)), Address = new Uri(address), NextPoll = now };
}
