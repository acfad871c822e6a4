using System.Globalization;
using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Content.Extraction.Metadata;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Tests.Extraction;

public sealed class MetadataTests
{
    private static readonly Uri Address = new("https://www.evening-star.example/2024/03/09/a-story");

    [Theory]
    [InlineData("2024-03-09T23:30:00-05:00", "2024-03-09")]
    [InlineData("2024-03-09T23:30:00.123Z", "2024-03-09")]
    [InlineData("2024-03-09 07:12", "2024-03-09")]
    [InlineData("2024/3/9", "2024-03-09")]
    [InlineData("Sat, 09 Mar 2024 07:36:07 +0530", "2024-03-09")]
    [InlineData("1709942400", "2024-03-09")]
    [InlineData("March 9, 2024", "2024-03-09")]
    [InlineData("Mar. 9th 2024", "2024-03-09")]
    [InlineData("9. März 2024, 18:05 Uhr", "2024-03-09")]
    [InlineData("09.03.2024", "2024-03-09")]
    [InlineData("9 mars 2024", "2024-03-09")]
    [InlineData("9 de marzo de 2024", "2024-03-09")]
    [InlineData("9 marca 2024", "2024-03-09")]
    [InlineData("9 марта 2024", "2024-03-09")]
    [InlineData("2024年3月9日", "2024-03-09")]
    [InlineData("25/12/2023", "2023-12-25")]
    [InlineData("12/25/2023", "2023-12-25")]
    [InlineData("2024-13-45", null)]
    [InlineData("12:30:00 PM", null)]
    [InlineData("March 12", null)]
    [InlineData("12 March 10:00 +2000", null)]
    [InlineData("Mar 9, 2024 7:36:07 PM", "2024-03-09")]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void DateText_MachineDate_IsRead(string text, string? day) =>
        Assert.Equal(day, DateText.Machine(text)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("By Jane Doe and John Roe", "Jane Doe|John Roe")]
    [InlineData("Von Jutta Österle", "Jutta Österle")]
    [InlineData("Written by Jane Doe, Senior Editor", "Jane Doe")]
    [InlineData("jane.doe@example.org Jane Doe", "Jane Doe")]
    [InlineData("https://www.social.example/jane", "")]
    [InlineData("admin", "")]
    [InlineData("March 9, 2024", "")]
    [InlineData("The Evening Star", "")]
    public void AuthorReader_Values_BecomeNames(string value, string expected) =>
        Assert.Equal(expected, string.Join('|', AuthorReader.Names([value], new HashSet<string> { "theeveningstar" })));

    [Theory]
    [InlineData("<title>A fine story | The Evening Star</title>", "A fine story")]
    [InlineData("<title>The Evening Star - A fine story</title><meta property=og:site_name content='The Evening Star'>", "A fine story")]
    [InlineData("<title>A fine story - Evening-Star.example</title>", "A fine story")]
    [InlineData("<title>x</title><meta property=og:title content='Fish &amp;amp; chips: a history'>", "Fish & chips: a history")]
    public void Extract_TitleWithSiteName_IsCleaned(string head, string title) => Assert.Equal(title, Extract(head, "").Title);

    [Fact]
    public void Extract_HeadingOnThePage_WinsOverTheSearchEnginesTitle() =>
        Assert.Equal("A fine story, told at length", Extract("<title>A Fine Story Told - Best Stories 2024</title>", "<h1>A fine story, told at length</h1>").Title);

    [Fact]
    public void Extract_HeadingWithALineAboveTheHeadline_GivesTheHeadline() =>
        Assert.Equal("Prices fall at last", Extract("<meta property=og:title content='Prices fall at last'>", "<h1><span>Energy</span> Prices fall at last</h1>").Title);

    [Theory]
    [InlineData("""{"@type":"NewsArticle","author":[{"@type":"Person","name":"Jane Doe"},"John Roe"],"datePublished":"2024-03-08"}""")]
    [InlineData("""[{"@type":"BreadcrumbList"},{"@type":["Article","NewsArticle"],"author":{"name":["Jane Doe","John Roe"]},"datePublished":"2024-03-08",}]""")]
    [InlineData("""{"@graph":[{"@id":"#j","@type":"Person","name":"Jane Doe"},{"@id":"#r","@type":"Person","name":"John Roe"},{"@type":"BlogPosting","author":[{"@id":"#j"},{"@id":"#r"}],"datePublished":"2024-03-08"}]}""")]
    [InlineData("""
        //<![CDATA[
        {"@type":"Article","description":"two
        lines","author":[{"name":"Jane Doe"},{"name":"John Roe"}],"datePublished":"2024-03-08"}
        //]]>
        """)]
    public void Extract_JsonLdInAllItsForms_GivesAuthorsAndDate(string json)
    {
        var article = Extract($"<script type=\"application/ld+json\">{json}</script>", "");

        Assert.Equal(["Jane Doe", "John Roe"], article.Authors);
        Assert.Equal(new DateTime(2024, 3, 8), article.Published?.Date);
    }

