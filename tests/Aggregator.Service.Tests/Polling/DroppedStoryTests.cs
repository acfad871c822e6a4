using System.Net;
using Aggregator.Content.Querying;
using Aggregator.Content.Rules;
using Aggregator.Model.Stories;
using Aggregator.Service.Tests.Fetching;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Polling;

/// <summary>What becomes of an entry that a rule drops: nothing, until it or the rule changes.</summary>
public sealed class DroppedStoryTests : IAsyncDisposable
{
    private readonly PolledFeed _feed;
    private string _title = "Harbour figures";
    private int _document;

    public DroppedStoryTests() => _feed = new PolledFeed(Answer);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int PageRequests => _feed.Web.Requests.Count(request => request.RequestUri!.AbsolutePath == "/story");

    [Fact]
    public async Task Poll_EntryDropped_IsNeitherStoredNorReadAgain()
    {
        Use("""{ "name": "No harbours", "when": "title:harbour", "drop": true }""");

        await PollAsync();
        await PollAsync();

        Assert.Empty(await _feed.StoriesAsync());
        Assert.Equal(1, PageRequests);
        var store = await _feed.OpenStoreAsync();
        Assert.Equal(1, (await store.CountAsync(Token)).DroppedByRule["no-harbours"]);
    }

    /// <summary>What was dropped is forgotten some months after its entry was last seen, not after it was dropped.</summary>
    [Fact]
    public async Task Poll_EntryDroppedAndListedForMonths_IsNotReadAgainUntilItWasGoneAsLong()
    {
        Use("""{ "name": "No harbours", "when": "title:harbour", "drop": true }""");
        await PollAsync();
        for (var month = 0; month < 6; month++)
        {
            _feed.Web.Clock.Advance(TimeSpan.FromDays(30));
            await PollAsync();
            await RetainAsync();
        }

        Assert.Equal(1, PageRequests);
        _feed.Web.Clock.Advance(DroppedStory.Lifetime + TimeSpan.FromDays(1));
        await RetainAsync();
        await PollAsync();

        Assert.Equal(2, PageRequests);
        Assert.Empty(await _feed.StoriesAsync());
    }

    [Fact]
    public async Task Poll_EntryDroppedThenEdited_IsLookedAtAnew()
    {
        Use("""{ "name": "No harbours", "when": "title:harbour", "drop": true }""");
        await PollAsync();
        _title = "Port figures";

        await PollAsync();

        Assert.Equal("Port figures", Assert.Single(await _feed.StoriesAsync()).Title);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{ "name": "No harbours", "when": "title:harbor", "drop": true }""")]
    public async Task Poll_RuleGoneOrChanged_EntryThatIsStillListedIsStored(string rules)
    {
        Use("""{ "name": "No harbours", "when": "title:harbour", "drop": true }""");
        await PollAsync();
        Use(rules);

        await PollAsync();

        Assert.Single(await _feed.StoriesAsync());
        Assert.Equal(0, (await (await _feed.OpenStoreAsync()).CountAsync(Token)).DroppedByRule["no-harbours"]);
    }

    [Fact]
    public async Task Poll_StoredStoryEditedAndDropped_IsHiddenNotLost()
    {
        await PollAsync();
        Use("""{ "name": "No ports", "when": "title:port", "drop": true }""");
        _title = "Port figures";

        await PollAsync();

        Assert.Empty(await _feed.StoriesAsync());
        var hidden = Assert.Single((await (await _feed.OpenStoreAsync()).QueryAsync(new StoryQuery { Muted = MutedStories.Only }, Token)).Stories);
        Assert.Equal([new RuleEffect("No ports", RuleAction.Drop)], hidden.Rules);
    }

    public async ValueTask DisposeAsync() => await _feed.DisposeAsync();

    private void Use(string rules)
    {
        var read = RuleFile.Parse($$"""{ "rules": [ {{rules}} ] }""", "rules.json", new RuleFileContext(QueryNames.Any, story => story, TestStories.Morning));
        Assert.Empty(read.Problems);
        _feed.InForce.Replace(read.Rules, []);
    }

    private async Task RetainAsync() => await (await _feed.OpenStoreAsync()).RetainAsync(_feed.Web.Clock.GetUtcNow(), Token);

    private async Task PollAsync()
    {
        _document++; // another document each time, its entry as before
        await _feed.PollAsync();
    }

    private HttpResponseMessage Answer(HttpRequestMessage request) => request.RequestUri!.AbsolutePath switch
    {
        "/feed" => StubWeb.Answer(200, $"""
            <rss version="2.0"><channel><title>News</title><description>Issue {_document}</description>
            <item><title>{_title}</title><link>https://news.example.org/story</link><guid>1</guid><description>Short.</description></item>
            </channel></rss>
            """, ("Content-Type", "application/rss+xml")),
        "/story" => StubWeb.Answer(200, $"<!DOCTYPE html><html><body><article><h1>{_title}</h1><p>The harbour office published its figures on Monday.</p></article></body></html>", ("Content-Type", "text/html")),
        _ => StubWeb.Answer((int)HttpStatusCode.NotFound),
    };
}
