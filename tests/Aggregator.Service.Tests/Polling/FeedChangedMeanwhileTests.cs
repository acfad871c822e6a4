using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Polling;

/// <summary>feeds.json is edited while a feed is polled.</summary>
public sealed class FeedChangedMeanwhileTests
{
    private const string Rss = "<rss version='2.0'><channel><title>t</title></channel></rss>";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Poll_AddressIsChangedMeanwhile_RemembersNothingOfTheOldOne()
    {
        var corrected = new UriBuilder(FeedAddress) { Scheme = Uri.UriSchemeHttp, Port = -1 }.Uri;
        IStoryStore? store = null;
        await using var feed = new PolledFeed(request =>
        {
            if (request.RequestUri == FeedAddress)
            {
                store!.ActivateFeedsAsync([new FeedActivation(FeedId.Of(FeedAddress), corrected, DateTimeOffset.UnixEpoch)], Token).GetAwaiter().GetResult();
            }

            return Answer(200, Rss, ("ETag", "\"old\""));
        });
        store = await feed.OpenStoreAsync();

        await feed.PollAsync();

        var state = await feed.StateAsync();
        Assert.Equal((corrected, null, 0), (state.Address, state.ETag, (int)state.Polls));
        Assert.Equal([state.Id], (await store.ClaimDueFeedsAsync(feed.Web.Clock.GetUtcNow(), 9, TimeSpan.FromMinutes(5), Token)).Select(due => due.Id));
    }

    [Fact]
    public async Task Poll_FeedIsTakenOutAndForgottenMeanwhile_StaysForgotten()
    {
        IStoryStore? store = null;
        await using var feed = new PolledFeed(_ =>
        {
            store!.ActivateFeedsAsync([], Token).GetAwaiter().GetResult();
            Assert.True(store.ForgetFeedAsync(FeedId.Of(FeedAddress), Token).GetAwaiter().GetResult());
            return Answer(200, Rss);
        });
        store = await feed.OpenStoreAsync();

        await feed.PollAsync();

        Assert.Empty(await store.ListFeedStatesAsync(Token));
    }
}
