using System.Text;
using Aggregator.Content.Parsing;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Tests.Parsing;

/// <summary>Documents made to cost much or to break the parser. What is asserted is what is read; each is small enough to be quick only if the cost is linear.</summary>
public sealed class HostileFeedTests
{
    private static readonly string[] Scraps =
    [
        "<item>", "</item>", "<br>", "<![CDATA[", "]]>", "<!--", "&", "&#x", "\"", "xmlns:a=\"http://www.w3.org/2000/xmlns/\"", "\\ud83d", "<", ">", "\0", "ÿ",
    ];

    [Fact]
    public void Parse_NestedEntities_GrowNoFurtherThanTheBudget()
    {
        var bomb = new StringBuilder("<!DOCTYPE rss [<!ENTITY e0 \"&#97;&#97;&#97;&#97;&#97;&#97;&#97;&#97;&#97;&#97;\">");
        for (var i = 1; i < 7; i++)
        {
            bomb.Append($"<!ENTITY e{i} \"{Repeat($"&e{i - 1};", 10)}\">");
        }

        var feed = Parse($"{bomb}]><rss><channel><title>T</title><item><title>one</title><description>x&e6;y</description></item></channel></rss>");

        Assert.Equal("xy", Assert.Single(feed.Entries).SummaryHtml);
        Assert.Contains("an entity that grows without bound was dropped", feed.Problems);
    }

    [Fact]
    public void Parse_EntitiesThatAreEmpty_FanOutNoFurtherThanTheBudget()
    {
        var bomb = new StringBuilder("<!DOCTYPE rss [<!ENTITY e0 \"\">");
        for (var i = 1; i < 8; i++)
        {
            bomb.Append($"<!ENTITY e{i} \"{Repeat($"&e{i - 1};", 40)}\">");
        }

        var feed = Parse($"{bomb}]><rss><channel><item><title>one&e7;</title><description>{Repeat("&e7;", 100)}</description></item></channel></rss>");

        Assert.Equal("one", Assert.Single(feed.Entries).Title);
    }

    [Fact]
    public void Parse_EntityUsedOften_IsNotTakenForABomb()
    {
        var feed = Parse($"<!DOCTYPE rss [<!ENTITY mark \"*\">]><rss><channel><item><title>t</title><description>{Repeat("&mark;", 50_000)}</description></item></channel></rss>");

        Assert.Equal(new string('*', 50_000), feed.Entries[0].SummaryHtml);
    }

    [Fact]
    public void Parse_TextInManyPieces_IsReadWhole()
    {
        var feed = Parse($"<rss><channel><item><title>t</title><description>{Repeat("a<![CDATA[b]]>< &", 20_000)}</description></item></channel></rss>");

        Assert.Equal(20_000, feed.Entries[0].SummaryHtml!.Count(c => c == 'b'));
    }

    [Fact]
    public void Parse_ShortLinksUnderALongBase_StaySmall()
    {
        var text = $"<rss xml:base=\"https://base.example/{new string('b', 2_000)}/\"><channel><item><title>t</title><description>{Repeat("&lt;a href=x>", 10_000)}</description></item></channel></rss>";

        var feed = Parse(text);

        Assert.InRange(feed.Entries[0].SummaryHtml!.Length, 1, text.Length + 1_100_000);
    }

    [Fact]
    public void Parse_BaseOfThousandsOfCharacters_IsIgnored()
    {
        var feed = Parse($"<rss xml:base=\"https://base.example/{new string('b', 4_000)}/\"><channel><item><title>t</title><link>/x</link></item></channel></rss>");

        Assert.Equal("https://feeds.example/x", feed.Entries[0].Link?.AbsoluteUri);
    }

    [Fact]
    public void Parse_BreaksThatNobodyClosed_CostNoEntries()
    {
        var item = $"<item><title>t</title><description>{Repeat("line<br>", 300)}</description></item>";

        var feed = Parse($"<rss><channel>{string.Concat(Enumerable.Range(1, 6).Select(i => item.Replace("<title>t", $"<title>t{i}", StringComparison.Ordinal)))}</channel></rss>");

        Assert.Equal(["t1", "t2", "t3", "t4", "t5", "t6"], feed.Entries.Select(entry => entry.Title));
    }

    [Fact]
    public void Parse_BoldTextThatNobodyClosed_CostsNoEntries()
    {
        var feed = Parse($"<rss><channel><item><title>one</title><description>{Repeat("<b>x", 400)}</description></item><item><title>two</title></item></channel></rss>");

        Assert.Equal(["one", "two"], feed.Entries.Select(entry => entry.Title));
    }

