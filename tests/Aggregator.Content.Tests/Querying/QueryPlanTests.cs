using Aggregator.Content.Querying;
using Aggregator.Content.Tests.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Tests.Querying;

public sealed class QueryPlanTests
{
    private static readonly FeedId Wire = new("00000000000000aa");
    private static readonly FeedId Ledger = new("00000000000000bb");

    private static readonly QueryNames Names = new()
    {
        Feeds = [new NamedFeed(Wire, "The Wire", new Uri("https://wire.example/feed"), ["wire"]), new NamedFeed(Ledger, "The Ledger", new Uri("https://ledger.example/feed"), ["ledger"])],
    };

    [Fact]
    public void Narrow_ConditionsThatMustHold_AreAskedOfTheIndex()
    {
        var plan = Narrow("topic:ai chips (source:wire topic:space) since:7d until:2026-11-23 since:2d -topic:deals");

        Assert.Equal(["ai", "space"], plan.Topics);
        Assert.Equal([Wire], plan.Feeds!);
        Assert.Equal((RuleStories.Now.AddDays(-2), new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero)), (plan.Since!.Value, plan.Until!.Value));
    }

    [Fact]
    public void Narrow_ConditionsThatMayFail_AreNot()
    {
        var plan = Narrow("(topic:ai OR source:wire) -since:2d NOT source:ledger");

        Assert.Empty(plan.Topics);
        Assert.Null(plan.Feeds);
        Assert.Null(plan.Since);
    }

    [Fact]
    public void Narrow_WithinARange_NeverWidensIt()
    {
        var plan = Narrow("source:ledger since:7d", new StoryQuery { Feeds = [Wire], Since = RuleStories.Now.AddDays(-1), Topics = ["ai"], Limit = 7 });

        Assert.Equal((0, RuleStories.Now.AddDays(-1), 7), (plan.Feeds!.Count, plan.Since!.Value, plan.Limit));
        Assert.Equal(["ai"], plan.Topics);
    }

    [Theory]
    [InlineData("ai is:muted", MutedStories.Included, true, false)]
    [InlineData("title:ai -is:lead", MutedStories.LeftOut, false, true)]
    [InlineData("topic:ai (lang:en OR min_sources:2)", MutedStories.LeftOut, false, true)]
    [InlineData("topic:ai has:image", MutedStories.LeftOut, false, false)]
    public void Plan_WhatMustBeRead_IsToldFromTheQuery(string query, MutedStories muted, bool bodies, bool clusters)
    {
        var condition = Parse(query);

        Assert.Equal((muted, bodies, clusters), (Narrow(query).Muted, QueryPlan.ReadsBodies(condition), QueryPlan.ReadsClusters(condition)));
    }

    private static StoryQuery Narrow(string query, StoryQuery? range = null) => QueryPlan.Narrow(Parse(query), range ?? new StoryQuery(), RuleStories.Now);

    private static QueryNode Parse(string query) => QueryParser.Parse(query, Names, RuleStories.Now).Query!;
}
