using System.Diagnostics;
using System.Net;
using Aggregator.Model.Feeds;
using Aggregator.Service.Tests.Fetching;
using Aggregator.Service.Tests.Polling;
using Aggregator.Service.Watching;

namespace Aggregator.Service.Tests.Watching;

/// <summary>What a trace tells of a poll, and what is measured of it.</summary>
public sealed class SpansTests : IAsyncDisposable
{
    private const string Paragraph =
        "The harbour office published its figures on Monday, and they were better than anyone in the town had expected, said the people who "
        + "work there. Ships stayed for two days on average, a day less than the year before, because the new cranes work through the night.";

    /// <summary>Listeners hear the whole process; this tells what a test itself brought about.</summary>
    private static readonly AsyncLocal<List<Activity>?> Heard = new();

    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == Spans.SourceName,
        Sample = (ref _) => Heard.Value is null ? ActivitySamplingResult.None : ActivitySamplingResult.AllDataAndRecorded,
        ActivityStopped = span =>
        {
            if (Heard.Value is { } list)
            {
                lock (list)
                {
                    list.Add(span);
                }
            }
        },
    };

    private readonly PolledFeed _feed;
    private HttpStatusCode _feedStatus = HttpStatusCode.OK;
    private HttpStatusCode _pageStatus = HttpStatusCode.OK;

    public SpansTests()
    {
        _feed = new PolledFeed(Answer);
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task Poll_OfOneStory_IsATreeOfItsStages()
    {
        var spans = await PollAsync();

        Assert.Equal(
            ["poll", "poll/fetch", "poll/parse", "poll/save", "poll/story", "poll/story/article", "poll/story/article/extract", "poll/story/cluster", "poll/story/save", "poll/story/tag"],
            spans.Select(span => PathOf(span, spans)).Order(StringComparer.Ordinal));
        Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.All(spans, span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
        var poll = spans.Single(span => span.OperationName == "poll");
        Assert.Equal((_feed.Source.Id.Value, "changed"), (poll.GetTagItem("aggregator.feed.id"), poll.GetTagItem("aggregator.poll.outcome")));
        Assert.Equal(1, spans.Single(span => span.OperationName == "parse").GetTagItem("aggregator.feed.entries"));
    }

    [Fact]
    public async Task Poll_OfAFeedThatFails_SaysSoOnFetchAndPoll()
    {
        _feedStatus = HttpStatusCode.NotFound;

        var spans = await PollAsync();

        Assert.Equal([("fetch", "not_found"), ("poll", "not_found")], spans.Where(span => span.Status == ActivityStatusCode.Error).Select(span => (span.OperationName, (string?)span.GetTagItem("error.type"))));
        Assert.Equal("answered 404: no feed at this address", spans[0].StatusDescription);
        Assert.Equal(1, _feed.Meters.Times("aggregator.poll.duration{aggregator.poll.outcome=failed,error.type=not_found}"));
    }

    [Fact]
    public async Task Poll_OfAStoryWithoutPage_SaysSoOnItsArticleOnly()
    {
        _pageStatus = HttpStatusCode.BadGateway;

        var spans = await PollAsync();

        var failed = Assert.Single(spans, span => span.Status == ActivityStatusCode.Error);
        Assert.Equal(("article", "no_page"), (failed.OperationName, failed.GetTagItem("error.type")));
        Assert.Equal(1, _feed.Meters.Times("aggregator.extraction.entries{aggregator.extraction.outcome=no_page}"));
    }

    [Fact]
    public async Task Poll_NoSpan_HasASecretInIt()
    {
        var spans = await PollAsync();

        Assert.All(spans, span => Assert.All(span.TagObjects, tag => Assert.DoesNotContain("hunter2", tag.Value?.ToString() ?? "", StringComparison.Ordinal)));
        Assert.Contains(spans, span => (string?)span.GetTagItem("url.full") == "https://news.example.org/story");
    }

    [Fact]
    public async Task Poll_Twice_IsMeasuredByHowItEnded()
    {
        await _feed.PollAsync();
        await _feed.PollAsync();

        Assert.Equal(1, _feed.Meters.Times("aggregator.poll.duration{aggregator.poll.outcome=changed}"));
        Assert.Equal(1, _feed.Meters.Times("aggregator.poll.duration{aggregator.poll.outcome=unchanged}"));
        Assert.Equal(1, _feed.Meters.Times("aggregator.extraction.entries{aggregator.extraction.outcome=page}"));
        Assert.Equal((1, 1), (_feed.Meters.Times("aggregator.story.duration"), _feed.Meters.Times("aggregator.tagging.duration")));
        Assert.Equal(0, _feed.Meters.Times("aggregator.story.age")); // a first document holds what was published long ago
        var (sum, _) = (await _feed.StateAsync()).Days.Sum(_feed.Web.Clock.GetUtcNow())!.Value;
        Assert.Equal((2, 1, 1, 0, 1), (sum.Polls, sum.Documents, sum.SentAgain, sum.Items, sum.PagesRead));
        Assert.True(sum.Bytes > 500);
    }

    [Fact]
    public async Task Poll_OfAFeedThatFails_RemembersOfWhatKindThatIs()
    {
        _feedStatus = HttpStatusCode.Forbidden;
        await _feed.PollAsync();
        Assert.Equal(FeedFault.Forbidden, (await _feed.StateAsync()).LastFault);

        _feedStatus = HttpStatusCode.OK;
        await _feed.PollAsync();
        Assert.Equal(FeedFault.None, (await _feed.StateAsync()).LastFault);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _feed.DisposeAsync();
    }

    private static string PathOf(Activity span, List<Activity> all) =>
        all.FirstOrDefault(other => other.SpanId == span.ParentSpanId) is { } parent ? $"{PathOf(parent, all)}/{span.OperationName}" : span.OperationName;

    private async Task<List<Activity>> PollAsync()
    {
        List<Activity> heard = [];
        Heard.Value = heard;
        await _feed.PollAsync();
        Heard.Value = null;
        return heard;
    }

    private HttpResponseMessage Answer(HttpRequestMessage request) => request.RequestUri!.AbsolutePath switch
    {
        "/feed" => StubWeb.Answer((int)_feedStatus, $"""
            <rss version="2.0"><channel><title>Harbour</title><link>https://news.example.org/</link>
            <item><title>Harbour figures</title><link>https://news.example.org/story?token=hunter2hunter2</link><guid>1</guid><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate><description>{Paragraph}</description></item>
            </channel></rss>
            """, ("Content-Type", "application/rss+xml")),
        "/story" => StubWeb.Answer((int)_pageStatus, $"<html><head><title>Harbour figures</title></head><body><article><h1>Harbour figures</h1><p>{Paragraph}</p><p>{Paragraph.Replace("Monday", "Tuesday")} More is told below.</p><p>{Paragraph.Replace("cranes", "ferries")}</p></article></body></html>", ("Content-Type", "text/html")),
        _ => StubWeb.Answer(404),
    };
}
