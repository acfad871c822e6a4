using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Model.Tests;

public sealed class KeepGroupsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);
    private static readonly FeedId Wire = FeedId.Of(new Uri("https://wire.example/")), Ledger = FeedId.Of(new Uri("https://ledger.example/"));

    private static readonly StoryRetention Limits = new()
    {
        MaxAge = TimeSpan.FromDays(30),
        Feeds = new Dictionary<FeedId, KeepLimits> { [Wire] = new() { MaxAge = TimeSpan.FromDays(7), MaxStories = 5 } },
        Topics = new Dictionary<string, KeepLimits>
        {
            ["ai"] = new() { MaxAge = StoryRetention.ForEver, MaxStories = 10 },
            ["robotics"] = new() { MaxAge = StoryRetention.ForEver },
            ["space"] = new() { MaxAge = TimeSpan.FromDays(3) },
            ["energy"] = new() { MaxBytes = 1 << 20 },
        },
    };

    [Theory]
    [InlineData("*", null)]
    [InlineData("*", null, "Gaming")]
    [InlineData("f|", "wire", "Gaming")]
    [InlineData("t|space", "wire", "Gaming", "Space")]
    [InlineData("t|energy", "wire", "Space", "Energy")]
    [InlineData("t|ai", "wire", "Space", "AI", "Energy")]
    [InlineData("t|robotics", null, "AI", "Robotics")]
    public void Of_Story_TheTopicThatKeepsLongestElseTheFeedElseTheRest(string expected, string? feed, params string[] topics)
    {
        var group = KeepGroups.Of(Limits).Of(Make(feed is null ? Ledger : Wire, topics));

        Assert.Equal(expected == "f|" ? KeepGroup.OfFeed(Wire) : new KeepGroup(expected), group);
    }

    [Fact]
    public void Limits_OfAGroup_WhatIsNotSaidOfAgeIsSaidForAll()
    {
        Assert.Equal((null, 10L), (Limits.Of(KeepGroup.OfTopic("ai")).MaxAge, Limits.Of(KeepGroup.OfTopic("ai")).MaxStories));
        Assert.Equal(TimeSpan.FromDays(30), Limits.Of(KeepGroup.OfTopic("energy")).MaxAge);
        Assert.Equal(TimeSpan.FromDays(30), Limits.Of(KeepGroup.Rest).MaxAge);
        var each = Limits with { EachFeed = new KeepLimits { MaxStories = 50, MaxBytes = 9 } };
        Assert.Equal(new KeepLimits { MaxAge = TimeSpan.FromDays(7), MaxStories = 5, MaxBytes = 9 }, each.Of(KeepGroup.OfFeed(Wire)));
        Assert.Equal(new KeepLimits { MaxAge = TimeSpan.FromDays(30), MaxStories = 50, MaxBytes = 9 }, each.Of(KeepGroup.OfFeed(Ledger)));
        Assert.Equal(KeepGroup.OfFeed(Ledger), KeepGroups.Of(each).Of(Make(Ledger, [])));
    }

    [Fact]
    public void LongestAge_OfSeveral_IsForEverWhereOneIs()
    {
        Assert.Null(Limits.LongestAge);
        Assert.Equal(TimeSpan.FromDays(40), new StoryRetention { MaxAge = TimeSpan.FromDays(30), Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxAge = TimeSpan.FromDays(40) } } }.LongestAge);
        Assert.Null(new StoryRetention { Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxAge = TimeSpan.FromDays(40) } } }.LongestAge);
    }

    [Fact]
    public void IsTooOld_GoesByTheGroupAndNeverForAPinnedStory()
    {
        var rules = new KeepRules(Limits);
        var old = Make(Wire, []) with { Published = Now.AddDays(-8) };

        Assert.True(rules.IsTooOld(old, Now));
        Assert.False(rules.IsTooOld(old with { PinnedAt = Now }, Now));
        Assert.False(rules.IsTooOld(old with { Feed = Ledger }, Now));
        Assert.False(rules.IsTooOld(Make(Wire, "AI") with { Published = Now.AddDays(-8000) }, Now));
    }

    [Fact]
    public void Parse_WhatToStringWrote_IsTheSame()
    {
        foreach (var limits in (StoryRetention[])[new(), Limits, Limits with { EachFeed = new KeepLimits { MaxBytes = 1 } }])
        {
            var groups = KeepGroups.Of(limits);
            var again = KeepGroups.Parse(groups.ToString());

            Assert.Equal(groups.ToString(), again.ToString());
            Assert.True(groups.DividesAs(again));
            Assert.Equal(groups.IsAny, again.IsAny);
            Assert.Equal(groups.Feeds, again.Feeds);
        }

        Assert.False(KeepGroups.Parse("").IsAny);
        Assert.False(KeepGroups.Parse("x\ny\nz").Feeds.Any());
    }

    [Fact]
    public void DividesAs_OtherNumbers_NeedNoSorting()
    {
        var groups = KeepGroups.Of(Limits);

        Assert.True(groups.DividesAs(KeepGroups.Of(Limits with { MaxStories = 5, Feeds = new Dictionary<FeedId, KeepLimits> { [Wire] = new() { MaxStories = 7 } } })));
        Assert.False(groups.DividesAs(KeepGroups.Of(Limits with { Feeds = new Dictionary<FeedId, KeepLimits> { [Ledger] = new() { MaxStories = 7 } } })));
        Assert.False(groups.DividesAs(KeepGroups.Of(Limits with { EachFeed = new KeepLimits { MaxStories = 7 } })));
    }

    [Fact]
    public void Continue_FeedThatIsListedNoMore_KeepsWhatWasSaid()
    {
        var said = KeepGroups.Of(Limits);

        Assert.Equal(Limits.Feeds[Wire], said.Continue(new StoryRetention { Listed = new HashSet<FeedId> { Ledger } }).Feeds[Wire]);
        Assert.Empty(said.Continue(new StoryRetention { Listed = new HashSet<FeedId> { Wire } }).Feeds);
        Assert.Empty(said.Continue(new StoryRetention()).Feeds);
    }

    private static Story Make(FeedId feed, params string[] topics) => new()
    {
        Id = StoryId.Of(feed, "1"),
        Feed = feed,
        FeedName = "The Feed",
        Link = new Uri("https://feed.example/1"),
        Title = "A story",
        FirstSeen = Now,
        Updated = Now,
        Topics = [.. topics.Select(topic => new TopicTag(topic, 1, []))],
        Cluster = new ClusterId("1"),
        Fingerprint = "f",
    };
}
