using Aggregator.Content.Sanitizing;

namespace Aggregator.Content.Tests.Sanitizing;

public class PlainTextTests
{
    [Theory]
    [InlineData("<p>One  two</p><p>three</p>", "One two\nthree")]
    [InlineData("a<br>b<br><br>c", "a\nb\nc")]
    [InlineData("<ul><li>x<li>y</ul>", "x\ny")]
    [InlineData("AT&amp;T &lt;3 caf&eacute; &#x1F600;", "AT&T <3 café 😀")]
    [InlineData("<script>no()</script><style>p{}</style>yes<noscript>no</noscript>", "yes")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr></table>", "a b")]
    [InlineData("<pre>l1\n  l2</pre>", "l1\nl2")]
    [InlineData("in<b>side</b> out", "inside out")]
    [InlineData("shown <span hidden>not shown</span>", "shown")]
    [InlineData("a<script src=x /> b", "a b")]
    [InlineData("", "")]
    [InlineData("5 > 3 and plain", "5 > 3 and plain")]
    public void FromHtml_Markup_BecomesOneLinePerBlock(string html, string expected) => Assert.Equal(expected, PlainText.FromHtml(html));

    [Fact]
    public void FromHtml_TooDeep_StillGivesTheWords() => Assert.Equal(
        "first\nlast & end",
        PlainText.FromHtml("first" + string.Concat(Enumerable.Repeat("<div>", 20_000)) + "<script>x()</script>last &amp; end"));

    [Theory]
    [InlineData("  a \t\r\n b\u00A0c ", "a b c")]
    [InlineData("ev\u0000il\u001B[31m\u009Dx", "evil[31mx")]
    [InlineData("abc\u202Egnp.exe\u2066!", "abcgnp.exe!")]
    [InlineData("עברית and 😀", "עברית and 😀")]
    [InlineData("<b> stays", "<b> stays")]
    public void OneLine_StrangeCharacters_AreTamed(string text, string expected) => Assert.Equal(expected, PlainText.OneLine(text));

    [Fact]
    public void OneLine_HalfSurrogatePair_IsReplaced() => Assert.Equal("half \uFFFD pair", PlainText.OneLine("half \uD83D pair"));

    [Fact]
    public void OneLine_TooLong_IsCutBetweenCharacters()
    {
        var line = PlainText.OneLine(string.Concat(Enumerable.Repeat("😀", 20)), 10);
        Assert.Equal("😀😀😀😀…", line);
    }
}
