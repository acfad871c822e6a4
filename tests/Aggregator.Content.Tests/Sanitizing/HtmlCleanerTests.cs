using Aggregator.Content.Sanitizing;
using AngleSharp.Html.Parser;
using CsCheck;

namespace Aggregator.Content.Tests.Sanitizing;

public class HtmlCleanerTests
{
    private static readonly Uri Page = new("https://paper.example/2026/story.html");

    [Theory]
    [InlineData("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>")]
    [InlineData("<p onclick=x style='color:red' id=i class=c>t</p>", "<p>t</p>")]
    [InlineData("<p>a<!-- note -->b</p>", "<p>ab</p>")]
    [InlineData("<svg><script>x</script><text>drawn</text></svg><p>kept</p>", "<p>kept</p>")]
    [InlineData("<form action=/go><p>kept</p><input name=q><button>Go</button></form>", "<p>kept</p>")]
    [InlineData("<blink><layer>words</layer></blink><applet code=x>instead</applet>", "wordsinstead")]
    [InlineData("<iframe src=//ads.example width=0 height=0></iframe><object data=x></object>end", "end")]
    [InlineData("<a href='javascript:alert(1)'>words</a>", "<a>words</a>")]
    [InlineData("<a href='java&#10;script:alert(1)'>words</a>", "<a>words</a>")]
    [InlineData("<a href=' &#1; vbscript:x'>words</a>", "<a>words</a>")]
    [InlineData("<img src='data:image/svg+xml,<svg onload=x>'>after", "after")]
    [InlineData("<img src='data:image/png;base64,AAAA' alt='A chart'>", "<img alt=\"A chart\" referrerpolicy=\"no-referrer\" loading=\"lazy\">")]
    [InlineData("<p tabindex=1 accesskey=k contenteditable target=x name=n ping=/p background=/b.png>t</p>", "<p>t</p>")]
    [InlineData("<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>end", "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=alert(1)&gt;\">end</p>")]
    public void Clean_ActiveOrForeignMarkup_IsGoneAndWordsStay(string html, string expected) =>
        Assert.Equal(expected, HtmlCleaner.Clean(html, Page));

    /// <summary>Words alone are not parsed; a comment before them makes the parser read them.</summary>
    [Fact]
    public void CleanBody_WordsAlone_AreWhatTheParserMakesOfThem() => Gen.Char["ab \n\t\"'\u00ad\u200b\u202e\u00e9\u4e2d\u0085\ud83d\ude00\ufeff\u00a0"].Array[0, 40].Sample(letters =>
    {
        var words = "x" + new string(letters);
        var (alone, parsed) = (HtmlCleaner.CleanBody(words, Page), HtmlCleaner.CleanBody("<!---->" + words, Page));
        Assert.Equal(parsed, alone);
        Assert.Equal(PlainText.FromHtml(alone.Html), alone.Text);
    });

    [Theory]
    [InlineData("<p>one<p>two &amp; <b>three</b>")]
    [InlineData("one<br>two")]
    [InlineData("<script>x</script>one\ntwo")]
    public void CleanBody_Markup_GivesTheTextOfItsHtml(string html)
    {
        var body = HtmlCleaner.CleanBody(html, Page);
        Assert.Equal(HtmlCleaner.Clean(html, Page), body.Html);
        Assert.Equal(PlainText.FromHtml(body.Html), body.Text);
    }

    [Fact]
    public void Clean_Link_IsAbsoluteUntrackedAndTellsNothing() => Assert.Equal(
        "<a href=\"https://paper.example/next?id=4\" rel=\"noopener noreferrer nofollow\">next</a>",
        HtmlCleaner.Clean("<a target=_blank href='../next?utm_source=feed&id=4&fbclid=9'>next</a>", Page));

    [Fact]
    public void Clean_Image_IsAbsoluteLateAndSendsNoReferrer() => Assert.Equal(
        "<img src=\"https://paper.example/i.png\" alt=\"A &quot;view&quot;\" referrerpolicy=\"no-referrer\" loading=\"lazy\">",
        HtmlCleaner.Clean("<img src=/i.png alt='A \"view\"' onerror=x>", Page));

