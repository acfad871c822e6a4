using Aggregator.Model.Articles;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Tests.Polling;

public sealed class StoryComposerTests
{
    private static readonly DateTimeOffset Seen = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
    private static readonly FeedSource Source = new() { Address = new Uri("https://outlet.example/feed"), Title = "The Outlet" };

    private static readonly FeedEntry Entry = new()
    {
        Key = "1",
        Fingerprint = "f",
        Link = new Uri("https://outlet.example/1"),
        Title = "A title",
        SummaryHtml = "<p>What the feed says of it, in one sentence.</p>",
        Published = Seen.AddHours(-2),
    };

    [Fact]
    public void Compose_GoodPage_TakesItsBodyAndTheFeedsTitle()
    {
        var article = new Article { Title = "Another title | Site", BodyHtml = "<p>The whole text.</p>", BodyText = "The whole text." };

        var story = Compose(Entry, new ArticlePage(article, null, false));

        Assert.Equal(("A title", BodySource.Page, "The whole text."), (story.Title, story.BodySource, story.Body!.Text));
        Assert.Null(story.BodyNote);
    }

    [Fact]
    public void Compose_PageNotFetched_KeepsTheFeedsTextAndSaysWhy()
    {
        var story = Compose(Entry, new ArticlePage(null, "answered 503", false));

        Assert.Equal(BodySource.Feed, story.BodySource);
        Assert.Contains("What the feed says", story.Body!.Text, StringComparison.Ordinal);
        Assert.Equal("answered 503", story.BodyNote);
    }

    [Fact]
    public void Compose_ConsentWall_KeepsTheFeedsText()
    {
        var wall = new Article { BodyHtml = "<p>We value your privacy</p>", BodyText = "We value your privacy", Verdict = BodyVerdict.Unusable, Reasons = ["a cookie wall"] };

        var story = Compose(Entry, new ArticlePage(wall, null, false));

        Assert.Equal((BodySource.Feed, "a cookie wall"), (story.BodySource, story.BodyNote));
    }

    [Fact]
    public void Compose_NoTextAnywhere_TheTitleStandsIn()
    {
        var story = Compose(Entry with { SummaryHtml = null }, ArticlePage.NotWanted);

        Assert.Equal((BodySource.Title, "A title"), (story.BodySource, story.Body!.Text));
    }

    [Fact]
    public void Compose_NothingButATitleWithMarkup_ShowsItsLinksAndPictures()
    {
        var story = Compose(
            Entry with { SummaryHtml = null, Title = "A title", TitleHtml = "<a href=\"/p\" onclick=\"x()\">A title</a><script>x()</script>" },
            ArticlePage.NotWanted);

        Assert.Equal(BodySource.Title, story.BodySource);
        Assert.Equal("<a href=\"https://outlet.example/p\" rel=\"noopener noreferrer nofollow\">A title</a>", story.Body!.Html);
        Assert.Equal(("A title", "A title"), (story.Title, story.Body.Text));
    }

    [Fact]
    public void Compose_ScriptInTheFeed_NeverReachesTheStory()
    {
        var story = Compose(Entry with { ContentHtml = "<p onclick=\"x()\">Text</p><script>alert(1)</script>", Title = "A\u202E title\n" }, ArticlePage.NotWanted);

        Assert.Equal("<p>Text</p>", story.Body!.Html);
        Assert.Equal("A title", story.Title);
    }

    [Fact]
    public void Compose_DateInTheFuture_IsKeptAsStatedButOrderedNow()
    {
        var story = Compose(Entry with { Published = Seen.AddYears(5) }, ArticlePage.NotWanted);

        Assert.Equal((Seen.AddYears(5), Seen), (story.Published, story.OrderedAt));
    }

    [Fact]
    public void Compose_PublisherForbidsRepublishing_TellsOfThePageOnlyWhatTheFeedSays()
    {
        var article = new Article { BodyHtml = "<p>The secret whole text.</p>", BodyText = "The secret whole text.", NoArchive = true };

        var told = Compose(Entry with { SummaryHtml = "Short." }, new ArticlePage(article, null, false));
        var silent = Compose(Entry with { SummaryHtml = null }, new ArticlePage(article, null, false));

        Assert.Equal((true, "Short."), (told.NoArchive, told.Summary));
        Assert.Equal("", silent.Summary);
    }

    [Fact]
    public void KeepDateOfSameText_OtherMarksOnly_IsNoUpdate()
    {
        var before = Compose(Entry, new ArticlePage(new Article { BodyHtml = "<p>It's whole.</p>", BodyText = "It's whole." }, null, false)) with { Updated = Seen.AddHours(-1) };
        var after = before with { Updated = Seen, Body = new StoryBody("<p>It’s  whole</p>", "It’s  whole") };

        Assert.Equal(Seen.AddHours(-1), StoryComposer.KeepDateOfSameText(after, before).Updated);
        Assert.Equal(Seen, StoryComposer.KeepDateOfSameText(after with { Title = "A new title" }, before).Updated);
        Assert.Equal(Seen, StoryComposer.KeepDateOfSameText(after, before: null).Updated);
    }

    [Fact]
    public void KeepBetterText_EditedWhileThePageIsOutOfReach_KeepsTheArticleReadBefore()
    {
        var before = Compose(Entry, new ArticlePage(new Article { BodyHtml = "<p>The whole text.</p>", BodyText = "The whole text." }, null, false));
        var edited = Compose(Entry with { Title = "New title" }, new ArticlePage(null, "the page answered 503", false));

        var kept = StoryComposer.KeepBetterText(edited, before, Source, isAsBefore: false);

        Assert.Equal(("New title", BodySource.Page, "The whole text."), (kept.Title, kept.BodySource, kept.Body!.Text));
        Assert.Contains("503", kept.BodyNote, StringComparison.Ordinal);
        Assert.Equal(BodySource.Feed, StoryComposer.KeepBetterText(edited, before, Source with { FullText = false }, isAsBefore: false).BodySource);
    }

    [Theory]
    [InlineData("https://m.outlet.example/amp/1?utm_source=x", "https://www.outlet.example/1", "https://www.outlet.example/1")]
    [InlineData("https://outlet.example/1?id=7&utm_source=x#top", null, "https://outlet.example/1?id=7#top")]
    [InlineData("https://outlet.example/1?id=7", "https://outlet.example/", "https://outlet.example/1?id=7")]
    [InlineData("https://outlet.example/1", "https://elsewhere.example/1", "https://outlet.example/1")]
    [InlineData("https://outlet.example/1/", "http://outlet.example/1", "https://outlet.example/1/")]
    public void Compose_LinkInAnotherForm_SendsReadersToThePlainOne(string link, string? canonical, string expected)
    {
        var article = new Article { BodyText = "The whole text.", BodyHtml = "<p>The whole text.</p>", CanonicalAddress = canonical is null ? null : new Uri(canonical) };

        Assert.Equal(new Uri(expected), Compose(Entry with { Link = new Uri(link) }, new ArticlePage(article, null, false)).Link);
    }

    private static Story Compose(FeedEntry entry, ArticlePage page) => StoryComposer.Compose(Source, new ParsedFeed { Format = "rss2.0" }, entry, page, Seen);
}
