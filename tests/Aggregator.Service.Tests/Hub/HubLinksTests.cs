using Aggregator.Model.Feeds;
using Aggregator.Service.Hub;

namespace Aggregator.Service.Tests.Hub;

public class HubLinksTests
{
    private static readonly Uri Address = new("https://news.example.org/a/feed");

    private static readonly FeedLink[] Document =
        [Link("https://news.example.org/self", "self"), Link("https://doc-hub.example/", "hub"), Link("https://second.example/", "hub"), Link("https://news.example.org/", "alternate")];

    [Theory]
    [InlineData("<https://hub.example/>; rel=\"hub\", <https://news.example.org/t>; rel=\"self\"", "https://hub.example/", "https://news.example.org/t")]
    [InlineData("<https://hub.example/?a,b;c>; title=\"x, <y>; rel=self\"; rel=hub,</t>;rel=self", "https://hub.example/?a,b;c", "https://news.example.org/t")]
    [InlineData("<https://hub.example/>; rel=\"preconnect HUB\"", "https://hub.example/", "https://news.example.org/self")]
    [InlineData("<https://news.example.org/t>; rel=self", "https://doc-hub.example/", "https://news.example.org/t")]
    [InlineData("<https://x.example/>; rel=next; rel=hub", "https://doc-hub.example/", "https://news.example.org/self")]
    [InlineData("<https://broken.example; rel=hub", "https://doc-hub.example/", "https://news.example.org/self")]
    [InlineData("<https://x.example/>; rel=\"hub", "https://x.example/", "https://news.example.org/self")]
    [InlineData(null, "https://doc-hub.example/", "https://news.example.org/self")]
    public void Find_HeaderBeforeDocument(string? header, string hub, string topic)
    {
        var links = HubLinks.Find(header, Address, Document);

        Assert.Equal((hub, topic), (links.Hubs[0].AbsoluteUri, links.Topic?.AbsoluteUri));
    }

    [Fact]
    public void Find_TopicWithoutSlash_StaysAsItIsSpelt() =>
        Assert.Equal("https://news.example.org", HubLinks.Find("<https://news.example.org>; rel=self", Address, []).Topic?.OriginalString);

    [Fact]
    public void Find_NothingNamed_IsNothing()
    {
        var links = HubLinks.Find(null, Address, [Link("https://news.example.org/", "alternate")]);

        Assert.Empty(links.Hubs);
        Assert.Null(links.Topic);
    }

    private static FeedLink Link(string address, string relation) => new(new Uri(address), relation, null, null, null, null);
}
