using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Model.Tests;

public sealed class TextTests
{
    [Theory]
    [InlineData("AI", "ai")]
    [InlineData("IP theft", "ip-theft")]
    [InlineData("EVs & self-driving", "evs-self-driving")]
    [InlineData("  Überwachung! ", "überwachung")]
    [InlineData("&&&", "")]
    public void Slug_OfName_IsItsFormInAddresses(string name, string slug) => Assert.Equal(slug, Slug.Of(name));

    [Theory]
    [InlineData("https://www.example.org/a/", "http://example.org/a")]
    [InlineData("https://example.org/a?id=3&utm_source=rss#top", "https://example.org/a?id=3")]
    [InlineData("https://EXAMPLE.org:443/a", "https://example.org/a")]
    [InlineData("https://example.org/a?fbclid=1&mc_eid=2&_hsenc=3", "https://example.org/a")]
    public void AddressKey_SamePage_IsTheSame(string one, string other) => Assert.Equal(AddressKey.Of(new Uri(other)), AddressKey.Of(new Uri(one)));

    [Theory]
    [InlineData("https://example.org/a?id=3", "https://example.org/a?id=4")]
    [InlineData("https://example.org/a", "https://example.org/A")]
    [InlineData("https://example.org:8080/a", "https://example.org/a")]
    [InlineData("https://example.org/news.php?ref=0", "https://example.org/news.php?ref=1")]
    [InlineData("https://example.org/feed?feature=news", "https://example.org/feed?feature=sport")]
    [InlineData("https://example.org/a?ns_id=1", "https://example.org/a?ns_id=2")]
    public void AddressKey_AnotherPage_Differs(string one, string other) => Assert.NotEqual(AddressKey.Of(new Uri(other)), AddressKey.Of(new Uri(one)));

    [Fact]
    public void ContentHash_PartsCutElsewhere_Differs() => Assert.NotEqual(ContentHash.Of(8, "ab", "c"), ContentHash.Of(8, "a", "bc"));

    [Fact]
    public void FeedId_HttpAndHttps_IsOneFeed() => Assert.Equal(FeedId.Of(new Uri("http://www.example.org/feed")), FeedId.Of(new Uri("https://example.org/feed")));

    [Theory]
    [InlineData("https://example.org/feed.xml", "fdf9ac7e4ccd5c5b")]
    [InlineData("https://example.org/index.php?format=feed&type=rss", "3af94e17b0468dc6")]
    public void FeedId_OrdinaryAddress_StaysWhatItIs(string address, string id) => Assert.Equal(id, FeedId.Of(new Uri(address)).Value);

    [Fact]
    public void FeedId_AnotherQuery_IsAnotherFeed() => Assert.NotEqual(FeedId.Of(new Uri("https://example.org/feed?utm_source=a")), FeedId.Of(new Uri("https://example.org/feed?utm_source=b")));

    [Fact]
    public void StoryId_SameEntryOfAnotherFeed_IsAnotherStory() => Assert.NotEqual(StoryId.Of(new FeedId("a"), "1"), StoryId.Of(new FeedId("b"), "1"));

    [Fact]
    public void StoryCursor_Encoded_ComesBack()
    {
        var cursor = new StoryCursor(DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_123), StoryId.Of(new FeedId("a"), "1"));

        Assert.True(StoryCursor.TryDecode(cursor.Encode(), out var decoded));
        Assert.Equal(cursor, decoded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("xyz")]
    [InlineData("MTpub3BlOjEyMw")]
    public void StoryCursor_Edited_IsNotUnderstood(string text) => Assert.False(StoryCursor.TryDecode(text, out _));
}
