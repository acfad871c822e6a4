using Aggregator.Model.Stories;
using Aggregator.Model.Storage;
using Aggregator.Model.Text;

namespace Aggregator.Storage.Tests;

/// <summary>Texts searched, stories counted, and stories deleted for good.</summary>
public abstract partial class StoryStoreContract
{
    private static readonly string[] Growers = ["apples", "pears", "plums"];

    [Theory]
    [InlineData("investigates", false, "1")]
    [InlineData("Investigation", false, "1")]
    [InlineData("trade secrets", false, "1")]
    [InlineData("secrets trade", false, "")]
    [InlineData("chipmak", true, "2")]
    [InlineData("investigati", true, "1")]
    [InlineData("chip", false, "")]
    [InlineData("c++", false, "2")]
    [InlineData("c", false, "")]
    [InlineData("end of line next", false, "")]
    [InlineData("ümlaut", true, "2")]
    [InlineData("芯片", false, "3")]
    [InlineData("芯", false, "3")]
    [InlineData("片出口", false, "3")]
    [InlineData("芯出", false, "")]
    [InlineData("AI芯片", false, "3")]
    [InlineData("untersucht", false, "4")]
    [InlineData("untersuchen", false, "")]
    [InlineData("or", false, "")]
    [InlineData("not near and", false, "2")]
    public async Task Query_Text_FindsTheWordsInTheirForms(string words, bool isPrefix, string expected)
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(
            new StoryBatch(
                [
                    Worded(1, "They investigate", "A trade secret was taken.", "en-GB"),
                    Worded(2, "Chipmakers", "Ümlauts in C++, not near and far.\nThe end of line\nnext comes another.", null),
                    Worded(3, "出口", "生成AI芯片出口", "zh"),
                    Worded(4, "Das Amt untersucht", "Wer hat es genommen?", "de"),
                ],
                null),
            Token);

