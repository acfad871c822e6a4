using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Content.Extraction.Sites;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Tests.Extraction;

/// <summary>
/// A small site whose furniture stands in elements that are called nothing: what its pages share is left out from the second page on, and
/// what an author wrote stays, also where it was written before.
/// </summary>
public sealed class SiteFurnitureTests
{
    private const string Letter = "Every Friday our editors pick the five pieces that they talked about most, and send them to forty thousand readers.";
    private const string About = "Maria Lind has written about harbours and the people in them since the cranes came, and lives with two dogs near the old lock.";
    private const string Elsewhere = "The ferry company ordered two ships that run on methanol, and the yard that builds them is hiring welders again.";
    private const string Storage = "To show you this page well we keep a few small files on your machine, and remember what you have read, and for how long.";
    private const string Background = "The harbour was founded in 1648, burned down twice, and has belonged to the town since the last owner went bankrupt in 1931.";

    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly string[] Furniture = [Letter, About, Elsewhere, Storage, "The week in five pieces", "From the ferry desk"];
    private static readonly string[] Subjects = ["cranes", "pilots", "warehouses", "lighthouses", "dredgers"];

    [Fact]
    public void Extract_FirstPageOfASite_CannotTellItsBoxesFromTheArticle() => Assert.Contains(Letter, Read(0, SiteFurniture.Empty).BodyText, StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Extract_FromTheSecondPageOn_LeavesTheSitesBoxesOut(int before)
    {
        var article = Read(before, Learned(before));

        Assert.All(Furniture, line => Assert.DoesNotContain(line, article.BodyText, StringComparison.Ordinal));
        Assert.All(Furniture, line => Assert.DoesNotContain(line, article.BodyHtml, StringComparison.Ordinal));
        Assert.Equal(Paragraphs(before), article.BodyText.Split('\n'));
    }

    [Fact]
    public void Extract_PageAgainAfterAnEdit_StaysWhole()
    {
        var site = Learned(3);
        var edited = Paragraphs(1).Append("The figures in the second paragraph were corrected on Tuesday, after the harbour office had looked at them again.");

        var article = Extract(PageOf(1, edited), AddressOf(1), site);

        Assert.Equal(edited, article.BodyText.Split('\n'));
    }

    [Theory]
    [InlineData("https://news.example.org/amp/1", "All about pilots")]
    [InlineData("https://news.example.org/partner/story-77", "Pilots: what you need to know this week")]
    public void Extract_CopyAtAnotherAddress_StaysWhole(string address, string title)
    {
        var html = PageOf(1, Paragraphs(1)).Replace("All about pilots", title, StringComparison.Ordinal);

        var article = Extract(html, new Uri(address), Learned(3));

        Assert.Equal(Paragraphs(1), article.BodyText.Split('\n'));
    }

    [Fact]
    public void Extract_ParagraphThatTheAuthorUsesAgain_Stays()
    {
        var site = SiteFurniture.Empty.With(Extract(PageOf(0, [.. Paragraphs(0), Background]), AddressOf(0), SiteFurniture.Empty).Print!, Now);
        string[] text = [Paragraphs(1)[0], Background, .. Paragraphs(1)[1..]];

        Assert.Equal(text, Extract(PageOf(1, text), AddressOf(1), site).BodyText.Split('\n'));
    }

    [Fact]
    public void Extract_FirstParagraphThatIsATeaserElsewhere_Stays()
    {
        var teaser = $"<div class='card'><b>All about pilots</b><p>{Paragraphs(1)[0]}</p></div>";
        var site = SiteFurniture.Empty.With(Extract(PageOf(0, Paragraphs(0), teaser), AddressOf(0), SiteFurniture.Empty).Print!, Now);

        Assert.Equal(Paragraphs(1), Read(1, site).BodyText.Split('\n'));
    }

    [Fact]
    public void Extract_CodeQuotationAndTableOnTwoPages_Stay()
    {
        const string Shared = "<pre><code>npm install harbour --save-dev</code></pre><blockquote><p>We never close, not even at Christmas, said the master of the harbour.</p></blockquote>"
            + "<table><tr><td>Weight</td><td>{0} tonnes</td></tr><tr><td>Height</td><td>20 metres</td></tr></table><h2>Conclusion</h2>";
        string Body(int number) => Markup(Paragraphs(number)[..2]) + string.Format(null, Shared, number) + Markup(Paragraphs(number)[2..]);
        var site = SiteFurniture.Empty.With(Extract(PageOf(0, Body(0), ""), AddressOf(0), SiteFurniture.Empty).Print!, Now);

        var text = Extract(PageOf(1, Body(1), ""), AddressOf(1), site).BodyText;

        Assert.All(["npm install harbour", "We never close", "Weight", "Height", "20 metres", "Conclusion"], line => Assert.Contains(line, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Learn_InAnyOrder_ComesToTheSame()
    {
        var prints = Enumerable.Range(0, 12).Select(number => (Page: new PagePrint([(ulong)number + 1], (ulong)number + 100, [1, 2, 3]), Seen: Now.AddMinutes(number))).ToList();
        SiteFurniture Learn(IEnumerable<(PagePrint Page, DateTimeOffset Seen)> pages) => pages.Aggregate(SiteFurniture.Empty, (site, next) => site.With(next.Page, next.Seen));

        var forwards = Learn(prints);

        Assert.Equal(SiteFurniture.MaxPages, forwards.Pages.Count);
        Assert.Equal(forwards.Pages, Learn(prints.AsEnumerable().Reverse()).Pages);
        Assert.Equal(12UL, forwards.Pages[0].Page.Addresses[0]);
    }

    [Fact]
    public void Learn_SiteNotSeenForLong_ForgetsItsOldPages()
    {
        var site = Learned(3).With(new PagePrint([7], 8, [9]), Now + SiteFurniture.Lifetime + TimeSpan.FromHours(1));

        Assert.Equal(7UL, Assert.Single(site.Pages).Page.Addresses[0]);
    }

    private static SiteFurniture Learned(int pages) => Enumerable.Range(0, pages)
        .Aggregate(SiteFurniture.Empty, (site, number) => site.With(Read(number, site).Print!, Now.AddMinutes(number)));

    private static Article Read(int number, SiteFurniture site) => Extract(PageOf(number, Paragraphs(number)), AddressOf(number), site);

    private static Uri AddressOf(int number) => new($"https://news.example.org/stories/{number}");

    private static string[] Paragraphs(int number) =>
    [
        $"The town has more {Subjects[number]} than it needs, the harbour office said on Monday, and nobody knows who ordered the last {number + 3} of them.",
        $"A report of {number + 40} pages traces the {Subjects[number]} back to a decision of the council that was taken late at night, with few members present.",
        $"Neighbours like the {Subjects[number]} all the same: they are painted each spring, and children learn their names at school before those of the kings.",
        $"Next year the council will count its {Subjects[number]} again. Until then, the office asks that they be left where they are, and not climbed.",
    ];

    private static string Markup(IEnumerable<string> paragraphs) => string.Concat(paragraphs.Select(text => $"<p>{text}</p>"));

    private static string PageOf(int number, IEnumerable<string> paragraphs, string extra = "") => PageOf(number, Markup(paragraphs), extra);

    private static string PageOf(int number, string body, string extra) => $"""
        <html><head><title>All about {Subjects[number]} | The Quay</title></head><body><div class="c1"><div class="c2">
        <h1>All about {Subjects[number]}</h1>
        <div class="k7"><p>{Storage}</p></div>
        <div class="t">{body}
        <div class="q"><h3>The week in five pieces</h3><p>{Letter}</p></div></div>
        <div class="u"><p>{About}</p></div>
        <div class="v"><h3>From the ferry desk</h3><p>{Elsewhere}</p></div>{extra}
        </div></div></body></html>
        """;

    private static Article Extract(string html, Uri address, SiteFurniture site) =>
        ArticleExtractor.Extract(Encoding.UTF8.GetBytes(html), new PageContext(address) { Site = site }, TestContext.Current.CancellationToken);
}