    [Fact]
    public void Clean_ImageCandidates_AreEachMadeAbsolute() => Assert.Contains(
        "srcset=\"https://paper.example/a.png 1x, https://paper.example/b.png 2x\"",
        HtmlCleaner.Clean("<img srcset='/a.png 1x, /b.png 2x, javascript:x 3x'>", Page), StringComparison.Ordinal);

    [Theory]
    [InlineData("<a href=/x?ref=main&x=1>", "https://paper.example/x?ref=main&amp;x=1")]
    [InlineData("<img src=/x?utm_source=a&sig=b>", "https://paper.example/x?utm_source=a&amp;sig=b")]
    [InlineData("<img srcset='/x?share=1&utm_medium=a&sig=b 2x'>", "https://paper.example/x?share=1&amp;utm_medium=a&amp;sig=b 2x")]
    [InlineData("<video poster=/x?fbclid=1></video>", "https://paper.example/x?fbclid=1")]
    public void Clean_ParameterThatMayMatter_IsKept(string html, string expected) =>
        Assert.Contains($"\"{expected}\"", HtmlCleaner.Clean(html.Replace(">", ">x", StringComparison.Ordinal), Page), StringComparison.Ordinal);

    [Theory]
    [InlineData("<img src=https://c.example/p.gif width=1 height=1>")]
    [InlineData("<img src=https://c.example/p.gif width=0 height='0px'>")]
    [InlineData("<img src=https://pixel.wp.com/b.gif?host=x>")]
    [InlineData("<img src=//pixel.wp.com/b.gif?host=x>")]
    [InlineData("<img src='https:&#10;//pixel.wp.com/b.gif'>")]
    [InlineData("<img src=https://c.example/p.gif style='width: 1px; height:1px'>")]
    [InlineData("<img src=https://c.example/p.gif width=1 style='border:0;HEIGHT:0 !important'>")]
    [InlineData("<img src=https://c.example/p.gif style='display: none'>")]
    [InlineData("<img src=https://c.example/p.gif hidden>")]
    public void Clean_CountingPixel_IsRemoved(string html) => Assert.Equal("", HtmlCleaner.Clean(html, Page));

    [Fact]
    public void Clean_RelativeAddressWithoutBase_IsRemoved() => Assert.Equal("<a>x</a>", HtmlCleaner.Clean("<a href=/a>x</a>", null));

    [Fact]
    public void Clean_Structure_IsKept()
    {
        const string Html = "<h2>Head</h2><ul><li>one</li><li>two</li></ul><table><tbody><tr><td colspan=\"2\">c</td></tr></tbody></table>"
            + "<pre><code>x &lt; y</code></pre><blockquote><p>said</p></blockquote>";
        Assert.Equal(Html, HtmlCleaner.Clean(Html, Page));
    }

    /// <summary>The links that are put in the place of players are the cleaner's own, and no more elements of the text.</summary>
    [Fact]
    public void Clean_PlayersInATextThatReachesTheMostElements_BecomeLinks()
    {
        const int Players = 300;
        var html = string.Concat(Enumerable.Repeat("<b>x</b>", GuardedHtml.MaxElementsOfText - Players - 10)) + string.Concat(Enumerable.Repeat("<iframe src=https://a.example/1></iframe>", Players));

        Assert.EndsWith(
            "</b>" + string.Concat(Enumerable.Repeat("<a href=\"https://a.example/1\" rel=\"noopener noreferrer nofollow\">a.example</a>", Players)),
            HtmlCleaner.Clean(html, Page), StringComparison.Ordinal);
    }