        Assert.True(store.CanSearchText);
        Assert.Equal(expected, string.Join(" ", (await store.QueryAsync(new StoryQuery { Text = Words(words, isPrefix) }, Token)).Stories.Select(Id)));
    }

    [Fact]
    public async Task Query_TextWithOtherConditions_AllHoldNewestFirstPageByPage()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var stories = Enumerable.Range(0, 400).Select(number => Worded(number, null, $"The growers speak of {Growers[number % 3]}.", "en") with
        {
            Published = Now.AddHours(-(number * 7 % 400)),
            Feed = number % 5 == 0 ? Ledger : Wire,
            Topics = Story(Wire, number, number % 2 == 0 ? ["AI"] : ["Space"]).Topics,
            Rules = number == 12 ? [new RuleEffect("Quiet", RuleAction.Mute)] : [],
        }).ToList();
        foreach (var some in stories.Chunk(37))
        {
            await store.SaveAsync(new StoryBatch(some, null), Token);
        }

        var query = new StoryQuery
        {
            Text = new TextCondition.AllOf([Words("grower"), new TextCondition.AnyOf([Words("apple"), Words("speak of plums")])]),
            Topics = ["ai"],
            Feeds = [Wire],
            Since = Now.AddHours(-300),
            Until = Now.AddHours(-3),
            Limit = 7,
        };
        var expected = stories.Where(story => Id(story) % 3 != 1 && Id(story) % 2 == 0 && story.Feed == Wire && story.OrderedAt >= query.Since && story.OrderedAt < query.Until && !story.IsMuted)
            .OrderByDescending(story => story.OrderedAt).ThenBy(story => story.Id.Value, StringComparer.Ordinal).Select(Id).ToList();

        var found = new List<int>();
        for (StoryCursor? after = null; ;)
        {
            var page = await store.QueryAsync(query with { After = after }, Token);
            found.AddRange(page.Stories.Select(Id));
            if (page.Next is null)
            {
                break;
            }

            after = page.Next;
        }

        Assert.Equal(expected, found);
        var counted = await store.CountFacetsAsync(query, Token);
        Assert.Equal((expected.Count, expected.Count, expected.Count), (counted.Total, counted.ByTopic["ai"], counted.ByFeed[Wire]));
    }

    [Fact]
    public async Task Query_TextOfManyStoriesOfOneInstant_FindsEachOnce()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 300).Select(number => Worded(number, null, "The same day.", "en") with { Published = Now })], null), Token);

        var found = new List<int>();
        StoryPage page;
        StoryCursor? after = null;
        do
        {
            page = await store.QueryAsync(new StoryQuery { Text = Words("same day"), Limit = 41, After = after }, Token);
            found.AddRange(page.Stories.Select(Id));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 300), found.Order());
    }

    [Fact]
    public async Task Query_TextOfAChangedStory_IsTheNewOne()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Worded(1, "Old", "apples", "en"), Worded(2, "Two", "apples", "en")], null), Token);
            await store.SaveAsync(new StoryBatch([Worded(1, "New", "pears", "en") with { Published = Now.AddDays(-3) }], null), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal([2], (await again.QueryAsync(new StoryQuery { Text = Words("apples") }, Token)).Stories.Select(Id));
        Assert.Equal([1], (await again.QueryAsync(new StoryQuery { Text = Words("pears") }, Token)).Stories.Select(Id));
        Assert.Equal([1], (await again.QueryAsync(new StoryQuery { Text = Words("new", titleOnly: true) }, Token)).Stories.Select(Id));
        Assert.Empty((await again.QueryAsync(new StoryQuery { Text = Words("pears", titleOnly: true) }, Token)).Stories);
    }

    [Fact]
    public async Task Query_ByRelevance_PutsTheBestFirst()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var filler = string.Join(' ', Enumerable.Repeat("and other things that are told here", 60));
        await store.SaveAsync(
            new StoryBatch(
                [
                    Worded(1, "Weather", $"Once a word on apples. {filler}", "en"),
                    Worded(2, "Weather again", "Nothing of it.", "en"),
                    Worded(3, "Apples and apples", "Of apples: the apple harvest.", "en"),
                    Worded(4, "Harvest", "Some apples, and an apple.", "en"),
                ],
                null),
            Token);

        var page = await store.QueryAsync(new StoryQuery { Text = Words("apple"), ByRelevance = true }, Token);

        Assert.Equal([3, 4, 1], page.Stories.Select(Id));
        Assert.Null(page.Next);
        Assert.Null(page.ComparedOnly);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.QueryAsync(new StoryQuery { ByRelevance = true }, Token));
    }

    [Fact]
    public async Task CountFacets_DividesByTopicFeedAndDay()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 30).Select(number => Story(number % 3 == 0 ? Wire : Ledger, number, number % 2 == 0 ? ["AI", "Space"] : ["AI"]) with
        {
            Published = Now.AddHours(-number * 4),
            Rules = number == 29 ? [new RuleEffect("Quiet", RuleAction.Mute)] : [],
        })], null), Token);

        var all = await store.CountFacetsAsync(new StoryQuery(), Token);
        var day = await store.CountFacetsAsync(new StoryQuery { Since = Now.AddDays(-1), Topics = ["space"] }, Token);

        Assert.Equal((29, 29, 15, 10, 19), (all.Total, all.ByTopic["ai"], all.ByTopic["space"], all.ByFeed[Wire], all.ByFeed[Ledger]));
        Assert.Equal([4, 6, 6, 6, 6, 1], all.ByDay.OrderByDescending(pair => pair.Key).Select(pair => (int)pair.Value));
        Assert.Equal((4, new DateOnly(2026, 11, 24)), (day.Total, day.ByDay.MaxBy(pair => pair.Key).Key));
        Assert.Equal(1, (await store.CountFacetsAsync(new StoryQuery { Muted = MutedStories.Only }, Token)).Total);
        Assert.Equal(0, (await store.CountFacetsAsync(new StoryQuery { Topics = ["nowhere"] }, Token)).Total);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.CountFacetsAsync(new StoryQuery { Corrected = true }, Token));
    }

    [Fact]
    public async Task CountFacets_AfterRetagging_CountsTheNewTags()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var story = Story(Wire, 1, "AI");
        await store.SaveAsync(new StoryBatch([story], null), Token);

        await store.RetagAsync([new StoryTagging(story.Id, story.Updated, Story(Wire, 1, "Space").Topics, [])], Now.AddDays(2), Token);

        Assert.Equal(["space"], (await store.CountFacetsAsync(new StoryQuery(), Token)).ByTopic.Keys);
        Assert.Equal([1], (await store.QueryAsync(new StoryQuery { Text = Words("text with"), Topics = ["space"] }, Token)).Stories.Select(Id));
    }

    [Fact]
    public async Task Delete_ForGood_DoesNotComeBack()
    {
        using var folder = new TemporaryFolder();
        var gone = Worded(1, null, "apples", "en");
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([gone, Worded(2, null, "apples", "en")], null), Token);

            Assert.Equal(1, await store.DeleteStoriesAsync([gone.Id, new StoryId(new string('0', 24))], StoryEnd.ForGood, Token));

            Assert.Equal(new SaveResult(0, 0), await store.SaveAsync(new StoryBatch([gone with { Fingerprint = "another" }], null), Token));
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Null(await again.FindStoryAsync(gone.Id, Token));
        Assert.Empty(await again.ListVersionsAsync(gone.Id, Token));
        Assert.Equal([2], (await again.QueryAsync(new StoryQuery { Topics = ["ai"] }, Token)).Stories.Select(Id));
        Assert.Equal([2], (await again.QueryAsync(new StoryQuery { Text = Words("apples") }, Token)).Stories.Select(Id));
        Assert.Equal((1, 1), ((await again.CountAsync(Token)).Stories, (await again.CountAsync(Token)).ByTopic["ai"]));
        Assert.Equal("f", (await again.FindFingerprintsAsync([gone.Id], Token))[gone.Id]);
        Assert.Equal(0, await again.DeleteStoriesAsync([gone.Id], StoryEnd.ForGood, Token));
    }

    [Fact]
    public async Task RebuildTextIndex_WhileStoriesArrive_FindsAll()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 700).Select(number => Worded(number, null, "apples", "en"))], null), Token);
        var told = 0L;

        var rebuilding = store.RebuildTextIndexAsync(new Told(done => Volatile.Write(ref told, done)), Token);
        for (var number = 700; number < 800; number++)
        {
            await store.SaveAsync(new StoryBatch([Worded(number, null, "apples", "en"), Worded(number - 700, null, "pears", "en")], null), Token);
        }

        await rebuilding;
        Assert.True(store.CanSearchText);
        Assert.True(Volatile.Read(ref told) >= 700);
        Assert.Equal(700, (await store.CountFacetsAsync(new StoryQuery { Text = Words("apples") }, Token)).Total);
        Assert.Equal(100, (await store.CountFacetsAsync(new StoryQuery { Text = Words("pears") }, Token)).Total);
    }

    [Fact]
    public async Task RebuildTextIndex_MostStoriesWereDropped_TellsOfThoseThereAre()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 500).Select(number => Worded(number, null, "apples", "en"))], null), Token);
        await store.DeleteStoriesAsync([.. Enumerable.Range(5, 490).Select(number => Story(Wire, number).Id)], StoryEnd.Forgotten, Token);
        var told = 0L;

        await store.RebuildTextIndexAsync(new Told(done => told = done), Token);

        Assert.Equal(10, told);
        Assert.Equal([0, 1, 2, 3, 4, 495, 496, 497, 498, 499], (await store.QueryAsync(new StoryQuery { Text = Words("apples") }, Token)).Stories.Select(Id).Order());
    }

    protected static TextCondition Words(string text, bool isPrefix = false, bool titleOnly = false) =>
        new TextCondition.Phrase(SearchTerms.Asked(SearchWords.Of(text), isPrefix), titleOnly);

    protected static Story Worded(int number, string? title, string text, string? language)
    {
        var story = Story(Wire, number, "AI");
        return story with { Title = title is null ? story.Title : $"{title} {number}", Language = language, Body = new StoryBody($"<p>{text}</p>", text) };
    }

    private static int Id(Story story) => int.Parse(story.Title[(story.Title.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Told(Action<long> told) : IProgress<long>
    {
        public void Report(long value) => told(value);
    }
}
