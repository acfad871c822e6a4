using System.Globalization;
using System.Net;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Tests.Fetching;

namespace Aggregator.Service.Tests.Polling;

/// <summary>What a poll makes of entries whose stories were dropped, or would be.</summary>
public sealed class RetentionTests : IAsyncDisposable
{
    private readonly List<string> _items = [];
    private readonly PolledFeed _feed;

    public RetentionTests() => _feed = new PolledFeed(Answer) { Retention = new StoryRetention { MaxAge = TimeSpan.FromDays(10) } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEnumerable<string> PagesAsked => _feed.Web.Requests.Select(request => request.RequestUri!.AbsolutePath).Where(path => path.StartsWith("/story", StringComparison.Ordinal));

    [Fact]
    public async Task Poll_EntriesOfDroppedStoriesStillListed_AreNeitherReadNorStoredAgain()
    {
        List("one", null);
        List("two", null);
        await _feed.PollAsync();
        Assert.Equal(2, (await _feed.StoriesAsync()).Count);
        _feed.Web.Clock.Advance(TimeSpan.FromDays(11));
        await KeepAsync();
        Assert.Empty(await _feed.StoriesAsync());
        List("three", null);
        _feed.Web.Requests.Clear();

        await _feed.PollAsync();
        List("four", null);
        await _feed.PollAsync();

        Assert.Equal(["three", "four"], (await _feed.StoriesAsync()).Select(story => story.Title).Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(["/story/three", "/story/four"], PagesAsked);
    }

    [Fact]
    public async Task Poll_EntryOlderThanWhatIsKept_IsNotRead()
    {
        await KeepAsync();
        List("old", _feed.Web.Clock.GetUtcNow().AddDays(-30));
        List("new", _feed.Web.Clock.GetUtcNow().AddDays(-3));

        await _feed.PollAsync();

        Assert.Equal("new", Assert.Single(await _feed.StoriesAsync()).Title);
        Assert.Equal(["/story/new"], PagesAsked);
    }

    [Fact]
    public async Task Poll_EntriesOfStoriesThatWereTooMany_AreNeitherReadNorStoredAgain()
    {
        (await _feed.OpenStoreAsync()).Keep(new StoryRetention { EachFeed = new KeepLimits { MaxStories = 2 } });
        foreach (var name in (string[])["one", "two", "three", "four", "five"])
        {
            List(name, null);
        }

        await _feed.PollAsync();
        Assert.Equal(5, (await _feed.StoriesAsync()).Count);
        await KeepAsync();
        var kept = (await _feed.StoriesAsync()).Select(story => story.Title).ToList();
        Assert.Equal(2, kept.Count);
        _feed.Web.Clock.Advance(TimeSpan.FromHours(1));
        _feed.Web.Requests.Clear();
        List("six", null);

        await _feed.PollAsync();
        await KeepAsync();
        await _feed.PollAsync();

        Assert.Equal(["/story/six"], PagesAsked);
        Assert.Equal("six", (await _feed.StoriesAsync())[0].Title);
        Assert.Contains((await _feed.StoriesAsync())[1].Title, kept);
    }

    [Fact]
    public async Task Poll_EntryTooOldForItsFeed_IsNotStoredAndNotReadAgain()
    {
        (await _feed.OpenStoreAsync()).Keep(new StoryRetention { Feeds = new Dictionary<FeedId, KeepLimits> { [_feed.Source.Id] = new() { MaxAge = TimeSpan.FromDays(3) } } });
        List("old", _feed.Web.Clock.GetUtcNow().AddDays(-5));
        List("new", _feed.Web.Clock.GetUtcNow().AddDays(-1));

        await _feed.PollAsync();
        List("newer", _feed.Web.Clock.GetUtcNow());
        await _feed.PollAsync();

        Assert.Equal(["newer", "new"], (await _feed.StoriesAsync()).Select(story => story.Title));
        Assert.Equal(["/story/new", "/story/newer", "/story/old"], PagesAsked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Poll_OldEntryOfATopicThatIsKeptForEver_IsStored()
    {
        (await _feed.OpenStoreAsync()).Keep(new StoryRetention { MaxAge = TimeSpan.FromDays(10), Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxAge = StoryRetention.ForEver } } });
        List("Machine learning and large language models: OpenAI and DeepMind on artificial intelligence", _feed.Web.Clock.GetUtcNow().AddDays(-50));
        List("The harbour", _feed.Web.Clock.GetUtcNow().AddDays(-50));

        await _feed.PollAsync();
        await KeepAsync();

        Assert.StartsWith("Machine learning", Assert.Single(await _feed.StoriesAsync()).Title, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync() => await _feed.DisposeAsync();

    private async Task KeepAsync() => await (await _feed.OpenStoreAsync()).RetainAsync(_feed.Web.Clock.GetUtcNow(), Token);

    private void List(string name, DateTimeOffset? published) => _items.Add(
        $"<item><guid>{name}</guid><title>{name}</title><link>https://news.example.org/story/{name.Replace(' ', '-')}</link>{(published is { } date ? $"<pubDate>{date.ToString("r", CultureInfo.InvariantCulture)}</pubDate>" : "")}</item>");

    private HttpResponseMessage Answer(HttpRequestMessage request) => request.RequestUri!.AbsolutePath switch
    {
        "/robots.txt" => StubWeb.Answer((int)HttpStatusCode.NotFound),
        "/feed" => StubWeb.Answer(200, $"<rss version='2.0'><channel><title>The Test</title>{string.Concat(_items)}</channel></rss>", ("Content-Type", "application/rss+xml")),
        var path => StubWeb.Answer(200, $"<html><body><article><h1>{path[7..]}</h1><p>The harbour's figures of the year are told here at some length, ship by ship and pier by pier, for {path[7..]}.</p></article></body></html>", ("Content-Type", "text/html")),
    };
}
