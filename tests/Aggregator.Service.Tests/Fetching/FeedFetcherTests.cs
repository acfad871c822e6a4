using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Fetching;

public class FeedFetcherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_FirstTime_SendsNoValidatorsNoCookiesAndSaysWhoWeAre()
    {
        using var web = new StubWeb(_ => Answer(200, "<rss/>"));

        Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State(), Token));

        var request = Assert.Single(web.Requests);
        Assert.Null(Sent(request, "If-None-Match"));
        Assert.Null(Sent(request, "If-Modified-Since"));
        Assert.Null(Sent(request, "Cookie"));
        Assert.Null(Sent(request, "Referer"));
        Assert.StartsWith("Aggregator/", Sent(request, "User-Agent"), StringComparison.Ordinal);
        Assert.Contains("application/atom+xml", Sent(request, "Accept"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("W/\"a b\"", "Mon, 02 Mar 2026 11:00:00 GMT")]
    [InlineData("no-quotes", "yesterday, about noon")]
    [InlineData("\"\"", "Mon,  2 Mar 26 11:00 +0000")]
    public async Task Fetch_WithValidators_SendsThemByteForByte(string etag, string lastModified)
    {
        using var web = new StubWeb(_ => Answer(304));

        var result = Assert.IsType<FetchResult.Unchanged>(await web.Feeds.FetchAsync(web.State(etag, lastModified), Token));

        Assert.False(result.SentWhole);
        Assert.Equal(etag, Sent(web.Requests[0], "If-None-Match"));
        Assert.Equal(lastModified, Sent(web.Requests[0], "If-Modified-Since"));
    }

    [Fact]
    public async Task Fetch_OddValidatorsInTheAnswer_ComeBackByteForByte()
    {
        using var web = new StubWeb(_ => Answer(200, "<rss/>", ("ETag", "un quoted"), ("Last-Modified", "never")));

        var result = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State(), Token));

        Assert.Equal(("un quoted", "never"), (result.Terms.ETag, result.Terms.LastModified));
    }

    [Fact]
    public async Task Fetch_SameBytesAgain_IsUnchanged()
    {
        using var web = new StubWeb(_ => Answer(200, "<rss/>"));
        var first = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State(), Token));

        var second = await web.Feeds.FetchAsync(web.State() with { BodyHash = first.BodyHash }, Token);

        Assert.True(Assert.IsType<FetchResult.Unchanged>(second).SentWhole);
    }

    [Theory]
    [InlineData("max-age=7200", "1200", 6000)]
    [InlineData("public, max-age=99999999999", null, 86400)]
    [InlineData("max-age=7200, no-cache", null, null)]
    [InlineData("max-age=soon", null, null)]
    [InlineData("max-age=NaN", null, null)]
    [InlineData("max-age=-Infinity", null, null)]
    [InlineData("max-age=\"7200\"", null, 7200)]
    [InlineData("max-age=60", "90", null)]
    public async Task Fetch_CacheControl_GivesTheLifetimeLeft(string control, string? age, int? seconds)
    {
        using var web = new StubWeb(_ => Answer(200, "<rss/>", ("Cache-Control", control), ("Age", age ?? "")));

        var result = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State(), Token));

        Assert.Equal(seconds, (int?)result.Terms.Freshness?.TotalSeconds);
    }

    [Fact]
    public async Task Fetch_Expires_IsMeasuredFromTheAnswersOwnDate()
    {
        using var web = new StubWeb(_ => Answer(200, "<rss/>", ("Date", "Mon, 02 Mar 2020 10:00:00 GMT"), ("Expires", "Mon, 02 Mar 2020 13:00:00 GMT")));

        var result = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State(), Token));

        Assert.Equal(TimeSpan.FromHours(3), result.Terms.Freshness);
    }

    [Theory]
    [InlineData(301, 308, "https://new.example.org/here")]
    [InlineData(301, 302, "https://news.example.org/step")]
    [InlineData(307, 308, null)]
    public async Task Fetch_Redirects_MoveTheFeedAsFarAsTheyArePermanent(int first, int second, string? movedTo)
    {
        using var web = new StubWeb(request => request.RequestUri!.AbsolutePath switch
        {
            "/feed" => Answer(first, "", ("Location", "/step#part")),
            "/step" => Answer(second, "", ("Location", "https://new.example.org/here")),
            _ => Answer(200, "<rss/>"),
        });

        var result = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State("\"1\""), Token));

        Assert.Equal(new Uri("https://new.example.org/here"), result.Origin.Address);
        Assert.Equal(movedTo is null ? null : new Uri(movedTo), result.Origin.MovedTo);
        Assert.Equal(["\"1\"", null, null], web.Requests.Select(request => Sent(request, "If-None-Match")));
        Assert.All(web.Requests, request => Assert.Empty(request.RequestUri!.Fragment));
    }

    [Fact]
    public async Task Fetch_BehindARedirect_ShowsTheValidatorsToTheAddressThatGaveThem()
    {
        using var web = new StubWeb(request => request.RequestUri!.AbsolutePath switch
        {
            "/feed" => Answer(302, "", ("Location", "/real")),
            _ => Sent(request, "If-None-Match") is "\"1\"" ? Answer(304) : Answer(200, "<rss/>", ("ETag", "\"1\"")),
        });
        var source = new FeedSource { Address = FeedAddress };
        var first = await web.Feeds.FetchAsync(web.State(), Token);
        var state = FeedStates.After(web.State(), source, new PollOutcome(first), new PollingOptions(), web.Clock.GetUtcNow());

        Assert.False(Assert.IsType<FetchResult.Unchanged>(await web.Feeds.FetchAsync(state, Token)).SentWhole);

        Assert.Equal([null, null, null, "\"1\""], web.Requests.Select(request => Sent(request, "If-None-Match")));
    }

    [Theory]
    [InlineData("https://news.example.org/feed", "circle")]
    [InlineData("http://news.example.org/plain", "https to http")]
    [InlineData("https://127.0.0.1/", "not on the public internet")]
    [InlineData("file:///etc/passwd", "only http and https")]
    [InlineData("", "without saying where")]
    public async Task Fetch_BadRedirect_FailsWithTheReason(string location, string reason)
    {
        using var web = new StubWeb(_ => Answer(302, "", ("Location", location)));

        var result = Assert.IsType<FetchResult.Failed>(await web.Feeds.FetchAsync(web.State(), Token));

        Assert.Contains(reason, result.Why, StringComparison.Ordinal);
        Assert.Single(web.Requests);
    }

    [Fact]
    public async Task Fetch_EndlessRedirects_StopAfterFive()
    {
        var step = 0;
        using var web = new StubWeb(_ => Answer(302, "", ("Location", $"/{++step}")));

        Assert.IsType<FetchResult.Failed>(await web.Feeds.FetchAsync(web.State(), Token));

        Assert.Equal(6, web.Requests.Count);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Mon, 02 Mar 2026 12:30:00 GMT", 1800)]
    [InlineData("99999999", 7 * 86400)]
    [InlineData("later", 3600)]
    [InlineData(null, 3600)]
    public async Task Fetch_TooManyRequests_HoldsTheHost(string? retryAfter, int seconds)
    {
        using var web = new StubWeb(_ => retryAfter is null ? Answer(429) : Answer(429, "", ("Retry-After", retryAfter)));

        var result = Assert.IsType<FetchResult.ComeBackLater>(await web.Feeds.FetchAsync(web.State(), Token));
        var other = await web.Feeds.FetchAsync(web.State() with { Address = new Uri("https://news.example.org/other") }, Token);

        Assert.Equal(seconds, result.Delay.TotalSeconds);
        Assert.IsType<FetchResult.ComeBackLater>(other);
        Assert.Single(web.Requests);
    }

    [Fact]
    public async Task Fetch_ServiceUnavailableWithRetryAfter_ConcernsThisFeedOnly()
    {
        using var web = new StubWeb(_ => Answer(503, "", ("Retry-After", "600")));

        var result = Assert.IsType<FetchResult.ComeBackLater>(await web.Feeds.FetchAsync(web.State(), Token));

        Assert.Equal(600, result.Delay.TotalSeconds);
        Assert.Null(web.Gate.HeldUntil("news.example.org"));
    }

    [Fact]
    public async Task Fetch_Gone_IsGone()
    {
        using var web = new StubWeb(_ => Answer(410));

        Assert.IsType<FetchResult.Gone>(await web.Feeds.FetchAsync(web.State(), Token));
    }

    [Theory]
    [InlineData(204, FetchFault.Unreachable)]
    [InlineData(206, FetchFault.Unreachable)]
    [InlineData(304, FetchFault.Unreachable)]
    [InlineData(401, FetchFault.Forbidden)]
    [InlineData(403, FetchFault.Forbidden)]
    [InlineData(404, FetchFault.NotFound)]
    [InlineData(500, FetchFault.Unreachable)]
    [InlineData(503, FetchFault.Unreachable)]
    [InlineData(999, FetchFault.Unreachable)]
    [InlineData(200, FetchFault.NotAFeed)]
    public async Task Fetch_OtherAnswers_FailByKind(int status, FetchFault fault)
    {
        using var web = new StubWeb(_ => Answer(status));

        var result = Assert.IsType<FetchResult.Failed>(await web.Feeds.FetchAsync(web.State(), Token));

        Assert.Equal((fault, status), (result.Fault, result.Status));
    }

    [Fact]
    public async Task Fetch_NotAcceptable_IsTriedOnceMoreWithoutOptionalHeaders()
    {
        using var web = new StubWeb(request => Sent(request, "Accept") is null ? Answer(200, "<rss/>") : Answer(406));

        Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State("\"1\""), Token));

        Assert.Equal(2, web.Requests.Count);
        Assert.Null(Sent(web.Requests[1], "If-None-Match"));
    }
}
