using Aggregator.Service.Hosting;

namespace Aggregator.Service.Tests.Hosting;

public sealed class BasePathTests
{
    [Theory]
    [InlineData("https://news.example.org", "/feed.atom", "https://news.example.org/feed.atom")]
    [InlineData("https://example.org/news/", "/feed.atom", "https://example.org/news/feed.atom")]
    [InlineData("https://example.org/news", "/topics/ai/feed.atom?limit=5", "https://example.org/news/topics/ai/feed.atom?limit=5")]
    [InlineData("https://example.org/news", "/", "https://example.org/news/")]
    [InlineData("https://example.org/news/", "/?q=topic:ai", "https://example.org/news/?q=topic:ai")]
    [InlineData("https://example.org:8443/a/b%20c/", "/feeds/x", "https://example.org:8443/a/b%20c/feeds/x")]
    public void Below_AnyHome_KeepsItsPath(string home, string path, string expected) => Assert.Equal(expected, new Uri(home).Below(path).AbsoluteUri);
}