    [Fact]
    public void Parse_ElementsNestedDeep_KeepTheirText()
    {
        var feed = Parse($"<rss><channel><item><title>t</title><description>{Repeat("<i>", 5_000)}deep{Repeat("</i>", 5_000)}</description></item><item><title>u</title></item></channel></rss>");

        Assert.Contains("deep", feed.Entries[0].SummaryHtml, StringComparison.Ordinal);
        Assert.Equal("u", feed.Entries[1].Title);
    }

    [Theory]
    [InlineData("<rss xmlns:a=\"http://www.w3.org/2000/xmlns/\" a:b=\"\"><channel><item><title>t</title></item></channel></rss>")]
    [InlineData("<rss xmlns:x=\"http://www.w3.org/2000/xmlns/\"><channel><item x:y=\"http://www.w3.org/XML/1998/namespace\"><title>t</title></item></channel></rss>")]
    [InlineData("<rss rss:xmlns=\"http://www.w3.org/XML/1998/namespace\"><channel><item><title>t</title></item></channel></rss>")]
    [InlineData("<rss><channel><item xmlns:xml=\"urn:x\" xml:base=\"\" xmlns:xmlns=\"urn:y\" xmlns:xmlns:z=\"\"><title>t</title></item></channel></rss>")]
    [InlineData("<rss><channel><item :=\"1\" a:=\"2\" :b=\"3\" a:b:c=\"4\"><title>t</title></item></channel></rss>")]
    public void Parse_NamesThatNoTreeTakes_AreSkipped(string text) => Assert.Equal("t", Assert.Single(Parse(text).Entries).Title);

    [Fact]
    public void Parse_CommentsThatNobodyClosed_CostNoEntries() =>
        Assert.Equal("t", Assert.Single(Parse($"<rss><channel>{Repeat("<!-- >", 20_000)}<item><title>t</title></item></channel></rss>").Entries).Title);

    [Fact]
    public void Parse_DoctypesInMasses_CostNoEntries() =>
        Assert.Equal("t", Assert.Single(Parse($"{Repeat("<!DOCTYPE a>", 20_000)}<rss><channel><item><title>t</title></item></channel></rss>").Entries).Title);

