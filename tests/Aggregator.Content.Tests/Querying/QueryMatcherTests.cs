using Aggregator.Content.Querying;
using Aggregator.Content.Tests.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Content.Tests.Querying;

public sealed class QueryMatcherTests
{
    private static readonly Story Story = RuleStories.Make("Chip maker's open-source C++ tools: ＡＩ for 生成 models", "The trade secret was\nkept by ÅSA, the firm said.") with
    {
        Topics = [new TopicTag("IP theft", 1, [])],
        Entities = [new EntityTag("OpenAI", "organisation", 1, false)],
        Authors = ["Ida Berg", "Ola Lind"],
        Category = "Security News",
        Language = "en-US",
        Image = new Uri("https://wire.example/a.png"),
    };

    [Theory]
    [InlineData("chip tools")]
    [InlineData("tool firms saying OR tooling")]
    [InlineData("成")]
    [InlineData("\"open source\"")]
    [InlineData("open-source")]
    [InlineData("c++")]
    [InlineData("\"trade secret\"")]
    [InlineData("\"trade sec*\"")]
    [InlineData("åsa")]
    [InlineData("ai")]
    [InlineData("生成")]
    [InlineData("secre*")]
    [InlineData("title:maker")]
    [InlineData("-title:secret")]
    [InlineData("topic:ip-theft")]
    [InlineData("topic:\"IP theft\" entity:openai")]
    [InlineData("source:the-wire")]
    [InlineData("source:00000000000000aa")]
    [InlineData("category:security-news")]
    [InlineData("author:berg author:\"ola lind\"")]
    [InlineData("lang:en")]
    [InlineData("lang:en-us")]
    [InlineData("since:2026-11-23 until:now")]
    [InlineData("since:2d")]
    [InlineData("has:image")]
    [InlineData("nothing OR (chip -nothing)")]
    [InlineData("NOT (is:muted OR topic:ai)")]
    public void Matches_StoryMeant_IsFound(string query) => Assert.True(Matches(query, Story), query);

    [Theory]
    [InlineData("too")]
    [InlineData("tooth")]
    [InlineData("\"secret was kept\"")] // two blocks
    [InlineData("title:secret")]
    [InlineData("topic:ai")]
    [InlineData("author:\"berg ola\"")]
    [InlineData("lang:e")]
    [InlineData("until:2026-11-23")]
    [InlineData("-chip")]
    [InlineData("is:muted")]
    [InlineData("source:wire2")]
    public void Matches_StoryNotMeant_IsNotFound(string query) => Assert.False(Matches(query, Story), query);

    [Theory]
    [InlineData("is:lead")]
    [InlineData("-is:lead")]
    [InlineData("min_sources:2")]
    [InlineData("-min_sources:2")]
    [InlineData("lang:en")]
    [InlineData("-lang:en")]
    public void Matches_WhatIsNotKnown_IsNeitherSoNorNot(string query)
    {
        var unknown = Story with { Language = null };

        Assert.False(Matches(query, unknown));
        Assert.True(Matches($"chip OR {query}", unknown));
    }

    [Fact]
    public void Matches_FactsOfTheCluster_CountWhereKnown()
    {
        var known = new QueriedStory(Story, RuleStories.Now) { Sources = 3, IsLead = false };

        Assert.True(QueryMatcher.Matches(Parse("min_sources:3 -is:lead"), known));
        Assert.False(QueryMatcher.Matches(Parse("min_sources:4"), known));
    }

    private static bool Matches(string query, Story story) => QueryMatcher.Matches(Parse(query), new QueriedStory(story, RuleStories.Now));

    private static QueryNode Parse(string query) => QueryParser.Parse(
        query,
        new QueryNames { Feeds = [new NamedFeed(new FeedId("00000000000000aa"), "The Wire", new Uri("https://wire.example/feed"), ["wire.example"])] },
        RuleStories.Now).Query!;
}
