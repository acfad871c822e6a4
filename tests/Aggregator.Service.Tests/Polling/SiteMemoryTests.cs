using Aggregator.Model.Articles;
using Aggregator.Model.Feeds;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.Fetching;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Polling;

/// <summary>A site's repeated boxes are left out from its second page on, whichever feed brought the pages.</summary>
public sealed class SiteMemoryTests : IAsyncDisposable
{
    private const string Letter = "Every Friday our editors pick the five pieces that they talked about most, and send them to forty thousand readers.";

    private readonly PolledFeed _feed = new(Answer);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Read_SecondPageOfASite_IsWithoutItsBoxes()
    {
        using var articles = _feed.NewReader();

        var first = await ReadAsync(articles, "https://news.example.org/1");
        var second = await ReadAsync(articles, "https://www.news.example.org/2");
        var other = await ReadAsync(articles, "https://other.example.org/3");

        Assert.Contains(Letter, first.BodyText, StringComparison.Ordinal);
        Assert.DoesNotContain(Letter, second.BodyText, StringComparison.Ordinal);
        Assert.Contains("number 2", second.BodyText, StringComparison.Ordinal);
        Assert.Contains(Letter, other.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public void Learn_MoreHostsThanAreKept_ForgetsTheOneNotAskedForLongest()
    {
        var sites = new SiteMemory(_clock);
        for (var i = 0; i < 1001; i++)
        {
            sites.Learn(new Uri($"https://host{i}.example.org/"), new PagePrint([(ulong)i + 1], 5, [6]));
            sites.Of(new Uri("https://host0.example.org/again"));
        }

        Assert.Single(sites.Of(new Uri("https://www.host0.example.org/")).Pages);
        Assert.Empty(sites.Of(new Uri("https://host1.example.org/")).Pages);
        Assert.Single(sites.Of(new Uri("https://host2.example.org/")).Pages);
    }

    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    private static async Task<Article> ReadAsync(ArticleReader articles, string address) => (await articles.ReadAsync(
        new FeedEntry { Key = address, Fingerprint = "f", Link = new Uri(address) }, null, TestContext.Current.CancellationToken)).Article!;

    private static HttpResponseMessage Answer(HttpRequestMessage request)
    {
        var number = request.RequestUri!.AbsolutePath.Trim('/');
        return number == "robots.txt" ? StubWeb.Answer(404) : StubWeb.Answer(200, $"""
            <html><body><h1>Harbour news, number {number}</h1><div class="t">
            <p>This is number {number} of the harbour's news, and like the {number} before it, it tells at length what happened at the quays since.</p>
            <p>A ship of {number}00 metres came in on Monday, and {number} pilots were needed to bring it past the old lock, said the office.</p>
            <p>Nobody was hurt, and the {number} cranes went on working through the night, as they have done in each of the last {number} years.</p>
            <div class="q"><p>{Letter}</p></div></div></body></html>
            """, ("Content-Type", "text/html"));
    }
}
