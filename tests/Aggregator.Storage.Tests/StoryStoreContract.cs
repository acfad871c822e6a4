using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Storage.Tests;

/// <summary>What every store must do. A store's own tests are a subclass that opens it.</summary>
public abstract partial class StoryStoreContract
{
    protected static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    protected static readonly FeedId Wire = new("00000000000000aa");
    protected static readonly FeedId Ledger = new("00000000000000bb");

    private static readonly string[] TopicsByDivisor = ["AI", "Space", "Mobile"];

    /// <summary>Opens the store of a folder; opened again, it holds what was saved.</summary>
    protected abstract Task<IStoryStore> OpenAsync(string folder, StoryRetention retention);

    protected Task<IStoryStore> OpenAsync(string folder) => OpenAsync(folder, new StoryRetention());

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_ThenReopen_HoldsStoriesBodiesAndCounts()
    {
        using var folder = new TemporaryFolder();
        var story = Story(Wire, 1, "AI", "IP theft");
        await using (var store = await OpenAsync(folder.Path))
        {
            Assert.Equal(new SaveResult(1, 0), await store.SaveAsync(new StoryBatch([story], null), Token));
        }

        await using var again = await OpenAsync(folder.Path);
        var found = (await again.FindStoryAsync(story.Id, Token))!;
        Assert.Equal((story.Title, story.Body, story.Published), (found.Title, found.Body, found.Published));
        Assert.Equal(["AI", "IP theft"], found.Topics.Select(topic => topic.Topic));
        Assert.Equal("trade secret", found.Topics[0].Evidence[0].Feature);
        var counts = await again.CountAsync(Token);
        Assert.Equal((1, 1), (counts.Stories, counts.ByTopic["ip-theft"]));
    }

    [Fact]
    public async Task Save_SameStoryAgain_ReplacesItAndKeepsFirstSeen()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var story = Story(Wire, 1, "AI");
        await store.SaveAsync(new StoryBatch([story], null), Token);

        var result = await store.SaveAsync(new StoryBatch([Story(Wire, 1, "Space") with { Title = "New", FirstSeen = Now.AddDays(3) }], null), Token);

