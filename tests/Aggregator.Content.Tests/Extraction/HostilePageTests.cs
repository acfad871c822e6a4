using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Model.Articles;
using CsCheck;

namespace Aggregator.Content.Tests.Extraction;

/// <summary>Pages made to be expensive, or broken beyond what a browser would show at once: they are read all the same.</summary>
public sealed class HostilePageTests
{
    private const string Prose =
        "<p>The first paragraph of this story is long enough to be taken for running text, with commas, and a full stop at its end.</p>"
        + "<p>The second paragraph follows the first, as second paragraphs do, and says nothing that was not known before it was written.</p>"
        + "<p>The third paragraph ends the story, and whoever has come so far may now go home and think about something else.</p>";

    private static readonly PageContext Context = new(new Uri("https://news.example.org/stories/one.html"));

    [Theory]
    [InlineData("<div>", 100_000)]
    [InlineData("<b><i><font color=red>", 30_000)]
    [InlineData("<p><b id=#>", 5_000)]
    [InlineData("<span></div>", 60_000)]
    [InlineData("<svg><g>", 60_000)]
    [InlineData("<math><mi>", 60_000)]
    [InlineData("<div><!--</div>-->", 60_000)]
    [InlineData("<div title='</div>'>", 60_000)]
    [InlineData("<div title=\"a > b\" data-x=</div>", 30_000)]
    [InlineData("<div><script>'</div>'</script>", 30_000)]
    [InlineData("<table><tr><td>", 20_000)]
    [InlineData("<table>", 100_000)]
    public void Extract_ArticleBelowDeepNesting_IsRead(string markup, int times)
    {
        var article = Extract("<html><body>" + Repeat(markup, times) + Prose);

        Assert.Equal(BodyVerdict.Good, article.Verdict);
        Assert.StartsWith("The first paragraph", article.BodyText, StringComparison.Ordinal);
        Assert.Contains("\nThe second paragraph", article.BodyText, StringComparison.Ordinal);
        Assert.EndsWith("something else.", article.BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<div>", 100_000)]
    [InlineData("<li><dd>", 60_000)]
    [InlineData("<optgroup>", 60_000)]
    [InlineData("<template>", 60_000)]
    [InlineData("<svg><div/></svg><g>", 60_000)]
    [InlineData("<a href=#><div>", 30_000)]
    [InlineData("<p>", 1_000_000)]
    [InlineData("<img src=x>", 200_000)]
    [InlineData("<iframe></iframe>", 90_000)]
    [InlineData("<textarea>", 90_000)]
    [InlineData("<base href=/b>", 45_000)]
    [InlineData("<!", 500_000)]
    [InlineData("&CounterClockwise", 100_000)]
    [InlineData("\0", 1_000_000)]
    public void Extract_ArticleAboveTooMuchOfAnything_IsRead(string markup, int times)
    {
        var article = Extract("<html><body><article><h1>A story</h1>" + Prose + "</article>" + Repeat(markup, times));

        Assert.StartsWith("The first paragraph", article.BodyText, StringComparison.Ordinal);
        Assert.Contains("something else.", article.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_TextAtTheBottomOfDeepNesting_KeepsItsLines()
    {
        var article = Extract("<html><body>" + Repeat("<div>", 60_000)
            + "<div>" + Prose.Replace("<p>", "<section>", StringComparison.Ordinal).Replace("</p>", "</section>", StringComparison.Ordinal) + "</div>");

        Assert.Equal(3, article.BodyText.Split('\n').Length);
    }

    [Fact]
    public void Extract_ManyAttributes_TextIsRead()
    {
        var article = Extract("<html><body><article " + Repeat("a#=b ", 100_000) + ">" + Prose);

        Assert.Contains("third paragraph", article.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_OneLineOf50Megabytes_BeginningIsRead()
    {
        var page = new byte[50_000_000];
        Array.Fill(page, (byte)'a');
        Encoding.ASCII.GetBytes("<html><body><article>" + Prose + "</article><p>").CopyTo(page, 0);

        var article = ArticleExtractor.Extract(page, Context, CancellationToken.None);

        Assert.Contains("third paragraph", article.BodyText, StringComparison.Ordinal);
        Assert.True(article.BodyText.Length <= ArticleExtractor.MaxBytes);
    }

    [Fact]
    public void Extract_RandomMarkupBelowDeepNesting_NeverThrows()
    {
        string[] pieces = ["<div>", "</div>", "<p>", "</p >", "<a href='x>y'>", "</a>", "<table>", "<td>", "</tr>", "<svg/>", "<math><mi/>", "<script>", "</script>", "<h1 a=>", "<br/>", "<!--", "-->", "<!doctype x>",
            "<ul><li>", "text, with a comma. ", "<template>", "<noscript>", "<img src=x", "\0", "<", "</", "<>", "</>", "<?x?>", "<title>", "</title", "<select>", "<![CDATA[", "<textarea>", "<b>", "</b>", "<plaintext>"];
        var deep = Repeat("<div>", 3_000);

        Gen.Int[0, pieces.Length - 1].Array[0, 80].Sample(choice => Extract(deep + string.Concat(choice.Select(i => pieces[i]))), iter: 100);
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('1')]
    [InlineData('(')]
    [InlineData('-')]
    [InlineData('|')]
    public void Extract_LongRunsOfOneCharacter_AreRead(char character)
    {
        var run = new string(character, 200_000);
        var article = Extract($"<html><head><title>{run}x</title><meta name=author content='{run}'><meta name=date content='{run}'></head><body><article><h1>{run}</h1><p class=byline>By {run}</p>{Prose}<p>{run}</p></article></body></html>");

        Assert.Contains("The third paragraph ends the story", article.BodyText, StringComparison.Ordinal);
    }

    private static Article Extract(string html) => ArticleExtractor.Extract(Encoding.UTF8.GetBytes(html), Context, CancellationToken.None);

    /// <summary>The markup so many times, with "#" standing for the number of the time.</summary>
    private static string Repeat(string markup, int times) =>
        markup.Contains('#', StringComparison.Ordinal)
            ? string.Concat(Enumerable.Range(0, times).Select(i => markup.Replace("#", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)))
            : string.Concat(Enumerable.Repeat(markup, times));
}
