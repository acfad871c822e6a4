using System.Text;
using Aggregator.Content.Publishing;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>The checks catch what they are for: a document without a fault, with one put into it.</summary>
public sealed class FeedChecksTests
{
    private static readonly DateTimeOffset Now = Samples.Noon.AddHours(2);

    [Theory]
    [InlineData("<updated>2026-03-04T13:00:00Z</updated>", "", "MissingElement: feed/updated")]
    [InlineData("<updated>2026-03-04T13:00:00Z</updated>", "<updated>2026-03-04 13:00</updated>", "InvalidRFC3339Date: feed/updated")]
    [InlineData("<updated>2026-03-04T13:00:00Z</updated>", "<updated>2026-03-04T23:00:00Z</updated>", "ImplausibleDate: feed/updated")]
    [InlineData("<published>2026-03-04T11:00:00Z", "<published>2026-03-04T12:30:00Z", "UpdatedBeforePublished: entry")]
    [InlineData("<published>2026-03-04T11:00:00Z", "<published>1989-03-04T12:30:00Z", "ImplausibleDate: entry/published")]
    [InlineData("tag:aggregator.example,2026:cluster/", "tag:aggregator,26:cluster/", "InvalidTAG: entry/id")]
    [InlineData("tag:aggregator.example,2026:cluster/", "tag:aggregator.example,2026:clu%73ter/", "NonCanonicalURI: entry/id")]
    [InlineData("<title type=\"text\">A story</title>", "", "MissingElement: entry/title")]
    [InlineData("<title type=\"text\">A story</title>", "<title type=\"text\"> </title>", "NotBlank: entry/title")]
    [InlineData("<title type=\"text\">A story</title>", "<title type=\"text\">A &lt;/b&gt; story</title>", "ContainsHTML: entry/title")]
    [InlineData("<title type=\"text\">A story</title>", "<title type=\"text\">A &amp;amp; story</title>", "ContainsHTML: entry/title")]
    [InlineData("<title type=\"text\">A story</title>", "<title type=\"text\">A\uFFFD story</title>", "BadCharacters: title")]
    [InlineData("<title type=\"text\">A story</title>", "<title type=\"text\">cafÃ©</title>", "BadCharacters: title")]
    [InlineData("<title type=\"text\">A story</title>", "<title type=\"text\">One</title><title type=\"text\">Two</title>", "DuplicateElement: entry/title")]
    [InlineData("<name>Bob</name>", "<name>Bob &#x3C;bob@mail.example></name>", "ContainsEmail: author/name")]
    [InlineData("rel=\"self\" type", "rel=\"me\" type", "MissingSelf: feed")]
    [InlineData("rel=\"self\" type", "rel=\"me\" type", "UnregisteredAtomLinkRel: feed/link")]
    [InlineData("https://news.example/feed.atom", "https://other.example/feed.atom", "SelfDoesntMatchLocation: feed")]
    [InlineData("rel=\"replies\"", "rel=\"alternate\"", "DuplicateAtomLink: entry")]
    [InlineData("rel=\"replies\"", "rel=\"next\"", "FeedHistoryRelInEntry: entry/link")]
    [InlineData("type=\"audio/mpeg\"", "type=\"audio/mpeg/3\"", "InvalidMIMEType: entry/link")]
    [InlineData("length=\"12345\"", "length=\"-1\"", "InvalidNonNegativeInteger: entry/link")]
    [InlineData("href=\"https://paper.example/a.mp3\"", "href=\"/a.mp3\"", "InvalidFullLink: entry/link")]
    [InlineData("href=\"https://paper.example/a.mp3\"", "href=\"https://bücher.example/a[1]\"", "InvalidFullLink: entry/link")]
    [InlineData("xml:lang=\"en-GB\"", "xml:lang=\"qq\"", "InvalidLanguage: entry")]
    [InlineData("term=\"ai\"", "", "MissingAttribute: category/@term")]
    [InlineData("xmlns:media=\"http://search.yahoo.com/mrss/\"", "xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:own=\"https://own.example/\"", "UnknownNamespace: feed")]
    [InlineData("<generator>", "<motto>m</motto><generator>", "UndefinedElement: feed/motto")]
    [InlineData("</feed>", "<logo>https://news.example/l</logo></feed>", "MisplacedMetadata: feed")]
    [InlineData("&lt;p&gt;Body.&lt;/p&gt;", "&lt;script&gt;x()&lt;/script&gt;", "SecurityRisk: entry/content")]
    [InlineData("&lt;p&gt;Body.&lt;/p&gt;", "&lt;p onclick=x&gt;Body.&lt;/p&gt;", "SecurityRiskAttr: entry/content")]
    [InlineData("&lt;p&gt;Body.&lt;/p&gt;", "&lt;p style=x&gt;Body.&lt;/p&gt;", "SecurityRiskAttr: entry/content")]
    [InlineData("&lt;p&gt;Body.&lt;/p&gt;", "&lt;a href='/x'&gt;Body.&lt;/a&gt;", "ContainsRelRef: entry/content")]
    [InlineData("&lt;p&gt;Body.&lt;/p&gt;", "&lt;p&gt;&lt;div&gt;Body.&lt;/p&gt;&lt;/div&gt;", "NotHtml: entry/content")]
    [InlineData("&lt;p&gt;Body.&lt;/p&gt;", "&lt;x-y&gt;Body.&lt;/x-y&gt;", "NotHtml: entry/content")]
    [InlineData("</entry>", "", "SAXError: document")]
    [InlineData("A story", "&nbsp;", "SAXError: document")]
    public void Atom_WithAFault_IsFound(string written, string instead, string fault) => IsFound("atom", written, instead, fault);

