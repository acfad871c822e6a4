using Aggregator.Content.Querying;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Search;

/// <summary>Queries put to a real store of a hundred stories.</summary>
public sealed class StorySearchTests : IAsyncDisposable
{
    private static readonly string[] Fruits = ["apples", "pears", "plums", "quinces", "medlars"];

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(TestStories.Morning.AddHours(3));
    private IStoryStore? _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Every fifth story is on one fruit; every tenth is on AI; 90 to 92 are one event in three outlets, 80 and 81 one in two.</summary>
    private static IReadOnlyList<Story> Stories { get; } = [.. Enumerable.Range(0, 100).Select(number =>
    {
        var text = $"The growers speak of {Fruits[number % 5]} in the year {number}.";
        return TestStories.Make(number, number is 91 or 92 ? 90 : number == 81 ? 80 : null, number % 10 == 0 ? ["AI"] : []) with
        {
            Link = new Uri($"https://outlet{number % 7}.example/{number}"),
            Language = number % 2 == 0 ? "en" : null,
            Rules = number == 95 ? [new RuleEffect("Quiet", RuleAction.Mute)] : number == 3 ? [new RuleEffect("Loud", RuleAction.Boost, Weight: 5)] : [],
            Body = new StoryBody($"<p>{text}</p>", text),
        };
    })];

    [Theory]
    [InlineData("apples")]
    [InlineData("\"growers speak of plums\" topic:ai")]
    [InlineData("quince* OR title:\"story 17\"")]
    [InlineData("-apples -pears lang:en until:2026-11-24T09:00:00Z")]
    [InlineData("topic:ai OR is:muted")]
    [InlineData("medlars nowhere")]
    [InlineData("growing apple OR speaking of pears")]
    [InlineData("grower source:none -apples")]
    public async Task Find_AnyQuery_FindsWhatItMatchesNewestFirstPageByPage(string text)
    {
        var condition = Parse(text);
        var expected = Stories.Where(story => QueryMatcher.Matches(condition, new QueriedStory(story, _clock.GetUtcNow())) && (!story.IsMuted || text.Contains("muted", StringComparison.Ordinal)))
            .OrderByDescending(story => story.OrderedAt).Select(story => story.Title).ToList();
        using var search = await OpenAsync(new SearchLimits(MostRead: 7, MostLookedAt: 9));

        var found = new List<string>();
        var query = new SearchQuery(new StoryQuery { Limit = 4 }, condition);
        SearchPage page;
        do
        {
            page = await search.FindAsync(query, Token);
            Assert.True(page.Stories.Count <= 4);
            Assert.All(page.Stories, story => Assert.Null(story.Body));
            found.AddRange(page.Stories.Select(story => story.Title));
            query = query with { Range = query.Range with { After = page.Next } };
        }
        while (page.Next is not null);

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Find_MuchLookedAtInVain_SaysHowFarItCame()
    {
        using var search = await OpenAsync(new SearchLimits(MostRead: 10));

        var page = await search.FindAsync(new SearchQuery(new StoryQuery { Limit = 4 }, Parse("apples OR entity:none")), Token);

        Assert.Equal(["Story 90"], page.Stories.Select(story => story.Title));
        Assert.Equal((TestStories.Morning.AddMinutes(89), page.Next!.OrderedAt), (page.LookedBackTo!.Value, page.LookedBackTo.Value));
    }

    [Fact]
    public async Task Find_ByWhatTheClusterIs_LooksAtClusters()
    {
        using var search = await OpenAsync(new SearchLimits());

        Assert.Equal(["Story 92", "Story 91", "Story 90"], await TitlesAsync(search, "min_sources:3"));
        Assert.Equal(["Story 90", "Story 80"], await TitlesAsync(search, "min_sources:2 is:lead"));
        Assert.Equal(["Story 92", "Story 91", "Story 81"], await TitlesAsync(search, "-is:lead"));
    }

    [Fact]
    public async Task Find_InOrderOfWeight_PutsWhatMostReportFirst()
    {
        using var search = await OpenAsync(new SearchLimits());
        var all = new SearchQuery(new StoryQuery { Limit = 6 }, null);

        var weight = await search.FindAsync(all with { Order = StoryOrder.Weight }, Token);
        var boost = await search.FindAsync(all with { Order = StoryOrder.Boost }, Token);

        Assert.Equal(["Story 92", "Story 91", "Story 90", "Story 81", "Story 80", "Story 99"], weight.Stories.Select(story => story.Title));
        Assert.Equal(["Story 3", "Story 99"], boost.Stories.Take(2).Select(story => story.Title));
    }

    [Fact]
    public async Task Find_ByRelevance_PutsWhatFitsBestFirstAndHoldsTheRest()
    {
        using var search = await OpenAsync(new SearchLimits());

        var page = await search.FindAsync(new SearchQuery(new StoryQuery { Limit = 2 }, Parse("(title:33 OR growers) -apples has:image OR \"story 33\" pears")) { Order = StoryOrder.New }, Token);
        var ranked = await search.FindAsync(new SearchQuery(new StoryQuery { Limit = 2 }, Parse("(title:33 OR growers) -apples")) { Order = StoryOrder.Relevance }, Token);

        Assert.Empty(page.Stories);
        Assert.Equal("Story 33", ranked.Stories[0].Title);
        Assert.Equal((2, null), (ranked.Stories.Count, ranked.Next));
    }

    [Fact]
    public async Task Count_AnyQuery_CountsWhatItFinds()
    {
        using var search = await OpenAsync(new SearchLimits());

        var indexed = await search.CountAsync(new SearchQuery(new StoryQuery(), Parse("apples topic:ai")), Token);
        var looked = await search.CountAsync(new SearchQuery(new StoryQuery(), Parse("apples topic:ai -pears")), Token);
        var cut = await new StorySearch(_store!, new ClusterReader(_store!), new SearchLimits(MostRead: 10), _clock).CountAsync(new SearchQuery(new StoryQuery(), Parse("-pears")), Token);

        Assert.Equal((10, 10), (indexed.Facets.Total, looked.Facets.Total));
        Assert.Equal(indexed.Facets.ByDay, looked.Facets.ByDay);
        Assert.Null(looked.LookedBackTo);
        Assert.NotNull(cut.LookedBackTo);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static QueryNode Parse(string text) => QueryParser.Parse(text, QueryNames.Any, TestStories.Morning).Query!;

    private static async Task<IEnumerable<string>> TitlesAsync(StorySearch search, string text) =>
        (await search.FindAsync(new SearchQuery(new StoryQuery(), Parse(text)), Token)).Stories.Select(story => story.Title);

    private async Task<StorySearch> OpenAsync(SearchLimits limits)
    {
        _store = await StorageRegistration.OpenAsync(_folder.Data, new StoryRetention(), TimeSpan.Zero, _clock, Token);
        await _store.SaveAsync(new StoryBatch(Stories, null), Token);
        return new StorySearch(_store, new ClusterReader(_store), limits, _clock);
    }
}
