using Aggregator.Content.Extraction.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Service.Tests.Fetching;

namespace Aggregator.Service.Tests.Polling;

/// <summary>A site rule whose expressions run away costs steps that are counted, and in the end its place.</summary>
public sealed class SiteRuleLimitsTests : IAsyncDisposable
{
    private readonly PolledFeed _feed = new(_ => StubWeb.Answer(200, $"<!DOCTYPE html><title>t</title><body>{string.Concat(Enumerable.Range(0, 800).Select(i => $"<div><p>Words of paragraph {i} which tells of the harbour, its cranes and those who work there.</p></div>"))}", ("Content-Type", "text/html")));

    [Fact]
    public async Task Read_RuleThatTakesTooManySteps_IsToldAndSwitchedOffAfterThreePages()
    {
        _feed.Rules = new SiteRules([SiteRuleReader.Read("news.example.org.txt", "body: //*[count(//*[count(//*) > count(preceding::*)]) > 1]").Rule]);
        using var reader = _feed.NewReader();

        var notes = new List<bool>();
        for (var page = 0; page < 5; page++)
        {
            var read = await reader.ReadAsync(new FeedEntry { Key = $"{page}", Fingerprint = "f", Link = new Uri($"https://news.example.org/{page}") }, null, TestContext.Current.CancellationToken);
            Assert.NotNull(read.Article);
            Assert.NotEmpty(read.Article.BodyText);
            notes.Add(read.Article.Reasons.Any(reason => reason.Contains("could not be used", StringComparison.Ordinal)));
        }

        Assert.Equal([true, true, true, false, false], notes);
    }

    public ValueTask DisposeAsync() => _feed.DisposeAsync();
}
