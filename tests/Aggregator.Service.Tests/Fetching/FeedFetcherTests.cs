using System.Text;
using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;
using Aggregator.Service.Secrets;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Fetching;

public class FeedFetcherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_WhileThereIsNoMemoryForTheBody_WaitsAndBlamesNobody()
    {
        using var web = new StubWeb(_ => StubWeb.Answer(200, "<rss/>"));
        var (pool, other) = await FullPoolAsync();
        using var share = pool.Begin();
        var fetched = web.Feeds.FetchAsync(web.State(), FeedAccess.Open, share, Token);

        web.Clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(fetched.IsCompleted);
        other.Dispose();

        Assert.IsType<FetchResult.Changed>(await fetched);
        Assert.Equal("<rss/>".Length, pool.Taken);
    }

    /// <summary>The memory may be held by polls that wait for pages of this very host.</summary>
    [Fact]
    public async Task Fetch_NoMemoryForTheBodyForLong_GivesItsTurnAtTheHostBackAndBlamesNobody()
    {
        using var web = new StubWeb(_ => StubWeb.Answer(200, "<rss/>"));
        var (pool, other) = await FullPoolAsync();
        using var share = pool.Begin();
        var fetched = web.Feeds.FetchAsync(web.State(), FeedAccess.Open, share, Token);

        web.Clock.Advance(TimeSpan.FromSeconds(16));

        var result = Assert.IsType<FetchResult.NoRoom>(await fetched);
        Assert.Equal("there was no memory for it (Fetching:MostBytesInHand)", result.Describe());
        Assert.Equal((0, 0, 500), (web.Gate.UnderWay, pool.Waiting, pool.Taken));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    public async Task Fetch_LargeBody_ComesWholeWhenItIsItsTurn(string? coding)
    {
        var feed = Encoding.UTF8.GetBytes($"<rss>{new string('a', 3 * BodyPool.Large)}</rss>");
        var packed = ContentCodingTests.Pack(coding, feed);
        using var web = new StubWeb(_ => new HttpResponseMessage { Content = new ByteArrayContent(packed) });
        var pool = new BodyPool(64_000_000);
        using var share = pool.Begin();

        var result = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State(), FeedAccess.Open, share, Token));

        Assert.Equal(feed, result.Body.ToArray());
        Assert.Equal((feed.Length, packed.Length), (pool.Taken, result.Received));
    }

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
    public async Task Fetch_NotModified_StatesTheLifetimeAnew()
    {
        using var web = new StubWeb(_ => Answer(304, "", ("ETag", "\"2\""), ("Cache-Control", "max-age=7200")));

        var result = Assert.IsType<FetchResult.Unchanged>(await web.Feeds.FetchAsync(web.State("\"1\""), Token));

        Assert.Equal(("\"2\"", TimeSpan.FromHours(2)), (result.Terms.ETag, result.Terms.Freshness));
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
    [InlineData("https://2130706433/", "not on the public internet")]
    [InlineData("https://[::ffff:10.0.0.1]/", "not on the public internet")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "not on the public internet")]
    [InlineData("file:///etc/passwd", "only http and https")]
    [InlineData("data:application/rss+xml,<rss/>", "only http and https")]
    [InlineData("ftp://news.example.org/feed", "only http and https")]
    [InlineData("https://user:secret@news.example.org/", "user and password")]
    [InlineData("https://news.example.org:22/", "port 22")]
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
    [InlineData("1.5", 3600)]
    [InlineData("-60", 3600)]
    [InlineData("0", 3600)]
    [InlineData("Monday, 02-Mar-26 12:30:00 GMT", 1800)]
    [InlineData("Mon Mar  2 12:30:00 2026", 1800)]
    [InlineData(null, 3600)]
    public async Task Fetch_TooManyRequests_HoldsTheHost(string? retryAfter, int seconds)
    {
        using var web = new StubWeb(_ => retryAfter is null ? Answer(429) : Answer(429, "", ("Retry-After", retryAfter)));

        var result = Assert.IsType<FetchResult.ComeBackLater>(await web.Feeds.FetchAsync(web.State(), Token));
        var other = await web.Feeds.FetchAsync(web.State() with { Address = new Uri("https://news.example.org/other") }, Token);

        Assert.Equal(seconds, result.Delay.TotalSeconds);
        Assert.Equal(seconds, Assert.IsType<FetchResult.HostAtRest>(other).Delay.TotalSeconds);
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
    [InlineData(201, FetchFault.Unreachable)]
    [InlineData(205, FetchFault.Unreachable)]
    [InlineData(206, FetchFault.Unreachable)]
    [InlineData(300, FetchFault.Unreachable)]
    [InlineData(304, FetchFault.Unreachable)]
    [InlineData(401, FetchFault.Forbidden)]
    [InlineData(403, FetchFault.Forbidden)]
    [InlineData(404, FetchFault.NotFound)]
    [InlineData(400, FetchFault.NotFound)]
    [InlineData(405, FetchFault.NotFound)]
    [InlineData(406, FetchFault.NotFound)]
    [InlineData(451, FetchFault.Unreachable)]
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
    public async Task Fetch_FailedWithABody_ShowsNothingOfIt()
    {
        using var web = new StubWeb(_ => Answer(500, "SECRET of an inner server"));

        Assert.DoesNotContain("SECRET", (await web.Feeds.FetchAsync(web.State(), Token)).Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_NoContent_IsNothingNewAndKeepsWhatIsKnown()
    {
        using var web = new StubWeb(_ => Answer(204, "", ("ETag", "\"of nothing\"")));
        var before = web.State("\"1\"", "Mon, 02 Mar 2026 11:00:00 GMT");

        var result = await web.Feeds.FetchAsync(before, Token);
        var after = FeedStates.After(before, new FeedSource { Address = FeedAddress }, new PollOutcome(result), new PollingOptions(), web.Clock.GetUtcNow());

        Assert.False(Assert.IsType<FetchResult.Unchanged>(result).SentWhole);
        Assert.Equal((FeedHealth.Healthy, before.ETag, before.LastModified, before.ValidatorsOf), (after.Health, after.ETag, after.LastModified, after.ValidatorsOf));
    }

    [Fact]
    public async Task Fetch_NotModifiedAlthoughTheFeedHasNoValidators_IsNoAnswer()
    {
        using var web = new StubWeb(_ => Answer(304));

        var result = await web.Feeds.FetchAsync(web.State() with { ValidatorsOf = FeedAddress }, Token);

        Assert.Contains("304", Assert.IsType<FetchResult.Failed>(result).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_WithETag_OffersToTakeOnlyTheNewEntries()
    {
        using var web = new StubWeb(_ => Answer(226, "<rss/>", ("IM", "feed"), ("ETag", "\"2\"")));

        var result = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State("\"1\""), Token));
        await web.Feeds.FetchAsync(web.State(), Token);

        Assert.Equal("\"2\"", result.Terms.ETag);
        Assert.Equal(["feed", null], web.Requests.Select(request => Sent(request, "A-IM")));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("feed", true)]
    [InlineData("vcdiff", false)]
    public async Task Fetch_EntriesOnlyUnasked_AreTakenOtherDeltasAreNot(string? manipulation, bool taken)
    {
        using var web = new StubWeb(_ => manipulation is null ? Answer(226, "<rss/>") : Answer(226, "<rss/>", ("IM", manipulation)));

        Assert.Equal(taken, await web.Feeds.FetchAsync(web.State(), Token) is FetchResult.Changed);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Fetch_CompressedAnswerCutShort_FailsAndSaysSo(string coding)
    {
        using var web = new StubWeb(_ => Packed(coding, [.. ContentCodingTests.Pack(coding, ContentCodingTests.Text)[..^20]]));

        var result = Assert.IsType<FetchResult.Failed>(await web.Feeds.FetchAsync(web.State("\"1\""), Token));

        Assert.Contains("cut short", result.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_OffersTheCodingsItUnderstands()
    {
        using var web = new StubWeb(request => Packed("br", ContentCodingTests.Pack("br", ContentCodingTests.Text)));

        var result = Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State(), Token));

        Assert.Equal("gzip, br", Sent(web.Requests[0], "Accept-Encoding"));
        Assert.Equal(ContentCodingTests.Text, result.Body.ToArray());
    }

    [Fact]
    public async Task Fetch_AddressWithQueryAndFragment_AsksForExactlyThatByGet()
    {
        using var web = new StubWeb(_ => Answer(200, "<rss/>", ("Set-Cookie", "a=b")));
        var state = web.State() with { Address = new Uri("https://news.example.org/feed?b=2&a=%2F1#top") };

        await web.Feeds.FetchAsync(state, Token);
        await web.Feeds.FetchAsync(state, Token);

        Assert.All(web.Requests, request => Assert.Equal(
            (HttpMethod.Get, "https://news.example.org/feed?b=2&a=%2F1", null),
            (request.Method, request.RequestUri!.AbsoluteUri, Sent(request, "Cookie"))));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Fetch_RobotsTxtDisallowsTheFeed_MattersIfTheSettingSaysSo(bool robotsForFeeds, bool fetched)
    {
        using var web = new StubWeb(
            request => request.RequestUri!.AbsolutePath == "/robots.txt" ? Answer(200, "User-agent: *\nDisallow: /feed") : Answer(200, "<rss/>"),
            new FetchingOptions { PerHostSpacing = TimeSpan.Zero, RobotsForFeeds = robotsForFeeds });

        var result = await web.Feeds.FetchAsync(web.State(), Token);

        Assert.Equal(fetched, result is FetchResult.Changed);
        Assert.Equal(robotsForFeeds ? "/robots.txt" : "/feed", Assert.Single(web.Requests).RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task Fetch_ThreeFeedsOfAHostForbiddenInARow_LeavesTheHostAlone()
    {
        using var web = new StubWeb(_ => Answer(403));
        foreach (var number in Enumerable.Range(0, 5))
        {
            await web.Feeds.FetchAsync(web.State() with { Address = new Uri(FeedAddress, $"/{number}") }, Token);
        }

        Assert.Equal(3, web.Requests.Count);
        Assert.NotNull(web.Gate.HeldUntil("news.example.org"));
    }

    [Theory]
    [InlineData("https://news.example.org/about", "Aggregator/", "(+https://news.example.org/about)")]
    [InlineData("desk@example.org", "Aggregator/", "(+desk@example.org)")]
    [InlineData("", "Aggregator/", "/contact-not-set)")]
    public async Task Fetch_ContactSet_IsToldToPublishers(string contact, string start, string end)
    {
        using var web = new StubWeb(_ => Answer(200, "<rss/>"), new FetchingOptions { Contact = contact });

        await web.Feeds.FetchAsync(web.State(), Token);

        var said = Sent(web.Requests[0], "User-Agent");
        Assert.StartsWith(start, said, StringComparison.Ordinal);
        Assert.EndsWith(end, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_NotAcceptable_IsTriedOnceMoreWithoutOptionalHeaders()
    {
        using var web = new StubWeb(request => Sent(request, "Accept") is null ? Answer(200, "<rss/>") : Answer(406));

        Assert.IsType<FetchResult.Changed>(await web.Feeds.FetchAsync(web.State("\"1\""), Token));

        Assert.Equal(2, web.Requests.Count);
        Assert.All(["If-None-Match", "A-IM", "Accept-Encoding"], header => Assert.Null(Sent(web.Requests[1], header)));
    }

    private static HttpResponseMessage Packed(string coding, byte[] body)
    {
        var answer = Answer(200, "", ("ETag", "\"packed\""));
        answer.Content = new ByteArrayContent(body) { Headers = { ContentEncoding = { coding } } };
        return answer;
    }

    /// <summary>A pool whose memory another body has.</summary>
    private static async Task<(BodyPool Pool, BodyShare Other)> FullPoolAsync()
    {
        var pool = new BodyPool(1000);
        var other = pool.Begin();
        await other.BeginAsync(500, Token);
        return (pool, other);
    }
}
