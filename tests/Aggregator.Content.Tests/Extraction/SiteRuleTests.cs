using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Content.Extraction.Rules;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Tests.Extraction;

/// <summary>A rule of the operator's says where on a site's pages the article is. The pages are still strangers'.</summary>
public sealed class SiteRuleTests
{
    private const string Page = """
        <html><head><title>Site</title></head><body>
        <div class="menu"><p>This long paragraph is the longest of the page by far, and no reader would take it for the article, but a program well may, because it goes on and on.</p>
        <p>It has a second paragraph, too, which is not much shorter, and says as little as the first one did, which was nothing at all, at great length.</p></div>
        <h2 class="name">  The real
           headline </h2><span class="by">By Maria Lind</span><span class="when">12 March 2026</span>
        <div class="words"><p>The article is short, and stands in an element that is called nothing in particular.</p>
        <div class="promo-box"><p>Buy the harbour's calendar, which has twelve pictures of cranes, for a friend or for yourself.</p></div>
        <img src="/ads/one.png"><img src="/photos/crane.jpg" alt="A crane"><script>alert(1)</script>
        <p onclick="evil()">It has a second paragraph, <a href="javascript:alert(1)">with a link</a>, in which hardly anything is said.</p></div>
        <div class="words"><p>And a third one in a box of its own, where it ends, because there was no more to tell.</p></div>
        <a class="on" href="/story/b">Onwards</a><a class="all" href="/story/print">All</a></body></html>
        """;

    private static readonly string[] Files = ["example.org.txt", ".example.org.txt", "sport.example.org.txt"];
    private static readonly Uri Address = new("https://www.example.org/story/a");

    [Fact]
    public void Extract_WithARule_TakesWhatTheRuleNames()
    {
        var article = Extract("""
            # The harbour's news
            title: //h2[@class='name']
            author: //span[@class='by']
            date: //span[@class='when']
            body: //div[@class='nothing']
            body: //div[contains(concat(' ', normalize-space(@class), ' '), ' words ')]
            strip_id_or_class: promo-
            strip_image_src: /ads/
            next_page_link: //a[@class='on']/@href
            single_page_link: //a[@class='all']
            test_url: https://example.org/story/a
            """);

        Assert.Equal("The real headline", article.Title);
        Assert.Equal(["Maria Lind"], article.Authors);
        Assert.Equal(new DateTimeOffset(2026, 3, 12, 0, 0, 0, TimeSpan.Zero), article.Published);
        Assert.Equal(3, article.BodyText.Split('\n').Length);
        Assert.StartsWith("The article is short", article.BodyText, StringComparison.Ordinal);
        Assert.EndsWith("no more to tell.", article.BodyText, StringComparison.Ordinal);
        Assert.Contains("<img src=\"https://www.example.org/photos/crane.jpg\"", article.BodyHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("/ads/", article.BodyHtml, StringComparison.Ordinal);
        Assert.Equal(new Uri("https://www.example.org/story/b"), article.NextPage);
        Assert.Equal(new Uri("https://www.example.org/story/print"), article.SinglePage);
        Assert.DoesNotContain(article.Reasons, reason => reason.Contains("site rule", StringComparison.Ordinal));
    }

    [Fact]
    public void Extract_WithARule_StillWritesCleanHtml()
    {
        var html = Extract("body: //div[@class='words']\nprune: no").BodyHtml;

        Assert.Contains("second paragraph, <a>with a link</a>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("onclick", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_RuleFindsNothing_LeavesItToTheExtractorAndSaysSo()
    {
        var article = Extract("body: //div[@class='gone']");

        Assert.Equal(Extract(null).BodyText, article.BodyText);
        Assert.NotEmpty(article.BodyText);
        Assert.Equal("the site rule example.org.txt found no body", Assert.Single(article.Reasons));
    }

    [Fact]
    public void Extract_RuleForAWall_IsJudgedAsAnyPage()
    {
        var wall = "<html><body><div class='words'><p>Please log in to continue reading. Forgot your password?</p></div></body></html>";

        Assert.Equal(BodyVerdict.Unusable, Extract("body: //div[@class='words']", wall).Verdict);
    }

    [Fact]
    public void Extract_RuleThatRewritesTheSource_FindsWhatItMade()
    {
        var article = Extract("find_string: <div class=\"words\">\nreplace_string: <div class=\"words\"><p>A paragraph that was not there before the source was rewritten.</p>\nreplace_string(short): long\nbody: //div[@class='words']");

        Assert.StartsWith("A paragraph that was not there", article.BodyText, StringComparison.Ordinal);
        Assert.Contains("The article is long", article.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_RuleThatWouldRunForever_IsBrokenOff()
    {
        var page = "<html><body>" + string.Concat(Enumerable.Repeat("<p>Word after word, and nothing is said in this sentence.</p>", 3_000)) + "</body></html>";

        var article = Extract("body: //p[count(//p[count(//p) > 1]) > 1]", page);

        Assert.Contains("example.org.txt could not be used", Assert.Single(article.Reasons, reason => reason.Contains("site rule", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhatCannotBeUsed_IsToldWithItsLineAndTheRestCounts()
    {
        var (rule, problems) = SiteRuleReader.Read("example.org.txt", "titel: //h1\nbody: //div[\nstrip: nonsense(//p)\nbody: //div[@class='words']\nprune:\nhello\nreplace_string: x\ntidy: no\n");

        Assert.Equal(
            ["example.org.txt line 1: \"titel\"", "example.org.txt line 2: \"//div[\"", "example.org.txt line 3: \"nonsense(//p)\"", "example.org.txt line 5: \"prune\"", "example.org.txt line 6: no directive;", "example.org.txt line 7: \"replace_string\""],
            problems.Select(problem => string.Join(' ', problem.Split(' ').Take(problem.Contains("no directive", StringComparison.Ordinal) ? 5 : 4))));
        Assert.All(problems, problem => Assert.EndsWith("; the line is left out", problem, StringComparison.Ordinal));
        Assert.StartsWith("The article is short", Extract(rule, Page).BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.org/a", "example.org.txt")]
    [InlineData("https://www.example.org/a", "example.org.txt")]
    [InlineData("https://news.example.org/a", ".example.org.txt")]
    [InlineData("https://deep.news.example.org/a", ".example.org.txt")]
    [InlineData("https://sport.example.org/a", "sport.example.org.txt")]
    [InlineData("https://other.example/a", null)]
    [InlineData("https://badexample.org/a", null)]
    public void For_Host_IsTheRuleOfTheNearestName(string page, string? file)
    {
        var rules = new SiteRules(Files.Select(name => SiteRuleReader.Read(name, "body: //p").Rule));

        Assert.Equal(file, rules.For(new Uri(page))?.File);
    }

    private static Article Extract(string? rule, string page = Page) => Extract(rule is null ? null : ReadWhole(rule), page);

    private static SiteRule ReadWhole(string text)
    {
        var (rule, problems) = SiteRuleReader.Read("example.org.txt", text);
        Assert.Empty(problems);
        return rule;
    }

    private static Article Extract(SiteRule? rule, string page) =>
        ArticleExtractor.Extract(Encoding.UTF8.GetBytes(page), new PageContext(Address) { Rule = rule }, TestContext.Current.CancellationToken);
}