    [Fact]
    public void Extract_InstantInUtc_TakesTheOffsetThatThePageStatesElsewhere()
    {
        const string Utc = "<meta property='article:published_time' content='2024-03-10T03:20:00Z'>";

        Assert.Equal(TimeSpan.Zero, Extract(Utc, "").Published?.Offset);
        Assert.Equal(new DateTimeOffset(2024, 3, 9, 22, 20, 0, TimeSpan.FromHours(-5)), Extract(Utc, "<time datetime='2024-03-09T22:20:00-05:00'>yesterday</time>").Published);
        Assert.Equal(TimeSpan.FromHours(-5), Extract(Utc, "<time datetime='2024-03-09T22:20:00-05:00'>yesterday</time>").Published?.Offset);
    }

    [Theory]
    [InlineData("""{"@type":"Article","headline":"half \ud83d","author":{"name":"\ude00"},"\ud83d":1,"datePublished":"2024-03-08"}""")]
    [InlineData("""{"@type":["Article","\ud83d"],"@id":"\ud83d\ud83d","image":"\udc00","isAccessibleForFree":"\ud83d","datePublished":"2024-03-08"}""")]
    public void Extract_JsonLdWithHalfASurrogatePair_IsRead(string json) =>
        Assert.Equal(new DateTime(2024, 3, 8), Extract($"<script type=\"application/ld+json\">{json}</script>", "").Published?.Date);

    [Fact]
    public void Extract_JsonLdWithAWholeSurrogatePair_KeepsIt() =>
        Assert.Equal("Ann \U0001F600", Extract("""<script type="application/ld+json">{"@type":"Article","author":{"name":"Ann \ud83d\ude00"}}</script>""", "").Authors.SingleOrDefault());

    [Theory]
    [InlineData("<meta name=robots content='index, max-snippet:0'>", true)]
    [InlineData("<meta name=robots content='max-snippet: 0, noindex'>", true)]
    [InlineData("<meta name=ROBOTS content='NoSnippet'>", true)]
    [InlineData("<meta name=aggregator content=noarchive>", true)]
    [InlineData("<meta name=robots content='max-snippet:-1, max-image-preview:large'>", false)]
    [InlineData("<meta name=robots content='max-snippet:05'>", false)]
    [InlineData("<meta name=googlebot content=noarchive>", false)]
    public void Extract_RobotsDirectives_AreHonoured(string head, bool noArchive) => Assert.Equal(noArchive, Extract(head, "").NoArchive);

    [Fact]
    public void Extract_PlainMetadata_IsFilledIn()
    {
        var article = Extract(
            "<link rel=canonical href='/2024/03/09/a-story?x=1'><meta property=og:image content='/i.jpg'><meta property=og:site_name content='The Evening Star'><meta property='article:modified_time' content='2024-03-11T10:00:00+01:00'>", "");

        Assert.Equal("https://www.evening-star.example/2024/03/09/a-story?x=1", article.CanonicalAddress?.AbsoluteUri);
        Assert.Equal("https://www.evening-star.example/i.jpg", article.Image?.AbsoluteUri);
        Assert.Equal("The Evening Star", article.SiteName);
        Assert.Equal("en-GB", article.Language);
        Assert.Equal(TimeSpan.FromHours(1), article.Modified?.Offset);
    }

    private static Article Extract(string head, string top)
    {
        var page = $"<!DOCTYPE html><html lang=en_GB><head>{head}</head><body><article>{top}<p>Long ago, in a town by the sea, there lived a baker who could not sleep, and so he baked all night.</p><p>His bread was eaten by everybody in the town, and nobody knew at what price it had been made.</p></article></body></html>";
        return ArticleExtractor.Extract(Encoding.UTF8.GetBytes(page), new PageContext(Address) { RobotName = "Aggregator" }, CancellationToken.None);
    }
}