    /// <summary>Each of them is looked for among all elements that are open: five megabytes of such held a processor for seconds.</summary>
    [Theory]
    [InlineData(2_000, false)]
    [InlineData(90, true)]
    public void Clean_TagsThatCloseNothing_CostATextItsMarkupOnlyBelowDeepNesting(int depth, bool isKept)
    {
        var html = string.Concat(Enumerable.Repeat("<u>", depth)) + string.Concat(Enumerable.Repeat("</x>", 60_000)) + "word";

        var clean = HtmlCleaner.Clean(html, Page);

        Assert.Equal(isKept, clean.StartsWith("<u><u>", StringComparison.Ordinal));
        Assert.Equal("word", PlainText.FromHtml(clean));
    }

    [Theory]
    [InlineData("<p><object><p>nested</p></object></p>")]
    [InlineData("<pre>\n\n\n\n\n\nlate</pre>")]
    [InlineData("<a href=/1><div><a href=/2>two</a></div></a>")]
    [InlineData("<table><p>foster<tr><td>cell</table>")]
    [InlineData("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">")]
    [InlineData("<b><p>one</b>two</p><i>three<table><td></i>four")]
    public void Clean_MarkupThatShiftsWhenReadAgain_IsSettled(string html)
    {
        var clean = HtmlCleaner.Clean(html, Page);
        Assert.Equal(clean, HtmlCleaner.Clean(clean, Page));
        Assert.Equal(clean, new HtmlParser().ParseDocument("<body>" + clean).Body!.InnerHtml);
    }

    [Fact]
    public void Clean_RandomMarkup_IsSettledAndNeverThrows()
    {
        string[] pieces =
        [
            "<p>", "</p>", "<b>", "</b>", "<a href=/x>", "</a>", "<table>", "<td>", "</table>", "<svg>", "<title>",
            "<style>", "</style>", "<!--", "-->", "<math>", "<mi>", "<select>", "<option>", "<form>", "<li>", "</ul>", "<pre>", "\n", "\0",
            "text", "&lt;", "&amp", "\"", "'", "<img src=x>", "<noscript>", "</noscript>", "<iframe src=/f>", "</iframe>", "<font>", "<center>", "<menu>",
            "<fieldset>", "<legend>", "<dir>", "<x-instead>", "<a>", "<textarea/>", "<mtext>", "<script src=/s>", "<script>", "</script>", "<template>", "<div ", "id=1>", "]]>", "<![CDATA[",
        ];
        Gen.Int[0, pieces.Length - 1].Array[0, 30].Sample(
            chosen =>
            {
                var clean = HtmlCleaner.Clean(string.Concat(chosen.Select(i => pieces[i])), Page);
                return HtmlCleaner.Clean(clean, Page) == clean && !clean.Contains("<s", StringComparison.Ordinal) && !clean.Contains("<i", StringComparison.Ordinal) == !clean.Contains("<img", StringComparison.Ordinal);
            },
            seed: "0000KOIPe036", iter: 2000);
    }

    [Theory]
    [InlineData("<p>a</p><p><iframe src='/embed/7' title='The launch' /></p><p>b <i>c</i></p>", "<p>a</p><p><a href=\"https://paper.example/embed/7\" rel=\"noopener noreferrer nofollow\">The launch</a></p><p>b <i>c</i></p>")]
    [InlineData("<p>a</p><IFRAME src='https://video.example.net/7'>no frames here</IFRAME><p>b</p>", "<p>a</p><a href=\"https://video.example.net/7\" rel=\"noopener noreferrer nofollow\">video.example.net</a><p>b</p>")]
    [InlineData("<iframe src=https://a.example/1><iframe src=https://a.example/2></iframe>", "<a href=\"https://a.example/1\" rel=\"noopener noreferrer nofollow\">a.example</a><a href=\"https://a.example/2\" rel=\"noopener noreferrer nofollow\">a.example</a>")]
    [InlineData("<p><iframe src='https://count.example/x' width=1 height=1></iframe></p>a", "<p></p>a")]
    [InlineData("<p><iframe src='https://count.example/x' style='display: none'></iframe></p>a", "<p></p>a")]
    [InlineData("a<iframe src='https://ads.example/x'></iframe>b", "ab")]
    [InlineData("a<iframe src='https://ads.example/x'> <b>instead</b></iframe> b", "a <b>instead</b> b")]
    [InlineData("<p>a</p><iframe src='https://count.example/x' hidden>instead</iframe>", "<p>a</p>")]
    [InlineData("a<noembed><b>instead</b></noembed><noframes> of it</noframes>", "a<b>instead</b> of it")]
    [InlineData("<iframe src=https://a.example/1>x</iframe <iframe src=https://a.example/2>", "<a href=\"https://a.example/1\" rel=\"noopener noreferrer nofollow\">a.example</a><a href=\"https://a.example/2\" rel=\"noopener noreferrer nofollow\">a.example</a>")]
    [InlineData("a<iframe src='javascript:alert(1)'></iframe>b", "ab")]
    [InlineData("a <object data='x.swf'><param name=p><b>instead</b></object> b", "a <b>instead</b> b")]
    [InlineData("a <object data='x.swf'> b", "a  b")]
    public void Clean_EmbeddedPagesAndPlayers_BecomeLinksAndLoseNoText(string html, string expected) =>
        Assert.Equal(expected, HtmlCleaner.Clean(html, Page));

    [Theory]
    [InlineData("a<script src=x.js /> b <i>c</i>", "a b <i>c</i>")]
    [InlineData("a<script src=x.js> b <script>code()</script> c", "a b  c")]
    [InlineData("a<script>document.write('<script src=x></' + 'script>'); code()</script> b", "a b")]
    [InlineData("a<script>code(\"it's\"); </script> b", "a b")]
    [InlineData("a<script> b <script>code()</script> c", "a b  c")]
    [InlineData("a<script>code() <b>b</b>", "a")]
    [InlineData("a<style/> b<style>p { color: red }</style> c", "a b c")]
    [InlineData("<title>A page</title>a<title/> b <i>c</i>", "A pagea b <i>c</i>")]
    [InlineData("a<textarea/> b<textarea>typed</textarea> c", "a b c")]
    [InlineData("a<!-- note > b <!-- more > c", "a b  c")]
    [InlineData("a<!-- <script> --> b<script>code()</script> c", "a b c")]
    [InlineData("a<!--> b <!---> c", "a b  c")]
    [InlineData("a<br></br>b", "a<br>b")]
    [InlineData("a<!-- never ends", "a")]
    public void Clean_WhatIsNotClosed_SwallowsNoText(string html, string expected) => Assert.Equal(expected, HtmlCleaner.Clean(html, Page));

    [Theory]
    [InlineData("<p>Let <math alttext='a squared'><msup><mi>a</mi><mn>2</mn></msup></math> be</p>", "<p>Let a squared be</p>")]
    [InlineData("<math><semantics><mi>a</mi><annotation encoding='application/x-tex'>a^2</annotation></semantics></math>", "a^2")]
    [InlineData("<math><mi>a</mi><mo>+</mo><mi>b</mi><script>x()</script></math>", "a + b")]
    [InlineData("<math alttext='&lt;img src=x onerror=y&gt;'></math>", "&lt;img src=x onerror=y&gt;")]
    public void Clean_Formula_IsWords(string html, string expected) => Assert.Equal(expected, HtmlCleaner.Clean(html, Page));

    [Theory]
    [InlineData("<div align=\"center\"><font color=\"#008\" face=\"Arial\" size=\"+1\">old</font> <big>big</big> <acronym title=\"t\">a</acronym></div>")]
    [InlineData("<table border=\"1\" cellpadding=\"2\" bgcolor=\"#eee\" summary=\"s\"><caption align=\"top\">c</caption><tbody><tr valign=\"top\"><th scope=\"col\" nowrap=\"\">h</th></tr></tbody></table>")]
    [InlineData("<ol start=\"3\" reversed=\"\"><li value=\"7\">seven</li></ol><dl><dt>t</dt><dd>d</dd></dl><menu><li>m</li></menu><dir><li>d</li></dir>")]
    [InlineData("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby> <bdo dir=\"rtl\">back</bdo> <bdi>x</bdi> <q cite=\"https://a.example/\">q</q> <ins datetime=\"2026-01-01\">i</ins>")]
    [InlineData("<address>Street</address><nav><a href=\"https://a.example/\" hreflang=\"de\" rel=\"noopener noreferrer nofollow\">a</a></nav><details open=\"\"><summary>s</summary>d</details>")]
    [InlineData("<fieldset><legend>l</legend>f</fieldset><meter value=\"2\" max=\"5\">2 of 5</meter><progress value=\"1\">1</progress><p lang=\"ar\" dir=\"rtl\" hidden=\"\">h</p>")]
    [InlineData("<video src=\"https://a.example/v.mp4\" poster=\"https://a.example/p.jpg\" loop=\"\" controls=\"\" preload=\"none\"><track src=\"https://a.example/t.vtt\" kind=\"captions\" srclang=\"en\" label=\"English\">v</video>")]
    public void Clean_HarmlessMarkup_IsKeptAsItIs(string html) => Assert.Equal(html, HtmlCleaner.Clean(html, Page));

    [Theory]
    [InlineData("<video poster='../p.jpg' src=v.mp4></video>", "poster=\"https://paper.example/p.jpg\"")]
    [InlineData("<blockquote cite='said.html'>x</blockquote>", "cite=\"https://paper.example/2026/said.html\"")]
    [InlineData("<picture><source srcset='a.webp 1x,b.webp 2x'><img src=a.png></picture>", "srcset=\"https://paper.example/2026/a.webp 1x, https://paper.example/2026/b.webp 2x\"")]
    [InlineData("<img src=a.png longdesc=about.html>", "longdesc=\"https://paper.example/2026/about.html\"")]
    public void Clean_EveryAddress_IsAbsolute(string html, string expected) => Assert.Contains(expected, HtmlCleaner.Clean(html, Page), StringComparison.Ordinal);

    [Theory]
    [InlineData("<div>")]
    [InlineData("<b><p>")]
    [InlineData("<title>")]
    [InlineData("<script src=x>")]
    [InlineData("<iframe>")]
    [InlineData("<math>")]
    [InlineData("<fieldset><legend>")]
    [InlineData("<div><script></div></script>")]
    [InlineData("<div><table><td></div>")]
    [InlineData("<b><table></b></table>")]
    [InlineData("<li><dd>")]
    [InlineData("<optgroup>")]
    [InlineData("<template>")]
    public void Clean_FiftyThousandUnclosedTags_IsPlainText(string unit)
    {
        var clean = HtmlCleaner.Clean(string.Concat(Enumerable.Repeat(unit, 50_000)) + "the <i>words", Page);
        Assert.Equal("<p>the</p><p>words</p>", clean);
    }

    [Theory]
    [InlineData("<a name=x>", "<br>", 15_000)]
    [InlineData("", "a<x></x>", 15_000)]
    [InlineData("", "a<x></x>", 125_000)]
    [InlineData("", "a<base href=/b>", 15_000)]
    [InlineData("<p><b a=1><b a=2><b a=3><b a=4><b a=5><b a=6><b a=7><b a=8>", "<p>x", 200_000)]
    public void Clean_ManySiblings_LeavesNothingButParagraphs(string opening, string unit, int times)
    {
        var clean = HtmlCleaner.Clean(opening + string.Concat(Enumerable.Repeat(unit, times)), Page);
        Assert.DoesNotMatch("<(?!/?(?:p|br|a)>)", clean);
    }

    [Fact]
    public void Clean_ThousandsOfAttributes_IsPlainText() =>
        Assert.Equal("<p>x</p>", HtmlCleaner.Clean($"<p {string.Concat(Enumerable.Range(0, 100_000).Select(i => $"a{i} "))}>x", Page));

    [Fact]
    public void Clean_ManyThreads_AllGetTheSame()
    {
        var answers = new string[64];
        Parallel.For(0, answers.Length, i => answers[i] = HtmlCleaner.Clean($"<p onclick=x>t<a href=/{i % 2}>l</a></p>", Page));
        Assert.Equal(2, answers.Distinct().Count());
    }
}
