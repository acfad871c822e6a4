using Aggregator.Content.Querying;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Tests.Querying;

public sealed class QueryParserTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly QueryNames Names = new()
    {
        Topics = ["AI", "IP theft"],
        Entities = ["OpenAI"],
        Feeds = [new NamedFeed(new FeedId("00000000000000aa"), "The Wire", new Uri("https://wire.example/feed"), ["wire.example", "wire"])],
    };

    [Theory]
    [InlineData("", 1, "found the end")]
    [InlineData("ai AND", 7, "found the end")]
    [InlineData("(ai OR chips", 1, "expected a \")\"")]
    [InlineData("ai) chips", 3, "no \"(\" goes with this")]
    [InlineData("ai OR OR chips", 7, "found \"OR\"")]
    [InlineData("\"trade secret", 1, "expected the quotes that begin here to end")]
    [InlineData("ai -", 4, "expected what to leave out")]
    [InlineData("titel:chips", 1, "found \"titel:\" (to search for a text with a colon, put it in quotes); try title:")]
    [InlineData("chips topic:ip-thef", 13, "there is no topic \"ip-thef\"; try ip-theft")]
    [InlineData("entity:openia", 8, "there is no organisation or product \"openia\"; try openai")]
    [InlineData("since:lastweek", 7, "expected a time, found \"lastweek\"; try 2026-11-24")]
    [InlineData("topic: ai", 7, "expected a value right after \"topic:\"")]
    [InlineData("min_sources:many", 13, "expected a number of sources from 1 to 1000")]
    [InlineData("is:big", 4, "expected is:lead, is:muted or is:pinned")]
    [InlineData("has:video", 5, "expected has:image")]
    [InlineData("title:(chips topic:ai)", 14, "expected values of title: only")]
    [InlineData("\"!!!\"", 2, "expected a letter or digit to search for")]
    [InlineData("chips sort:best", 12, "expected an order, found \"best\"; try new, relevance, weight, boost")]
    [InlineData("chips OR sort:new", 10, "expected sort: beside the conditions")]
    [InlineData("(chips sort:new)", 8, "expected sort: beside the conditions")]
    public void Parse_Mistake_IsToldWithItsColumnAndWhatWouldDo(string query, int column, string message)
    {
        var error = QueryParser.Parse(query, Names, Now).Error;

        Assert.NotNull(error);
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(column, error.Column);
    }

    [Fact]
    public void Parse_Sort_IsTakenOutOfTheConditions()
    {
        var sorted = QueryParser.Parse("sort:weight (chips OR ai) sort:Relevance lang:en", Names, Now);
        var alone = QueryParser.Parse("sort:new", Names, Now);

        Assert.Equal((StoryOrder.Relevance, 27), (sorted.Sort!.Order, sorted.Sort.Column));
        Assert.Equal(2, Assert.IsType<QueryNode.AllOf>(sorted.Query).Parts.Count);
        Assert.Equal((null, null, StoryOrder.New), (alone.Query, alone.Error, alone.Sort!.Order));
        Assert.Null(QueryParser.Parse("chips", Names, Now).Sort);
    }

    [Fact]
    public void Parse_AndOrNot_BindAsDocumented()
    {
        var query = Assert.IsType<QueryNode.AnyOf>(Parse("chips -title:rumour* OR topic:ai AND NOT (lang:de source:wire)"));

        var first = Assert.IsType<QueryNode.AllOf>(query.Parts[0]);
        Assert.Equal(["chips"], Assert.IsType<QueryNode.Phrase>(first.Parts[0]).Words);
        var rumour = Assert.IsType<QueryNode.Phrase>(Assert.IsType<QueryNode.NotThat>(first.Parts[1]).Part);
        Assert.Equal((true, true, 8), (rumour.TitleOnly, rumour.IsPrefix, rumour.Column));
        var second = Assert.IsType<QueryNode.AllOf>(query.Parts[1]);
        Assert.Equal("ai", Assert.IsType<QueryNode.Topic>(second.Parts[0]).Slug);
        var inner = Assert.IsType<QueryNode.AllOf>(Assert.IsType<QueryNode.NotThat>(second.Parts[1]).Part);
        Assert.Equal([new FeedId("00000000000000aa")], Assert.IsType<QueryNode.Source>(inner.Parts[1]).Feeds);
    }

    [Fact]
    public void Parse_FieldBeforeParentheses_GoesForAllInThem()
    {
        var query = Assert.IsType<QueryNode.AnyOf>(Parse("topic:(ai OR \"IP theft\")"));

        Assert.Equal(["ai", "ip-theft"], query.Parts.Cast<QueryNode.Topic>().Select(topic => topic.Slug));
    }

    [Fact]
    public void Parse_SourceThatIsNoFeed_IsWholeAndTold()
    {
        var result = QueryParser.Parse("chips source:wyre", Names, Now);

        Assert.NotNull(result.Query);
        var unknown = Assert.Single(result.UnknownSources);
        Assert.Equal(14, unknown.Column);
        Assert.Contains("the-wire", unknown.Suggestions);
    }

    [Fact]
    public void Parse_HostileText_IsRefusedInWords()
    {
        Assert.Contains("4000 are the most", Refusal(new string('a', 100_000)), StringComparison.Ordinal);
        Assert.Contains("4000 are the most", Refusal(new string('(', 10_000)), StringComparison.Ordinal);
        Assert.Contains("at most 50 parentheses", Refusal(new string('(', 3_900)), StringComparison.Ordinal);
        Assert.Contains("at most 50 parentheses", Refusal(string.Concat(Enumerable.Repeat("-(", 1_900))), StringComparison.Ordinal);
        Assert.Contains("at most 50 words", Refusal($"\"{string.Concat(Enumerable.Repeat("a ", 1_000))}\""), StringComparison.Ordinal);
        Assert.Contains("found the end", Refusal(string.Concat(Enumerable.Repeat("NOT ", 900))), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AnyText_NeverThrows()
    {
        const string Signs = "ab:()\"-* ANDORT\u0000\ud800é漢7";
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Signs[random.Next(Signs.Length)])]);
            var result = QueryParser.Parse(text, Names, Now);
            Assert.True(result.Query is null != result.Error is null, text);
        }
    }

    private static QueryNode Parse(string query)
    {
        var result = QueryParser.Parse(query, Names, Now);
        Assert.Null(result.Error);
        return result.Query!;
    }

    private static string Refusal(string query) => QueryParser.Parse(query, Names, Now).Error!.ToString();
}
