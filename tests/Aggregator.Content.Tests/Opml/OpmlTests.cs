using System.Text;
using Aggregator.Content.Opml;
using Aggregator.Model.Feeds;
using CsCheck;

namespace Aggregator.Content.Tests.Opml;

public sealed class OpmlTests
{
    [Fact]
    public void Read_NestedOutlines_AreGroups()
    {
        var list = Read("""
            <?xml version="1.0"?>
            <!-- <outline xmlUrl="https://hidden.example/"/> -->
            <opml version="1.0"><head><title> My
              feeds </title></head><body>
              <outline text="News"><outline title="Technology" text="Tech">
                <outline type="rss" text="A &amp; B" xmlUrl=" https://a.example/feed " htmlUrl="https://a.example/" language="de"/>
              </outline>
              <outline TEXT="https://b.example/rss" XMLURL="https://b.example/rss"></outline></outline>
              <outline text="C" title="The C" xmlUrl="https://c.example/" category="/Science/Space,/Other"/>
              <outline text="A page" type="link" url="https://page.example/"/>
              <outline text="Early" type="rss" url="https://early.example/rss"/>
              <outline text="Off" isComment="true"><outline text="D" xmlUrl="https://d.example/"/></outline>
            </body></opml>
            """);

        Assert.Equal("My feeds", list.Title);
        Assert.Empty(list.Problems);
        Assert.Equal(
            [
                new OpmlFeed { Address = "https://a.example/feed", Title = "A & B", Category = "News / Technology", Site = "https://a.example/", Language = "de", Line = 6 },
                new OpmlFeed { Address = "https://b.example/rss", Category = "News", Line = 8 },
                new OpmlFeed { Address = "https://c.example/", Title = "The C", Category = "Science / Space", Line = 9 },
                new OpmlFeed { Address = "https://early.example/rss", Title = "Early", Line = 11 },
                new OpmlFeed { Address = "https://d.example/", Title = "D", Category = "Off", IsOff = true, Line = 12 },
            ],
            list.Feeds);
    }

    [Theory]
    [InlineData("""<opml><body><outline text="A & B" xmlUrl="https://a.example/?x=1&y=2"><outline text="C" xmlUrl=https://c.example/ ></body>""", "https://a.example/?x=1&y=2 https://c.example/")]
    [InlineData("""<opml><body><outline text=a xmlUrl='https://a.example/'><outline text=b xmlUrl='https://b.example/'></body></opml>""", "https://a.example/ https://b.example/")]
    [InlineData("""junk <outline text="G"><outline xmlUrl="https://a.example/"/><outline xmlUrl="https://b.example/" """, "https://a.example/ https://b.example/")]
    public void Read_BrokenXml_KeepsTheFeedsAndSaysSo(string opml, string addresses)
    {
        var list = Read(opml);

        Assert.Equal(addresses, string.Join(' ', list.Feeds.Select(feed => feed.Address)));
        Assert.NotEmpty(list.Problems);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("iso-8859-1")]
    public void Read_OtherEncodings_KeepTheLetters(string encoding)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var chosen = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. chosen.GetPreamble(), .. chosen.GetBytes($"<?xml version='1.0' encoding='{encoding}'?><opml><body><outline text='Zürich' xmlUrl='https://a.example/'/></body></opml>")];

        Assert.Equal("Zürich", Assert.Single(OpmlReader.Read(bytes).Feeds).Title);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>Not found</body></html>")]
    [InlineData("{}")]
    public void Read_NoOpml_SaysSo(string text)
    {
        var list = Read(text);

        Assert.Empty(list.Feeds);
        Assert.Contains("no OPML", list.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooMuch_IsCutAndSaysSo()
    {
        var many = Read($"<opml><body>{string.Concat(Enumerable.Range(0, OpmlReader.MostFeeds + 5).Select(number => $"<outline xmlUrl='https://a.example/{number}'/>"))}</body></opml>");

        Assert.Equal(OpmlReader.MostFeeds, many.Feeds.Count);
        Assert.NotEmpty(many.Problems);
        Assert.Empty(OpmlReader.Read(new byte[OpmlReader.MaxBytes + 1]).Feeds);
    }

    [Fact]
    public void Read_HostileText_EndsSoon()
    {
        Assert.Empty(Read("<opml>" + string.Concat(Enumerable.Repeat("<!--<![CDATA[", 200_000))).Feeds);
        Assert.NotEmpty(Read("<opml>" + string.Concat(Enumerable.Repeat("<outline xmlUrl='a'>", 100_000)) + "</outline>").Problems);
    }

    [Fact]
    public void Read_AnyText_NeverThrows() =>
        Gen.String[Gen.Char["<>/outline xmlUrl=\"'!-&;\n"], 0, 200].Sample(text => Read("<opml><body>" + text).Feeds.Count >= 0, iter: 3000);

    [Fact]
    public void Write_ThenRead_GivesTheSameFeeds()
    {
        FeedSource[] feeds =
        [
            new() { Address = new Uri("https://a.example/feed?x=1&y=2"), Title = "A <b> & \"c\" \u0001😀", Category = "News / Technology", Site = new Uri("https://a.example/"), Language = "pt-BR" },
            new() { Address = new Uri("https://b.example/feed"), Title = "B", Category = "News" },
            new() { Address = new Uri("https://c.example/feed"), Title = "C" },
            new() { Address = new Uri("https://d.example/feed"), Title = "D", Category = "News / Technology", Enabled = false },
            new() { Address = new Uri("https://e.example/feed"), Title = "E", Category = string.Join(" / ", Enumerable.Range(0, 400)) },
        ];

        var read = OpmlReader.Read(OpmlWriter.Write("Mine", feeds));

        Assert.Empty(read.Problems);
        Assert.Equal("Mine", read.Title);
        foreach (var feed in feeds)
        {
            var found = Assert.Single(read.Feeds, entry => entry.Address == feed.Address.AbsoluteUri);
            Assert.Equal(feed.Title!.Replace("\u0001", "", StringComparison.Ordinal), found.Title);
            Assert.StartsWith(found.Category ?? "none", feed.Category ?? "none", StringComparison.Ordinal);
            Assert.Equal((feed.Site?.AbsoluteUri, feed.Language, !feed.Enabled), (found.Site, found.Language, found.IsOff));
        }
    }

    [Fact]
    public void Write_FeedsWithSecrets_LeavesTheSecretsOut()
    {
        var text = Encoding.UTF8.GetString(OpmlWriter.Write("Mine", [new FeedSource { Address = new Uri("https://a.example/feed?n=1&token=0123456789"), Auth = "my-secret" }]));

        Assert.Contains("xmlUrl=\"https://a.example/feed?n=1\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("my-secret", text, StringComparison.Ordinal);
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>", text, StringComparison.Ordinal);
    }

    private static OpmlList Read(string text) => OpmlReader.Read(Encoding.UTF8.GetBytes(text));
}