    [Fact]
    public void Parse_AttributesInMasses_AreCutOff()
    {
        var feed = Parse($"<rss {string.Concat(Enumerable.Range(0, 10_000).Select(i => $"a{i}=\"\" "))}><channel><item><title>t</title></item></channel></rss>");

        Assert.Equal("t", Assert.Single(feed.Entries).Title);
        Assert.Contains(feed.Problems, problem => problem.StartsWith("attributes beyond", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_NamespaceThatSwallowsTheDocument_CostsNoEntries()
    {
        var feed = Parse($"<feed xmlns=\"http://www.w3.org/2005/Atom{Repeat("/x", 20_000)}\">{Repeat("<entry><title>t</title></entry>", 4000)}</feed>");

        Assert.Equal(4000, feed.Entries.Count);
    }

    [Fact]
    public void Parse_NamesInMasses_AreForgotten()
    {
        var feed = Parse($"<rss><channel><item><title>t</title>{string.Concat(Enumerable.Range(0, 5_000).Select(i => $"<n{i}/>"))}</item><item><title>u</title></item></channel></rss>");

        Assert.Equal(["t", "u"], feed.Entries.Select(entry => entry.Title));
    }

    [Fact]
    public void Parse_TitleOfAngles_IsCutAtItsLimit()
    {
        var feed = Parse($"<rss><channel><item><title><![CDATA[{Repeat("<b ", 50_000)}]]></title></item></channel></rss>");

        Assert.InRange(Assert.Single(feed.Entries).Title!.Length, 1, 1_000);
    }

    [Fact]
    public void Parse_PartsInMasses_AreBounded()
    {
        var parts = string.Concat(Enumerable.Range(0, 1_000).Select(i => $"<enclosure url=\"/{i}\"/><link href=\"/{i}\"/><category>{i}</category><author>{i}</author>"));

        var entry = Assert.Single(Parse($"<rss><channel><item><title>t</title>{parts}</item></channel></rss>").Entries);

        Assert.All([entry.Enclosures.Count, entry.Links.Count, entry.Categories.Count, entry.Persons.Count], count => Assert.Equal(50, count));
    }

    [Fact]
    public void Parse_JsonPartsInMasses_AreBounded()
    {
        var tags = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"\"{i}\""));

        var entry = Assert.Single(Parse($"{{\"items\":[{{\"id\":\"1\",\"tags\":[{tags}]}}]}}").Entries);

        Assert.Equal(50, entry.Categories.Count);
    }

    [Fact]
    public void Parse_EntriesInMasses_StopsAtTheLimit()
    {
        var feed = Parse($"<rss><channel>{string.Concat(Enumerable.Range(0, 5_100).Select(i => $"<item><guid>{i}</guid></item>"))}</channel></rss>");

        Assert.Equal(5_000, feed.Entries.Count);
        Assert.Contains("entries beyond the first 5000 were not read", feed.Problems);
    }

    [Fact]
    public void Parse_ItemsInsideItems_AreEachReadOnce()
    {
        var feed = Parse("<rss><channel><item><title>a</title><enclosure url=\"/a\"/><item><title>b</title><enclosure url=\"/b\"/></item></item></channel></rss>");

        Assert.Equal(["a", "b"], feed.Entries.Select(entry => entry.Title));
        Assert.All(feed.Entries, entry => Assert.Single(entry.Enclosures));
    }

    [Fact]
    public void Parse_PrefixesNobodyDeclared_AreToldInFewWords()
    {
        var feed = Parse($"<rss><channel><item><title>t</title>{string.Concat(Enumerable.Range(0, 500).Select(i => $"<p{i}:x/>"))}</item></channel></rss>");

        Assert.InRange(feed.Problems.Count, 1, 51);
    }

    [Theory]
    [InlineData("{\"items\":[{\"id\":\"1\",\"title\":\"\\ud83d\"}]}")]
    [InlineData("{\"items\":[{\"id\":\"1\",\"\\ud83d\":\"x\"}]}")]
    [InlineData("{\"items\":[{\"id\":\"1\",\"id\":\"1\"}],\"title\":\"a\",\"title\":\"b\"}")]
    [InlineData("{\"items\":[1,null,{\"id\":\"1\",\"url\":[],\"tags\":{},\"attachments\":5,\"authors\":\"x\"}]}")]
    public void Parse_JsonWithFaults_KeepsTheEntry(string text) => Assert.Equal("1", Assert.Single(Parse(text).Entries).Id);

    [Theory]
    [InlineData("<br />\n<b>Warning</b>: cannot connect in <b>/feed.php</b><br />\n")]
    [InlineData("Notice: undefined index\n")]
    public void Parse_OutputOfTheProgramBeforeTheDocument_IsSkipped(string output)
    {
        var feed = Parse(output + "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><item><title>t</title></item></channel></rss>");

        Assert.Equal("t", Assert.Single(feed.Entries).Title);
        Assert.Single(feed.Problems);
    }

    [Fact]
    public void Parse_PageThatShowsAFeed_IsNone() =>
        Assert.Null(Parse("<html><body><p>So:<pre><?xml version=\"1.0\"?><rss><channel><item><title>t</title></item></channel></rss></pre></body></html>").Format);

    [Fact]
    public void Parse_BrokenJson_SaysSo() => Assert.Contains("the JSON is broken", Parse("{\"items\":[{\"id\":").Problems);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("<")]
    [InlineData("<rss")]
    [InlineData("<rss><![CDATA[")]
    [InlineData("<!DOCTYPE rss [<!ENTITY")]
    [InlineData("<!--")]
    [InlineData("</a></b>")]
    [InlineData("{")]
    [InlineData("\0\0\0<")]
    public void Parse_Scraps_GiveNoEntries(string text) => Assert.Empty(Parse(text).Entries);

    [Fact]
    public void Parse_FeedsWithRandomDamage_NeverThrows()
    {
        var random = new Random(20250603);
        var feeds = FeedFixtures.All.Values.ToList();
        for (var round = 0; round < 150; round++)
        {
            var bytes = feeds[random.Next(feeds.Count)].ToList();
            for (var change = random.Next(1, 12); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at - 1));
                        break;
                    case 2:
                        bytes.InsertRange(at, Encoding.UTF8.GetBytes(Scraps[random.Next(Scraps.Length)]));
                        break;
                    default:
                        bytes.InsertRange(at, bytes.GetRange(0, Math.Min(at, random.Next(200))));
                        break;
                }
            }

            var feed = FeedParser.Parse(bytes.ToArray(), FeedFixtures.Context);

            Assert.All(feed.Entries, entry => Assert.NotEmpty(entry.Key));
        }
    }

    [Fact]
    public void Parse_HostThatNoDomainCanBe_IsNoLink()
    {
        var feed = Parse("<rss><channel><item><title>t</title><link>http://xn--ä.example/1</link><comments>//\u05D0a.example/</comments></item></channel></rss>");

        Assert.Equal((null, null), (feed.Entries[0].Link, feed.Entries[0].Comments));
    }

    private static ParsedFeed Parse(string text) => FeedParser.Parse(Encoding.UTF8.GetBytes(text), FeedFixtures.Context);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
