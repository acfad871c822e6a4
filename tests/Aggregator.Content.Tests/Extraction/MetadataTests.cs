using System.Globalization;
using System.Text;
using Aggregator.Content.Extraction;
using Aggregator.Content.Extraction.Metadata;
using Aggregator.Model.Articles;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Tests.Extraction;

public sealed class MetadataTests
{
    private static readonly Uri Undated = new("https://www.evening-star.example/a-story");
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
        Assert.Equal(day, DateText.ReadMachine(text, dayFirst: false)?.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("By Jane Doe and John Roe", "Jane Doe|John Roe")]
    [InlineData("Von Jutta Österle", "Jutta Österle")]
    [InlineData("Written by Jane Doe, Senior Editor", "Jane Doe")]
    [InlineData("jane.doe@example.org Jane Doe", "Jane Doe")]
    [InlineData("https://www.social.example/jane", "")]
    [InlineData("admin", "")]
    [InlineData("March 9, 2024", "")]
    [InlineData("Di Mario Rossi", "Mario Rossi")]
    [InlineData("Por María Pérez y José Díaz", "María Pérez|José Díaz")]
    [InlineData("Door Jan de Vries", "Jan de Vries")]
    [InlineData("Skrevet af Søren Holm", "Søren Holm")]
    [InlineData("Autor: Anna Nowak", "Anna Nowak")]
    [InlineData("Автор: Иван Петров", "Иван Петров")]
    [InlineData("文＝山田太郎", "山田太郎")]
    [InlineData("Posted on September 21, 2020 by Jane Doe", "Jane Doe")]
    [InlineData("06.11.2023 13:30 von Olga", "Olga")]
    [InlineData("Text und Fotos: Jutta Österle", "Jutta Österle")]
    [InlineData("Jane Doe Illustration by John Roe", "Jane Doe")]
    public void PersonNames_Values_BecomeNames(string value, string expected) =>
        Assert.Equal(expected, string.Join('|', PersonNames.Read([value], stated: false)));

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
    [InlineData("""{"@type":"BreadcrumbList"} {"@type":"Article","author":["Jane Doe","John Roe"],"datePublished":"2024-03-08"}""")]
    [InlineData("{&quot;@type&quot;:&quot;Article&quot;,&quot;author&quot;:[&quot;Jane Doe&quot;,&quot;John Roe&quot;],&quot;datePublished&quot;:&quot;2024-03-08&quot;}")]
    [InlineData("""{"@type":"Article", /* the writers */ "author":["Jane Doe","John Roe",],"datePublished":"2024-03-08"}""")]
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

