using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Model.Tests.Stories;

public sealed class SameArticleTests
{
    private const string Cranes =
        "The port of Esbjerg has ordered six electric cranes from a yard in Gdynia, its director said on Tuesday. They replace diesel cranes that have "
        + "unloaded timber and wind turbine blades since the eighties. The first two arrive by barge in March, and the crews begin their training "
        + "on a simulator in January. The order is worth forty million euros, a third of which the regional fund for cleaner harbours pays.";

    private const string Ferries =
        "A ferry line between Esbjerg and Harwich is to start again in May after eleven years, two shipping companies announced. They count on lorry "
        + "drivers who avoid the tunnel and on families with caravans. Passengers board at a new terminal, which the town wants to finish by Easter, "
        + "and tickets are sold from February on. Whether the service continues in winter depends on how many come in summer.";

    [Fact]
    public void Tells_SameLinkFromAnotherFeed_WhateverWayItLeads() =>
        Assert.True(SameArticle.Tells(Story("wire", "https://harbour.example/cranes"), Story("list", "http://m.harbour.example/cranes?utm_source=list", text: "")));

    [Fact]
    public void Tells_SameLinkAndText_UnderAnotherTitle() =>
        Assert.True(SameArticle.Tells(Story("wire", "https://harbour.example/cranes"), Story("list", "https://harbour.example/cranes", "Esbjerg goes electric")));

    [Fact]
    public void Tells_PageThatNamesAnAddressAsItsOwn_WhereTheTextIsThatOfTheStored()
    {
        var copy = Story("mirror", "https://mirror.example/7", "Cranes for Esbjerg") with { OtherAddresses = [new Uri("https://harbour.example/cranes")] };

        Assert.True(SameArticle.Tells(Story("wire", "https://harbour.example/cranes"), copy));
        Assert.False(SameArticle.Tells(Story("wire", "https://harbour.example/cranes"), copy with { Body = Body(Ferries) }));
    }

    [Fact]
    public void Tells_OneAddressThatASiteGivesAllItsPages_DoesNotMakeThemOne()
    {
        var first = Story("wire", "https://harbour.example/1", "Weekly letter", Cranes) with { OtherAddresses = [new Uri("https://harbour.example/letters")] };
        var second = Story("list", "https://harbour.example/2", "Weekly letter", Ferries) with { OtherAddresses = [new Uri("https://harbour.example/letters")] };

        Assert.False(SameArticle.Tells(first, second));
    }

    [Fact]
    public void Tells_PageThatManyEntriesLinkTo_DoesNotMakeThemOne() =>
        Assert.False(SameArticle.Tells(Story("wire", "https://harbour.example/log", "Version 7.1"), Story("list", "https://harbour.example/log", "Version 7.2", Ferries)));

    [Fact]
    public void Tells_TwoEntriesOfOneFeed_AreTwo()
    {
        var stored = Story("wire", "https://harbour.example/cranes");
        var carried = SameArticle.Carry(stored, Story("list", "https://harbour.example/cranes"));

        Assert.False(SameArticle.Tells(stored, Story("wire", "https://harbour.example/cranes", number: 2)));
        Assert.False(SameArticle.Tells(carried, Story("list", "https://harbour.example/cranes", number: 2)));
    }

    [Fact]
    public void Tells_SignsWithoutSpaces_AreWordsEach()
    {
        const string Text = "港口向格丁尼亚的造船厂订购了六台电动起重机取代自八十年代以来一直用于装卸木材和风力涡轮机叶片的柴油起重机首批两台将于三月由驳船运抵工作人员将于一月开始在模拟器上进行培训";
        var stored = Story("wire", "https://harbour.example/cranes", "起重机", Text);

        Assert.True(SameArticle.Tells(stored, Story("list", "https://harbour.example/cranes", "电动起重机来了", Text + "更多内容")));
        Assert.False(SameArticle.Tells(stored, Story("list", "https://harbour.example/cranes", "渡轮", string.Concat(Text.Reverse()))));
    }

    [Fact]
    public void Carry_KeepsTheStoryAndTakesOverThePagesTextOnly()
    {
        var stored = Story("wire", "https://harbour.example/cranes", text: "Six cranes.") with { BodySource = BodySource.Feed };
        var come = Story("list", "https://harbour.example/cranes", "Esbjerg goes electric") with { NoArchive = true };

        var carried = SameArticle.Carry(stored, come);

        Assert.Equal((stored.Id, stored.Title, BodySource.Page, true), (carried.Id, carried.Title, carried.BodySource, carried.NoArchive));
        Assert.Equal(Cranes, carried.Body!.Text);
        Assert.Equal("Esbjerg goes electric", Assert.Single(carried.Carriers).Title);
        Assert.Equal("Renamed", Assert.Single(SameArticle.Carry(carried, come with { Title = "Renamed", Body = Body(Ferries) }).Carriers).Title);
        Assert.Equal(Cranes, SameArticle.Carry(carried, come with { Body = Body(Ferries) }).Body!.Text);
    }

    [Fact]
    public void Carry_PageThatOpensToOneFeedOnly_TakesOverTheWholeText()
    {
        var teaser = Story("open", "https://harbour.example/cranes", text: Cranes[..120]) with { WordCount = 20 };
        var whole = Story("subscribed", "https://harbour.example/cranes") with { WordCount = 75 };

        Assert.Equal(Cranes, SameArticle.Carry(teaser, whole).Body!.Text);
        Assert.Equal(Cranes, SameArticle.Carry(whole, teaser with { WordCount = 70 }).Body!.Text);
    }

    private static Story Story(string feed, string link, string title = "Six electric cranes for the port of Esbjerg", string text = Cranes, int number = 1)
    {
        var (at, id) = (new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero), StoryId.Of(new FeedId(feed), $"{number}"));
        return new Story
        {
            Id = id,
            Feed = new FeedId(feed),
            FeedName = feed,
            Link = new Uri(link),
            Title = title,
            FirstSeen = at,
            Updated = at,
            Cluster = new ClusterId(id.Value),
            Fingerprint = "f",
            BodySource = BodySource.Page,
            Body = Body(text),
        };
    }

    private static StoryBody Body(string text) => new($"<p>{text}</p>", text);
}
