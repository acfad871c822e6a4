using System.Text;
using Aggregator.Content.Publishing;
using Aggregator.Content.Sanitizing;

namespace Aggregator.Content.Tests.Sanitizing;

/// <summary>Every attack, alone and in company, comes out of the cleaner with nothing live in it, as read by a browser's rules with scripts and without.</summary>
public sealed class AttackTests
{
    private static readonly Uri Page = new("https://page.example/article");

    [Fact]
    public void Clean_EveryAttack_LeavesNothingLiveAndIsSettled()
    {
        Assert.True(Attacks.All.Count > 1_000);
        Assert.Empty(Attacks.All.SelectMany(attack => FaultsOf(attack)));
    }

    [Fact]
    public void Clean_AttacksInAttacks_LeaveNothingLiveAndAreSettled()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (outer, inner) = (Attacks.All[random.Next(Attacks.All.Count)], Attacks.All[random.Next(Attacks.All.Count)]);
            var at = random.Next(outer.Length + 1);
            Assert.Empty(FaultsOf($"{outer[..at]}{inner}{outer[at..]}{Attacks.All[random.Next(Attacks.All.Count)]}"));
        }
    }

    [Theory]
    [InlineData("<link rel=import href='http://[::1/x'>")]
    [InlineData("<link rel=stylesheet href='http://a b/'>")]
    [InlineData("<base href='http://[/'><img src='http://['>")]
    [InlineData("<meta http-equiv=content-security-policy content='img-src http://['>")]
    public void Clean_AddressThatNoneCanBe_IsNoFault(string html) => Assert.Contains("words", HtmlCleaner.Clean(html + "<p>words</p>", Page), StringComparison.Ordinal);

    [Fact]
    public void Clean_EveryAttackAroundWords_KeepsWhatIsBehindIt()
    {
        // Elements that take all that follows as their own content hide it in every browser too.
        string[] swallows = ["<script", "<style", "<!--", "<?", "<!", "<%", "<textarea", "<title", "<xmp", "<plaintext", "<template", "<select", "<svg", "<math", "<noembed", "<noframes", "<iframe", "<object", "<option", "<optgroup", "<frameset", "<map", "<button", "<dialog", "<a href=\"javascript:alert(1)"];
        var lost = Attacks.All.Where(attack => !swallows.Any(start => attack.Contains(start, StringComparison.OrdinalIgnoreCase)) && attack.Count(c => c == '"') % 2 == 0 && attack.Count(c => c == '<') == attack.Count(c => c == '>'))
            .Where(attack => !HtmlCleaner.Clean($"<p>before</p>{attack}<p>the words behind</p>", Page).Contains("the words behind", StringComparison.Ordinal));
        Assert.Empty(lost);
    }

    /// <summary>A title is plain text. Programs that show one as HTML all the same find no tag in it.</summary>
    [Fact]
    public void PlainLine_EveryAttack_IsNoHtmlForWhoeverTakesItForIt()
    {
        foreach (var attack in Attacks.All)
        {
            var line = EntryContent.Line(attack);
            using var bytes = new MemoryStream();
            using (var xml = System.Xml.XmlWriter.Create(bytes))
            {
                PlainLine.WriteElement(xml, "title", null, line);
            }

            var read = System.Xml.Linq.XDocument.Parse(Encoding.UTF8.GetString(bytes.ToArray()).TrimStart('\uFEFF')).Root!.Value;
            Assert.Equal(line.Replace("\u2060", "", StringComparison.Ordinal), read.Replace("\u2060", "", StringComparison.Ordinal));
            Assert.DoesNotContain(LiveMarkup.In(read), fault => fault != LiveMarkup.Unsettled);
        }
    }

    [Theory]
    [InlineData("List<string> or a < b", false)]
    [InlineData("Use <b> for bold", false)]
    [InlineData("<img src=x onerror=alert(1)>", true)]
    [InlineData("<imgsrc=x onerror=alert(1)>", true)]
    [InlineData("The <script> element", true)]
    [InlineData("a <!-- comment", true)]
    public void PlainLine_WordsThatOnlyLookLikeATag_AreLeftAlone(string title, bool joined) => Assert.Equal(joined, PlainLine.LooksLikeHtml(title));

    [Theory]
    [InlineData("<p>words <b>and</b> <i>more</i> of them, <a href=/x?utm_source=y>linked</a>.</p>\n", 1_000_000)]
    [InlineData("<div style=x onclick=y><span class=z>a", 200_000)]
    [InlineData("&lt;&amp;&#x41;&unknown;", 1_000_000)]
    [InlineData("<a href='javascript:alert(1)'", 1_000_000)]
    [InlineData("<!--", 1_000_000)]
    [InlineData("<svg><math>", 600_000)]
    [InlineData("</p>", 1_000_000)]
    [InlineData("<![CDATA[", 500_000)]
    [InlineData("<img srcset='a 1x,b 2x,c 3x'>", 500_000)]
    public void Clean_AMegabyte_EndsAndLeavesNothingLive(string unit, int length) =>
        Assert.Empty(FaultsOf(string.Concat(Enumerable.Repeat(unit, (length / unit.Length) + 1))));

    private static IEnumerable<string> FaultsOf(string attack)
    {
        var clean = HtmlCleaner.Clean(attack, Page);
        var faults = LiveMarkup.In(clean);
        if (PublishedHtml.Of(clean) is var published && published != clean)
        {
            faults = faults.Concat(LiveMarkup.In(published));
        }

        if (HtmlCleaner.Clean(clean, Page) != clean)
        {
            faults = faults.Append("cleaning again changes it");
        }

        return faults.Select(fault => $"{fault} of {(attack.Length < 300 ? attack : attack[..300])}");
    }
}