    [Theory]
    [InlineData("<pubDate>Wed,", "<pubDate>Tue,", "IncorrectDOW: item/pubDate")]
    [InlineData("<pubDate>Wed, 04 Mar 2026", "<pubDate>Wed, 4 March 2026", "InvalidRFC2822Date: item/pubDate")]
    [InlineData("<pubDate>Wed, 04 Mar 2026", "<pubDate>Thu, 01 Jan 1970", "ImplausibleDate: item/pubDate")]
    [InlineData("isPermaLink=\"false\"", "isPermaLink=\"no\"", "InvalidBooleanAttribute: guid/@isPermaLink")]
    [InlineData("isPermaLink=\"false\"", "isPermaLink=\"true\"", "InvalidHttpGUID: item/guid")]
    [InlineData("<title>A story</title>", "<title>A &lt;b story</title>", "CharacterData: item/title")]
    [InlineData("<title>A story</title>", "<title>A &amp;lt; story</title>", "ContainsHTML: item/title")]
    [InlineData("<description>Merged &#x3C;news&gt;</description>", "", "MissingElement: channel/description")]
    [InlineData("<link>https://news.example/</link>", "<link>/</link>", "InvalidFullLink: channel/link")]
    [InlineData("<generator>", "<ttl>0</ttl><generator>", "InvalidPositiveInteger: channel/ttl")]
    [InlineData("<generator>", "<blink>0</blink><generator>", "UndefinedElement: channel/blink")]
    [InlineData("</channel>", "<ttl>5</ttl></channel>", "MisplacedItem: channel")]
    [InlineData("<comments>https:", "<comments>//", "InvalidFullLink: item/comments")]
    [InlineData("length=\"12345\"", "length=\"much\"", "InvalidNonNegativeInteger: enclosure/@length")]
    [InlineData("<enclosure url=\"https://paper.example/", "<enclosure url=\"https://localhost/", "InvalidURLAttribute: enclosure/@url")]
    [InlineData("<media:content url=\"https://paper.example/b.bin\"", "<media:content url=\"https://paper.example/b.bin\" fileSize=\"0\"", "InvalidPositiveInteger: item/media:content")]
    [InlineData("medium=\"image\"", "medium=\"picture\"", "InvalidMediaMedium: item/media:content")]
    [InlineData("<dc:creator>Bob", "<author>Bob</author><dc:creator>Bob", "InvalidContact: item/author")]
    [InlineData("<dc:creator>Bob", "<dc:date>2026-03-04T11:00:00Z</dc:date><dc:creator>Bob", "DuplicateSemantics: item/dc:date")]
    [InlineData("<dc:language>en-GB", "<dc:language>english", "InvalidLanguage: item/dc:language")]
    [InlineData("<source url=\"https://paper.example/feed.xml\"", "<source url=\"feed.xml\"", "InvalidFullLink: item/source/@url")]
    [InlineData("rel=\"self\"", "rel=\"via\"", "MissingSelf: channel")]
    public void Rss_WithAFault_IsFound(string written, string instead, string fault) => IsFound("rss", written, instead, fault);

