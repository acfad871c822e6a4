using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Model.Articles;
using Aggregator.Model.Feeds;
using CsCheck;

namespace Aggregator.Content.Tests.Extraction;

public sealed class ArticleExtractorTests
{
    private const string Prose =
        "<p>The first paragraph of this story is long enough to be taken for running text, with commas, and a full stop at its end.</p>"
        + "<p>The second paragraph follows the first, as second paragraphs do, and says nothing that was not known before it was written.</p>"
        + "<p>The third paragraph ends the story, and whoever has come so far may now go home and think about something else.</p>";

    private static readonly PageContext Context = new(new Uri("https://news.example.org/stories/one.html"));

    [Fact]
    public void Extract_StructuredBody_IsWrittenAsCleanHtml()
    {
        var article = Extract(Page(
            "<p class='x' style='color:red' onclick='evil()'>See <a href='../other?id=1' onclick='x()' target=_blank>the other story</a> about <b>bold</b> &amp; <script>alert(1)</script><em>careful</em> readers, who are many and who like long sentences.</p>"
            + "<h2>A heading</h2><ul><li>One point that is long enough to be worth making here.</li><li>Two</li></ul><pre><code>if (a &lt; b)\n  return;</code></pre>"
            + "<table><tr><th colspan=2>Year</th></tr><tr><td>2024</td><td>17</td></tr></table><blockquote><p>A quotation that somebody said to us on the telephone yesterday.</p></blockquote>" + Prose));

        Assert.Contains("See <a href=\"https://news.example.org/other?id=1\">the other story</a> about <b>bold</b> &amp; <em>careful</em> readers", article.BodyHtml, StringComparison.Ordinal);
        Assert.Contains("<h2>A heading</h2><ul><li>One point that is long enough to be worth making here.</li><li>Two</li></ul>", article.BodyHtml, StringComparison.Ordinal);
        Assert.Contains("<pre><code>if (a &lt; b)\n  return;</code></pre>", article.BodyHtml, StringComparison.Ordinal);
        Assert.Contains("<th colspan=\"2\">Year</th>", article.BodyHtml, StringComparison.Ordinal);
        Assert.Contains("<blockquote><p>A quotation", article.BodyHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("onclick", article.BodyHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("alert", article.BodyHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("style", article.BodyHtml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<img src='data:image/gif;base64,R0' data-src='/a.jpg' alt='A cat'>", "<img src=\"https://news.example.org/a.jpg\" alt=\"A cat\">")]
    [InlineData("<img srcset='/s.jpg 300w, /l.jpg 900w' alt=''>", "<img src=\"https://news.example.org/l.jpg\" alt=\"\">")]
    [InlineData("<figure><img src='/p.jpg' alt='P'><figcaption>What it shows.</figcaption></figure>", "<figcaption>What it shows.</figcaption>")]
    [InlineData("<iframe src='https://video.example.net/embed/7' title='The launch'></iframe>", "<a href=\"https://video.example.net/embed/7\">The launch</a>")]
    public void Extract_PicturesAndEmbeds_AreResolved(string markup, string expected) =>
        Assert.Contains(expected, Extract(Page(Prose + markup + Prose.Replace("paragraph", "passage", StringComparison.Ordinal))).BodyHtml, StringComparison.Ordinal);

    [Fact]
    public void Extract_NewsOfConsentAndCookies_IsNoCookieWall()
    {
        var article = Extract(Page(
            "<p>The regulator fined the retailer because its consent banner hid the button that refuses, and because cookies were set before anyone had answered it.</p>"
            + "<p>Lawyers who brought the complaint said that consent given without a choice is none, and that eleven other shops in the country work the same way.</p>"
            + "<p>The company has thirty days to appeal. Its shares lost two percent in the morning, and the chain said that it would study the ruling closely.</p>"));

        Assert.Equal(BodyVerdict.Good, article.Verdict);
    }

    [Fact]
    public void Extract_WallThatAsksForConsent_IsNoArticle()
    {
        var article = Extract(Page(
            "<p>We and our 837 partners store cookies on your device and ask for your consent to use them for personalised advertising and measurement.</p>"
            + "<p>You can change your privacy settings at any time. By choosing to accept all you give consent to our partners; without cookies you cannot read on.</p>"));

        Assert.Equal(BodyVerdict.Unusable, article.Verdict);
        Assert.Contains("cookie wall", Assert.Single(article.Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("java\nscript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("https://user:secret@example.org/")]
    public void Extract_DangerousAddress_IsLeftOut(string address)
    {
        var article = Extract(Page(Prose + $"<p>A paragraph with <a href=\"{address}\">a link</a> in it that should be kept as text, whatever becomes of its address.</p>"));

        Assert.Contains("with <a>a link</a> in", article.BodyHtml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("windows-1251", null, "<meta charset=windows-1251>")]
    [InlineData("windows-1251", "text/html; charset=windows-1251", "")]
    [InlineData("windows-1251", null, "")]
    [InlineData("utf-8", "text/html; charset=iso-8859-1", "")]
    [InlineData("utf-8", "text/html; charset=no-such-charset", "")]
    [InlineData("utf-16", null, "")]
    public void Extract_AnyCharset_IsRead(string charset, string? header, string meta)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        const string Sentence = "Новый завод открылся в пятницу, и первые машины сошли с конвейера уже к вечеру, сообщил директор предприятия.";
        var html = $"<html><head>{meta}<title>Новый завод</title></head><body><article><h1>Новый завод</h1><p>{Sentence}</p><p>{Sentence} Ещё раз.</p><p>{Sentence} И ещё.</p></article></body></html>";
        var encoding = Encoding.GetEncoding(charset);

        var article = ArticleExtractor.Extract(encoding.GetPreamble().Concat(encoding.GetBytes(html)).ToArray(), Context with { ContentType = header }, CancellationToken.None);

        Assert.Equal("Новый завод", article.Title);
        Assert.StartsWith(Sentence, article.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_FullTextInFeedEntry_PinsTheBlockItTells()
    {
        var told = Prose + Prose.Replace("paragraph", "chapter", StringComparison.Ordinal) + Prose.Replace("story", "poem", StringComparison.Ordinal);
        const string Other = "<p>A sea captain and his parrot went to the market on a rainy Sunday, because the ship was out of onions and of patience, too.</p>"
            + "<p>The parrot did the talking, as always, and the captain carried what it had bought, which was more than onions this time.</p>";
        var page = $"<html><body><div class=a>{Other}{Other}{Other}{Other}{Other}{Other}</div><div class=b>{told}</div></body></html>";
        var entry = new FeedEntry { Key = "1", Fingerprint = "f", Title = "Short", ContentHtml = told, Authors = ["Ann Other"] };

        var article = ArticleExtractor.Extract(Encoding.UTF8.GetBytes(page), Context with { Entry = entry }, CancellationToken.None);

        Assert.DoesNotContain("parrot", article.BodyText, StringComparison.Ordinal);
        Assert.Contains("third paragraph", article.BodyText, StringComparison.Ordinal);
        Assert.Equal(["Ann Other"], article.Authors);
    }

    [Fact]
    public void Extract_RobotsNoArchive_IsReported() =>
        Assert.True(Extract("<html><head><meta name=robots content='index, NOARCHIVE'></head><body>" + Prose + "</body></html>").NoArchive);

    [Fact]
    public void Extract_DeepButClosedNesting_IsRead()
    {
        const int Depth = 700;
        var article = Extract("<html><body>" + string.Concat(Enumerable.Repeat("<div>", Depth)) + Prose + string.Concat(Enumerable.Repeat("</div>", Depth)) + "</body></html>");

        Assert.Contains("third paragraph", article.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => ArticleExtractor.Extract(Encoding.UTF8.GetBytes(Page(Prose)), Context, source.Token));
    }

    [Fact]
    public void Extract_ManyThreads_GiveTheSameArticle()
    {
        var page = Encoding.UTF8.GetBytes(Page(Prose));
        var once = ArticleExtractor.Extract(page, Context, CancellationToken.None).BodyHtml;
        var many = new string[64];

        Parallel.For(0, many.Length, i => many[i] = ArticleExtractor.Extract(page, Context, CancellationToken.None).BodyHtml);

        Assert.All(many, html => Assert.Equal(once, html));
    }

    [Theory]
    [InlineData("<pre><b> </b></pre>")]
    [InlineData("<pre><a href='x'>\n\n<i>\n</i></a>")]
    public void Extract_WhiteSpaceInPreformattedText_IsNoLine(string end) =>
        Assert.EndsWith("about something else.", Extract(Page(Prose) + end).BodyText, StringComparison.Ordinal);

    [Fact]
    public void Extract_RandomMarkup_NeverThrows()
    {
        string[] pieces = ["<div>", "</div>", "<p>", "</p>", "<a href='x'>", "</a>", "<table>", "<td>", "<svg>", "<script type='application/ld+json'>{\"@type\":\"Article\"", "</script>", "<h1>", "<br>", "<!--", "-->", "<ul><li>",
            "text, with a comma. ", "<template>", "<noscript>", "<img src=x srcset='a 1x, b'>", "\0", "&#xD800;", "<title>", "<meta name=date content='2024-13-45'>", "<select>", "<![CDATA[", "<pre>", "<iframe>", "<body class=\"\u202e\">"];
        Gen.Int[0, pieces.Length - 1].Array[0, 80].Sample(choice => Extract(string.Concat(choice.Select(i => pieces[i]))), iter: 300);
        Gen.Byte.Array[0, 400].Sample(bytes => ArticleExtractor.Extract(bytes, Context, CancellationToken.None), iter: 300);
    }

    private static Article Extract(string html) => ArticleExtractor.Extract(Encoding.UTF8.GetBytes(html), Context, CancellationToken.None);

    private static string Page(string body) => $"<!DOCTYPE html><html><head><title>A story</title></head><body><article><h1>A story</h1>{body}</article></body></html>";
}