        Assert.Equal(new SaveResult(0, 1), result);
        Assert.Empty((await store.QueryAsync(new StoryQuery { Topics = ["ai"] }, Token)).Stories);
        var found = Assert.Single((await store.QueryAsync(new StoryQuery { Topics = ["space"] }, Token)).Stories);
        Assert.Equal(("New", story.FirstSeen), (found.Title, found.FirstSeen));
    }

    [Fact]
    public async Task Query_TopicsFeedsAndTimes_AllHold()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 300).Select(number => Story(
            number % 2 == 0 ? Wire : Ledger, number, [.. TopicsByDivisor.Where((_, index) => number % (index + 2) == 0)]))], null), Token);

        var both = await Numbers(store, new StoryQuery { Topics = ["ai", "space"], Limit = 500 });
        var ledger = await Numbers(store, new StoryQuery { Topics = ["space"], Feeds = [Ledger], Limit = 500 });
        var window = await Numbers(store, new StoryQuery { Feeds = [Ledger, Wire], Since = Now.AddMinutes(-20), Until = Now.AddMinutes(-10), Limit = 500 });
        var none = await Numbers(store, new StoryQuery { Feeds = [] });

        Assert.Equal(Enumerable.Range(0, 300).Where(number => number % 6 == 0), both);
        Assert.Equal(Enumerable.Range(0, 300).Where(number => number % 3 == 0 && number % 2 == 1), ledger);
        Assert.Equal(Enumerable.Range(11, 10), window);
        Assert.Empty(none);
    }

    [Fact]
    public async Task Query_PageByPageWhileStoriesArrive_NeitherSkipsNorRepeats()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 100).Select(number => Story(Wire, number, "AI"))], null), Token);

        var seen = new List<int>();
        var query = new StoryQuery { Topics = ["ai"], Limit = 7 };
        for (var page = await store.QueryAsync(query, Token); ; page = await store.QueryAsync(query, Token))
        {
            seen.AddRange(page.Stories.Select(Number));
            await store.SaveAsync(new StoryBatch([Story(Ledger, -seen.Count, "AI")], null), Token);
            if (page.Next is null)
            {
                break;
            }

            query = query with { After = page.Next };
        }

        Assert.Equal(Enumerable.Range(0, 100), seen);
    }

    [Fact]
    public async Task Save_StoryWithThePagesValidators_HoldsThemByteForByte()
    {
        using var folder = new TemporaryFolder();
        var page = new PageValidators(new Uri("https://a.example/moved?b=%2F"), "W/\"a b\"", "Mon,  2 Mar 26 11:00 +0000");
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1) with { Page = page }, Story(Wire, 2)], null), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal(page, (await again.FindStoryAsync(Story(Wire, 1).Id, Token))!.Page);
        Assert.Null((await again.FindStoryAsync(Story(Wire, 2).Id, Token))!.Page);
    }

    [Fact]
    public async Task Save_ManyAtOnce_LosesNothing()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), Token, async (batch, token) =>
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(batch * 5, 5).Select(number => Story(Wire, number, "AI"))], null), token));

        Assert.Equal(200, (await store.CountAsync(Token)).Stories);
        Assert.Equal(Enumerable.Range(0, 200), await Numbers(store, new StoryQuery { Limit = 500 }));
    }

    [Fact]
    public async Task Save_BatchesOfOneStoryAtOnce_EveryBodyStaysWithItsStory()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);

        await Parallel.ForEachAsync(Enumerable.Range(0, 20), Token, async (number, token) => await store.SaveAsync(
            new StoryBatch([Story(Wire, number) with { Body = new StoryBody($"<p>{number}</p>", $"{number}") }], null), token));

        foreach (var number in Enumerable.Range(0, 20))
        {
            Assert.Equal($"{number}", (await store.FindStoryAsync(Story(Wire, number).Id, Token))!.Body!.Text);
        }
    }

    /// <summary>
    /// The first writes into an empty store, met by readers at every moment. (LiteDB breaks down when a collection is read while the
    /// transaction that makes it commits; the many rounds are there because the moment is short.)
    /// </summary>

    [Fact]
    public async Task Save_FirstIntoAnEmptyStoreWhileOthersRead_FailsNobody()
    {
        for (var round = 0; round < 12; round++)
        {
            using var folder = new TemporaryFolder();
            await using var store = await OpenAsync(folder.Path);
            var done = false;
            var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(
                async () =>
                {
                    while (!Volatile.Read(ref done))
                    {
                        await store.FindStoryAsync(Story(Wire, 1).Id, Token);
                        await store.QueryAsync(new StoryQuery { Topics = ["ai"], WithBody = true }, Token);
                    }
                },
                Token)).ToList();

            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
            await store.SaveAsync(new StoryBatch([Story(Wire, 2, "AI")], null), Token);
            Volatile.Write(ref done, true);
            await Task.WhenAll(readers);

            Assert.Equal([1, 2], await Numbers(store, new StoryQuery { Topics = ["ai"] }));
        }
    }

    [Fact]
    public async Task Save_ChangedText_KeepsTheEarlierOnesBounded()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await OpenAsync(folder.Path))
        {
            for (var i = 0; i < StoryVersion.MaxKept + 5; i++)
            {
                await store.SaveAsync(new StoryBatch([Edited(i, $"Text {i}")], null), Token);
            }

            await store.SaveAsync(new StoryBatch([Edited(StoryVersion.MaxKept + 6, $"TEXT, {StoryVersion.MaxKept + 4}!")], null), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        var versions = await again.ListVersionsAsync(Story(Wire, 1).Id, Token);
        Assert.Equal(StoryVersion.MaxKept, versions.Count);
        Assert.Equal($"Text {StoryVersion.MaxKept + 3}", versions[0].Text);
        Assert.Equal("Text 0", versions[^1].Text);
        Assert.Equal((Now.AddMinutes(0), Now.AddMinutes(1)), (versions[^1].From, versions[^1].Until));
        Assert.Empty(await again.ListVersionsAsync(Story(Wire, 2).Id, Token));

        static Story Edited(int minute, string text) =>
            Story(Wire, 1) with { Title = "The same title", Updated = Now.AddMinutes(minute), Body = new StoryBody($"<p>{text}</p>", text) };
    }

    protected static async Task<List<int>> Numbers(IStoryStore store, StoryQuery query) => [.. (await store.QueryAsync(query, Token)).Stories.Select(Number)];

    private static int Number(Story story) => int.Parse(story.Title["Story ".Length..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Story 0 is the newest, story 1 a minute older, and so on.</summary>
    protected static Story Story(FeedId feed, int number, params IReadOnlyList<string> topics)
    {
        var id = StoryId.Of(feed, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new Story
        {
            Id = id,
            Feed = feed,
            FeedName = "The Feed",
            Link = new Uri($"https://{feed}.example/{number}"),
            Title = $"Story {number}",
            Published = Now.AddMinutes(-number),
            FirstSeen = Now.AddDays(1),
            Updated = Now,
            Topics = [.. topics.Select(topic => new TopicTag(topic, 1.5, [new Evidence("trade secret", StoryPart.Title, 2, 1.5)]))],
            Cluster = new ClusterId(id.Value),
            Fingerprint = "f",
            Body = new StoryBody("<p>Text with ümlauts and 漢字</p>", "Text with ümlauts and 漢字"),
        };
    }
}
