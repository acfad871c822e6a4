using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Content.Extraction.Parts;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Tests.Extraction;

public sealed class NextPageTests
{
    private const string Prose =
        "<p>The first paragraph of this story is long enough to be taken for running text, with commas, and a full stop at its end.</p>"
        + "<p>The second paragraph follows the first, as second paragraphs do, and says nothing that was not known before it was written.</p>"
        + "<p>The third paragraph is there so that there is enough text, and whoever has come so far may go on to the next page now.</p>";

    [Theory]
    [InlineData("https://a.example/story", "<a href='/story/2'>2</a>", "https://a.example/story/2")]
    [InlineData("https://a.example/story", "<a href='/story/2'>Next »</a>", "https://a.example/story/2")]
    [InlineData("https://a.example/story/", "<a href='/story/page/2/#top'>The verdict</a>", "https://a.example/story/page/2/")]
    [InlineData("https://a.example/story.html", "<a href='story.html?page=2'>weiter</a>", "https://a.example/story.html?page=2")]
    [InlineData("https://a.example/story.html", "<a href='story-2.html'>Nächste Seite</a>", "https://a.example/story-2.html")]
    [InlineData("https://a.example/story,1.html", "<a href='story,2.html'>2</a>", null)] // perhaps the next article
    [InlineData("https://a.example/story-page-1.html", "<a href='story-page-2.html'>2</a>", "https://a.example/story-page-2.html")]
    [InlineData("https://a.example/read?id=7", "<a href='?id=7&amp;page=2'>2</a>", "https://a.example/read?id=7&page=2")]
    [InlineData("https://a.example/story?from=feed", "<a href='/story/seite-2'>Seite 2</a>", "https://a.example/story/seite-2")]
    [InlineData("https://a.example/story", "<link rel='next' href='/story/2'>", "https://a.example/story/2")]
    [InlineData("http://a.example/story", "<a href='https://a.example/story/2'>2</a>", "https://a.example/story/2")]
    [InlineData("https://a.example/story?utm_source=rss", "<a href='/story?p=2' rel='next'>›</a>", "https://a.example/story?p=2")]
    public void Find_PageThatGoesOn(string page, string link, string? next) => Assert.Equal(next, Extract(page, link).NextPage?.AbsoluteUri);

    [Theory]
    [InlineData("https://a.example/story", "<a rel='next' href='/another-story'>Next</a>")]
    [InlineData("https://a.example/2026/11", "<a rel='next' href='/2026/12'>Next</a>")]
    [InlineData("https://a.example/comic/12/", "<a rel='next' href='/comic/13/'>Next</a>")]
    [InlineData("https://a.example/story", "<a href='https://b.example/story/2'>2</a>")]
    [InlineData("https://a.example/story", "<a href='http://a.example/story/2'>2</a>")]
    [InlineData("https://a.example/story", "<a href='/story/3'>3</a>")]
    [InlineData("https://a.example/story", "<a href='/story/2'>The harbour by night</a>")] // a picture
    [InlineData("https://a.example/story", "<a href='/story-2'>Harbour news</a>")] // another article of that name
    [InlineData("https://a.example/story", "<a rel='next' href='/story-2'>Next</a>")]
    [InlineData("https://a.example/story", "<div class='comments'><a href='/story?page=2'>2</a></div>")]
    [InlineData("https://a.example/story", "<a href='/story?page=1'>Next</a>")] // a pager of comments that counts from 0
    [InlineData("https://a.example/", "<a href='/page/2'>Older posts</a>")]
    [InlineData("https://a.example/read?id=7", "<a href='/read?page=2'>2</a>")] // a list
    [InlineData("https://a.example/story", "<a href='/story?page=2002'>2002</a>")]
    public void Find_NothingWhereTheArticleEnds(string page, string link) => Assert.Null(Extract(page, link).NextPage);

    [Fact]
    public void Find_OnAContinuation_CountsFromTheArticlesFirstPage()
    {
        var context = new PageContext(new Uri("https://a.example/story/2")) { Earlier = new EarlierPages(new Uri("https://a.example/story"), "") };

        Assert.Equal("https://a.example/story/3", Extract(context, "<a href='/story'>1</a> <a href='/story/3'>3</a>").NextPage?.AbsoluteUri);
        Assert.Null(Extract(context, "<a href='/story'>1</a> <a href='/story/2/3'>3</a>").NextPage);
    }

    [Fact]
    public void Extract_Continuation_LeavesOutWhatWasSaidBefore()
    {
        const string Standfirst = "All of the harbour's cranes are to be painted next spring, and nobody knows by whom.";
        var context = new PageContext(new Uri("https://a.example/story/2")) { Earlier = new EarlierPages(new Uri("https://a.example/story"), Standfirst + "\nMore.") };

        var part = Extract(context, $"<p>{Standfirst}</p>");

        Assert.DoesNotContain(Standfirst, part.BodyText + part.BodyHtml, StringComparison.Ordinal);
        Assert.True(ArticleParts.IsPart(part));
    }

    [Fact]
    public void Extract_ContinuationThatIsTheFirstPageAgain_IsNoPart()
    {
        var first = Extract("https://a.example/story", "<a href='/story/2'>2</a>");
        var context = new PageContext(first.NextPage!) { Earlier = new EarlierPages(new Uri("https://a.example/story"), first.BodyText) };

        Assert.False(ArticleParts.IsPart(Extract(context, "<p>But with one more line, which is new on this page and was not on the first.</p>")));
    }

    private static Article Extract(string page, string link) => Extract(new PageContext(new Uri(page)), link);

    private static Article Extract(PageContext context, string before) => ArticleExtractor.Extract(
        Encoding.UTF8.GetBytes($"<html><head></head><body><article><h1>Headline of the story</h1>{before}{Prose}</article></body></html>"), context, TestContext.Current.CancellationToken);
}