    [Theory]
    [InlineData("<rdf:li rdf:resource=\"tag:", "<rdf:li rdf:resource=\"tug:", "ItemsNotListed: channel/items")]
    [InlineData("<item rdf:about=\"tag:aggregator.example,2026:cluster/fedcba987654321001234567\"", "<item rdf:about=\"https://news.example/feed.atom\"", "DuplicateValue: @rdf:about")]
    [InlineData("<title>A story</title>", "", "MissingElement: item/title")]
    [InlineData("<dc:date>2026-03-04T11:00:00Z", "<dc:date>yesterday", "InvalidRFC3339Date: item/dc:date")]
    [InlineData("<dc:source>", "<enc:enclosure xmlns:enc=\"http://purl.oclc.org/net/rss_2.0/enc#\"/><dc:source>", "UnknownNamespace: enclosure")]
    [InlineData("<dc:source>", "<pubDate>x</pubDate><dc:source>", "UndefinedElement: item/pubDate")]
    public void Rdf_WithAFault_IsFound(string written, string instead, string fault) => IsFound("rdf", written, instead, fault);

    [Theory]
    [InlineData("version/1.1", "version/2", "WrongVersion: feed/version")]
    [InlineData("\"title\": \"A story\"", "\"headline\": \"A story\"", "Unknown: item/headline")]
    [InlineData("\"id\": \"tag:aggregator.example,2026:cluster/fedcba987654321001234567\"", "\"id\": 5", "WrongType: item/id")]
    [InlineData("\"date_published\": \"2026-03-04T11:00:00Z\"", "\"date_published\": \"2026-03-04\"", "InvalidRFC3339Date: item/date_published")]
    [InlineData("\"mime_type\": \"audio/mpeg\"", "\"mime_type\": \"mp3\"", "InvalidMIMEType: attachment/mime_type")]
    [InlineData("\"size_in_bytes\": 12345", "\"size_in_bytes\": \"12345\"", "WrongType: attachment/size_in_bytes")]
    [InlineData("\"language\": \"en-GB\"", "\"language\": \"english\"", "InvalidLanguage: item")]
    [InlineData("\"name\": \"Bob\"", "\"nick\": \"Bob\"", "Unknown: author/nick")]
    [InlineData("\"url\": \"https://paper.example/a.mp3\"", "\"url\": \"a.mp3\"", "InvalidFullLink: attachment/url")]
    [InlineData("\"_aggregator\"", "\"aggregator\"", "Unknown: item/aggregator")]
    [InlineData("\"items\": [", "\"items\": [,", "NotJson: document")]
    public void Json_WithAFault_IsFound(string written, string instead, string fault) => IsFound("json", written, instead, fault);

    [Fact]
    public void Entries_ThatAreTheSame_AreFound()
    {
        var entry = new PublishedEntry(Samples.Story("Twice"));
        var feed = Samples.Feed(entry, entry);

        string[][] expected =
        [
            ["DuplicateEntries: entry/id", "DuplicateUpdated: entry/updated"], ["DuplicateValue: item/guid"], ["Duplicate: item/id"], ["DuplicateValue: @rdf:about"],
        ];
        Assert.Equal(expected, PublishedFormats.All.Select(writer => FeedChecks.Of(writer, feed, Now).ToArray()));
    }

    private static void IsFound(string extension, string written, string instead, string fault)
    {
        var writer = PublishedFormats.All.Single(format => format.Extension == extension);
        var feed = Samples.Feed(new PublishedEntry(Samples.Story("A story")));
        Assert.Empty(FeedChecks.Of(writer, feed, Now));
        var document = Encoding.UTF8.GetString(writer.Write(feed));
        Assert.Contains(written, document, StringComparison.Ordinal);

        var found = FeedChecks.Of(extension, Encoding.UTF8.GetBytes(document.Replace(written, instead, StringComparison.Ordinal)), feed.Self, Now);

        Assert.Contains(found, told => told == fault || told.StartsWith(fault + ": ", StringComparison.Ordinal));
    }
}
