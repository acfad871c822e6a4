using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Tests.Extraction;

/// <summary>What belongs to the article and what does not, on pages as sites build them.</summary>
public sealed class BodyTests
{
    private const string First = "The harbour master said on Monday that the bridge, which has been closed since the storm, will open again before the end of the month.";
    private const string Second = "Two of its four pillars had to be replaced, and the steel came from a works that had not made such beams for thirty years.";
    private const string Third = "Until then the ferry runs every ten minutes, and nobody has to pay for it, whatever the machines at the landing stage may say.";
    private const string Other = "The mayor of a town in the hills has announced that a swimming pool will be built, though nobody knows yet who is going to pay for it.";

    private static readonly PageContext Context = new(new Uri("https://news.example.org/2026/bridge.html"));

    [Fact]
    public void Extract_SectionsInSiblingCards_AreAllKept()
    {
        var article = Extract($"<div class='row'><div class='card-a'><h2>Why it closed</h2><p>{First}</p></div></div><div class='row'><div class='card-a'><h2>What was done</h2><p>{Second}</p></div></div>"
            + $"<div class='row'><div class='card-a'><h2>What happens now</h2><p>{Third}</p></div></div>");

        Assert.Contains(First, article.BodyText, StringComparison.Ordinal);
        Assert.Contains(Second, article.BodyText, StringComparison.Ordinal);
        Assert.Contains(Third, article.BodyText, StringComparison.Ordinal);
        Assert.Contains("What was done", article.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_ReadersCommentsLongerThanTheArticle_AreLeftOut()
    {
        var comments = string.Concat(Enumerable.Range(1, 12).Select(i =>
            $"<li class='comment'><div class='comment-author'>Reader {i}</div><div class='comment-content'><p>{Other} That is what I think, and I have thought so {i} times.</p></div></li>"));

        var article = Extract($"<article><h1>The bridge opens again</h1><p>{First}</p><p>{Second}</p><p>{Third}</p></article><div id='comments'><h3>12 comments</h3><ol class='commentlist'>{comments}</ol></div>");

        Assert.Equal($"{First}\n{Second}\n{Third}", article.BodyText);
    }

    [Fact]
    public void Extract_PageInsideNoscript_IsRead()
    {
        var text = string.Concat(Enumerable.Repeat($"<p>{First}</p><p>{Second}</p><p>{Third}</p>", 5));

        Assert.Contains(Third, Extract($"<noscript><div id='old'></noscript><div><h1>The bridge opens again</h1>{text}</div><noscript></div></noscript>").BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\n")]
    [InlineData("<\\/p><p>")]
    public void Extract_TextOnlyInStructuredData_IsTheBody(string between)
    {
        var told = string.Join(between, First, Second, Third, First + " So it says.", Second + " So it is.");

        var article = Extract("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"The bridge opens again\",\"articleBody\":\"" + told + "\"}</script>"
            + "<div id='app'>Loading</div><p>Read the full article</p>");

        Assert.StartsWith($"{First}\n{Second}\n{Third}\n", article.BodyText, StringComparison.Ordinal);
        Assert.Contains($"<p>{Second}</p>", article.BodyHtml, StringComparison.Ordinal);
    }

    private static Article Extract(string body) => ArticleExtractor.Extract(
        Encoding.UTF8.GetBytes($"<!doctype html><html lang=en><head><title>The bridge opens again</title></head><body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav>{body}<footer><p>© 2026 The paper</p></footer></body></html>"),
        Context,
        CancellationToken.None);
}
