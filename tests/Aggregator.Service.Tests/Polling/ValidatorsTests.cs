using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Tests.World;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Polling;

/// <summary>Validators are believed only together with the stories of the answer they came with.</summary>
public sealed class ValidatorsTests : IAsyncDisposable
{
    private readonly PolledFeed _feed;
    private Func<HttpResponseMessage> _answer = () => Answer(200, Rss(1, 2), ("ETag", "\"1\""), ("Last-Modified", "Mon, 02 Mar 2026 11:00:00 GMT"));

    public ValidatorsTests() => _feed = new PolledFeed(request => request.RequestUri == FeedAddress ? _answer() : Answer(404));

    [Fact]
    public async Task Poll_StoreFailsInTheMiddle_ForgetsTheAnswer()
    {
        var store = await _feed.OpenStoreAsync();
        var full = FaultyStore.Of((method, arguments) => method.Name == nameof(IStoryStore.SaveAsync)
            ? throw new StoreException("the disk is full")
            : method.Invoke(store, arguments));

        await Assert.ThrowsAsync<StoreException>(() => _feed.PollAsync(full));
        await _feed.PollAsync();

        Assert.Equal([null, null], FeedRequests().Select(request => Sent(request, "If-None-Match")));
        Assert.Equal(2, (await _feed.StoriesAsync()).Count);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><body>Something went wrong</body></html>")]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\"")]
    public async Task Poll_AnswerThatIsNoFeed_KeepsStoriesAndOldValidators(string body)
    {
        await _feed.PollAsync();
        _answer = () => Answer(200, body, ("ETag", "\"broken\""));

        Assert.Equal(FeedHealth.Failing, await _feed.PollAsync());

        var state = await _feed.StateAsync();
        Assert.Equal(("\"1\"", "Mon, 02 Mar 2026 11:00:00 GMT"), (state.ETag, state.LastModified));
        Assert.Equal(2, (await _feed.StoriesAsync()).Count);
    }

    [Fact]
    public async Task Poll_ValidatorThatVanished_IsForgottenAtOnce()
    {
        await _feed.PollAsync();
        _answer = () => Answer(200, Rss(1, 3), ("ETag", "\"2\""));
        await _feed.PollAsync();

        var state = await _feed.StateAsync();
        Assert.Equal(("\"2\"", null), (state.ETag, state.LastModified));
    }

    [Fact]
    public async Task Poll_SameBytesWithAnotherETag_TouchesNoStory()
    {
        await _feed.PollAsync();
        _answer = () => Answer(200, Rss(1, 2), ("ETag", "\"other\""));
        var store = await _feed.OpenStoreAsync();
        var touched = 0;
        var watched = FaultyStore.Of((method, arguments) =>
        {
            touched += method.Name == nameof(IStoryStore.SaveAsync) ? ((StoryBatch)arguments[0]!).Stories.Count : 0;
            return method.Invoke(store, arguments);
        });

        Assert.Equal(FeedHealth.Healthy, await _feed.PollAsync(watched));

        Assert.Equal((0, "\"other\""), (touched, (await _feed.StateAsync()).ETag));
    }

    [Fact]
    public async Task Poll_OnlyTheNewEntries_AddsThemAndKeepsTheOthers()
    {
        await _feed.PollAsync();
        _answer = () => Answer(226, Rss(3), ("IM", "feed"), ("ETag", "\"2\""));

        Assert.Equal(FeedHealth.Healthy, await _feed.PollAsync());

        Assert.Equal(3, (await _feed.StoriesAsync()).Count);
        Assert.Equal("\"2\"", (await _feed.StateAsync()).ETag);
    }

    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    private IEnumerable<HttpRequestMessage> FeedRequests() => _feed.Web.Requests.Where(request => request.RequestUri == FeedAddress);

    private static string Rss(params int[] entries) =>
        $"<rss version=\"2.0\"><channel><title>F</title>{string.Concat(entries.Select(number => $"<item><guid>{number}</guid><title>Story {number}</title><description>Text {number}.</description></item>"))}</channel></rss>";
}