        Assert.Equal(TimeSpan.Zero, Extract(Utc, "", Undated).Published?.Offset);
        Assert.Equal(new DateTimeOffset(2024, 3, 9, 22, 20, 0, TimeSpan.FromHours(-5)), Extract(Utc, "<time datetime='2024-03-09T22:20:00-05:00'>yesterday</time>", Undated).Published);
        Assert.Equal(TimeSpan.FromHours(-5), Extract(Utc, "<time datetime='2024-03-09T22:20:00-05:00'>yesterday</time>", Undated).Published?.Offset);
    }

    [Theory]
    [InlineData("https://www.evening-star.example/a-story", "<h1>Fine</h1><p>9 March 2024</p>", "2024-03-09")]
    [InlineData("https://www.evening-star.example/2024/03/09/a-story", "", "2024-03-09")]
    [InlineData("https://www.evening-star.example/a-story", "<h1>Fine</h1><p>Updated 9 March 2024</p>", "2024-03-10")]
    [InlineData("https://www.evening-star.example/a-story", "", "2024-03-10")]
    public void Extract_InstantInUtc_IsOnTheDayThatReadersSaw(string address, string top, string day) =>
        Assert.Equal(day, Day(Extract("<meta property='article:published_time' content='2024-03-10T03:20:00Z'>", top, new Uri(address)).Published));

    [Fact]
    public void Extract_InstantInUtcNearMidnight_IsOnTheDayOfTheSitesCountry() =>
        Assert.Equal(new DateTimeOffset(2024, 7, 10, 0, 30, 0, TimeSpan.FromHours(2)), Extract("<meta property='article:published_time' content='2024-07-09T22:30:00Z'>", "", new Uri("https://www.abendstern.de/a")).Published);

    [Theory]
    [InlineData("<h1>Fine</h1><div class=meta>Updated <time>11 March 2024</time></div><p>Published <time>8 March 2024</time></p>", "2024-03-08")]
    [InlineData("<h1>Fine</h1><p>Veröffentlicht am 8. März 2024, aktualisiert am 11. März 2024</p>", "2024-03-08")]
    [InlineData("<div class=related><time datetime=2020-01-01>x</time></div><h1>Fine</h1><span class=post-date>8 mars 2024</span>", "2024-03-08")]
    [InlineData("<h1>Fine</h1><p>Budapest, 2024. március 8.</p>", "2024-03-08")]
    public void Extract_DateShownOnly_IsTheDayOfPublication(string top, string day) => Assert.Equal(day, Day(Extract("", top, Undated).Published));

    [Theory]
    [InlineData("<html lang=en-US>", "03/04/2024", "2024-03-04")]
    [InlineData("<html lang=es>", "03/04/2024", "2024-04-03")]
    public void Extract_NumericDate_IsReadAsThePagesLanguageWritesIt(string html, string text, string day) =>
        Assert.Equal(day, Day(ArticleExtractor.Extract(Encoding.UTF8.GetBytes($"{html}<body><h1>Fine</h1><p class=date>{text}</p><p>Long ago, in a town by the sea, there lived a baker.</p>"), new PageContext(Undated), CancellationToken.None).Published));

    [Theory]
    [InlineData("<meta name=author content='The Evening Star'>", "<h1>Fine</h1><p class=byline>By <a href='/author/jane'>Jane Doe</a></p>", "Jane Doe")]
    [InlineData("<meta name=author content='Jane Doe'>", "<aside class=related><a rel=author href=/r>John Roe</a></aside>", "Jane Doe")]
    [InlineData("<meta name=author content='Jane Doe'>", "<h1>Fine</h1><p class=byline>By <a href=/author/j>Jane Doe</a> and <a href=/author/r>John Roe</a></p>", "Jane Doe|John Roe")]
    [InlineData("", "<h1>Fine</h1><h4>Geschrieben von</h4><p>Jutta Österle</p>", "Jutta Österle")]
    [InlineData("", "<h1>Fine</h1><span>25.10.2022 - Reiner Nagel</span>", "Reiner Nagel")]
    [InlineData("", "<h1>Fine</h1><div itemprop=author itemscope><span itemprop=name>Jane Doe</span></div>", "Jane Doe")]
    [InlineData("", "<h1>Fine</h1><div vocab='https://schema.org/' typeof=Article><span property=author>Jane Doe</span></div>", "Jane Doe")]
    [InlineData("<meta name=dc.creator content='Jane Doe'>", "", "Jane Doe")]
    [InlineData("<meta name=citation_author content='Doe, Jane'><meta name=citation_author content='Roe, John'>", "", "Jane Doe|John Roe")]
    [InlineData("", "<h1>Fine</h1><p>Reviewed by <a href=/author/r>John Roe</a></p><p class=byline>By <a href=/author/j>Jane Doe</a></p>", "Jane Doe")]
    public void Extract_AuthorsInAllPlaces_AreWeighed(string head, string top, string authors) =>
        Assert.Equal(authors, string.Join('|', Extract(head, top, Undated).Authors));

    [Fact]
    public void Extract_FeedsEntry_IsAWitness()
    {
        var entry = new FeedEntry { Key = "k", Fingerprint = "f", Title = "Fine", Authors = ["Jane Doe"], Published = new DateTimeOffset(2024, 3, 8, 9, 0, 0, TimeSpan.Zero) };
        var article = Extract("<meta name=author content='The Evening Star'>", "", Undated, entry);

        Assert.Equal(["Jane Doe"], article.Authors);
        Assert.Equal(entry.Published, article.Published);
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
    public void Extract_JsonLdWithBareQuotes_StillGivesTheDate() =>
        Assert.Equal("2024-03-08", Day(Extract("""<script type="application/ld+json">{"@type":"Article","headline":"The "fine" story","datePublished":"2024-03-08"}</script>""", "", Undated).Published));

    [Theory]
    [InlineData("<link rel=canonical href='/'><meta property=og:url content='/a-story?id=1'>", "https://www.evening-star.example/a-story?id=1")]
    [InlineData("<link rel=canonical href='https://other.example/'>", null)]
    [InlineData("<link rel=canonical href='https://other.example/a-story'>", "https://other.example/a-story")]
    public void Extract_CanonicalAddress_IsNotTheFrontPage(string head, string? address) => Assert.Equal(address, Extract(head, "").CanonicalAddress?.AbsoluteUri);

    [Theory]
    [InlineData("<meta property=og:image content='/img/site-logo.png'><meta name=twitter:image content='/img/fire.jpg'>", "https://www.evening-star.example/img/fire.jpg")]
    [InlineData("<meta property=og:image content='/img/1x1.gif'>", null)]
    public void Extract_LeadImage_IsNoLogoAndNoPlaceholder(string head, string? address) => Assert.Equal(address, Extract(head, "").Image?.AbsoluteUri);

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

    private static string? Day(DateTimeOffset? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Article Extract(string head, string top, Uri? address = null, FeedEntry? entry = null)
    {
        var page = $"<!DOCTYPE html><html lang=en_GB><head>{head}</head><body><article>{top}<p>Long ago, in a town by the sea, there lived a baker who could not sleep, and so he baked all night.</p><p>His bread was eaten by everybody in the town, and nobody knew at what price it had been made.</p></article></body></html>";
        return ArticleExtractor.Extract(Encoding.UTF8.GetBytes(page), new PageContext(address ?? Address) { RobotName = "Aggregator", Entry = entry }, CancellationToken.None);
    }
}
