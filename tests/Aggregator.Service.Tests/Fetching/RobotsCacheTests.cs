using Aggregator.Service.Fetching;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Fetching;

public class RobotsCacheTests
{
    private static readonly Uri Page = new("https://news.example.org/story");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_WithinADay_AsksOnceThenAgain()
    {
        using var web = new StubWeb(_ => Answer(200, "User-agent: *\nDisallow: /story"));

        Assert.False((await web.Robots.FindAsync(Page, Token)).Allows(Page));
        web.Clock.Advance(TimeSpan.FromHours(23));
        await web.Robots.FindAsync(Page, Token);
        Assert.Single(web.Requests);
        web.Clock.Advance(TimeSpan.FromHours(2));
        await web.Robots.FindAsync(Page, Token);

        Assert.Equal(2, web.Requests.Count);
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(404, true)]
    [InlineData(410, true)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task Find_NoFile_AllIsAllowedButNothingWhenTheSiteIsInTrouble(int status, bool allowed)
    {
        using var web = new StubWeb(_ => Answer(status));

        Assert.Equal(allowed, (await web.Robots.FindAsync(Page, Token)).Allows(Page));
    }

    [Fact]
    public async Task Find_SiteInTroubleLater_OldRulesHoldForADayThenNothingIsAllowed()
    {
        var up = true;
        using var web = new StubWeb(_ => up ? Answer(200, "User-agent: *\nDisallow: /private") : Answer(500));
        await web.Robots.FindAsync(Page, Token);
        up = false;

        web.Clock.Advance(TimeSpan.FromHours(25));
        var old = await web.Robots.FindAsync(Page, Token);
        Assert.True(old.Allows(Page));
        Assert.False(old.Allows(new Uri(Page, "/private/1")));

        web.Clock.Advance(TimeSpan.FromHours(24));
        Assert.False((await web.Robots.FindAsync(Page, Token)).Allows(Page));
    }

    /// <summary>Each of some hundred thousand bytes: one feed may link to as many sites as it likes.</summary>
    [Fact]
    public async Task Find_SitesWithVeryLongRules_AreForgottenBeforeThoseWithUsualOnes()
    {
        var rules = "User-agent: *\n" + string.Concat(Enumerable.Repeat("Allow: /\n", 50_000));
        using var web = new StubWeb(request => Answer(200, request.RequestUri!.Host == Page.Host ? "User-agent: *\nDisallow: /story" : rules));
        await web.Robots.FindAsync(Page, Token);
        for (var site = 0; site < 40; site++)
        {
            await web.Robots.FindAsync(new Uri($"https://site{site}.example/"), Token);
        }

        Assert.InRange(web.Robots.Bytes, 1, 70_000_000);
        var asked = web.Requests.Count;
        Assert.False((await web.Robots.FindAsync(Page, Token)).Allows(Page));
        Assert.Equal(asked, web.Requests.Count);
    }

    [Fact]
    public async Task Find_SiteInTrouble_IsAskedAgainAfterAnHour()
    {
        var up = false;
        using var web = new StubWeb(_ => up ? Answer(404) : Answer(500));
        Assert.False((await web.Robots.FindAsync(Page, Token)).Allows(Page));
        up = true;

        web.Clock.Advance(TimeSpan.FromHours(1));

        Assert.True((await web.Robots.FindAsync(Page, Token)).Allows(Page));
    }

    [Fact]
    public async Task Find_HugeFile_IsReadAsFarAsTheFirstHalfMegabyte()
    {
        var padding = string.Concat(Enumerable.Repeat("# nothing\n", 50_000));
        using var web = new StubWeb(_ => Answer(200, $"User-agent: *\nDisallow: /story\n{padding}Disallow: /near\n{padding}Disallow: /far\n"));

        var rules = await web.Robots.FindAsync(Page, Token);

        Assert.Equal((false, true), (rules.Allows(new Uri(Page, "/near")), rules.Allows(new Uri(Page, "/far"))));
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, false)]
    public async Task Find_BehindRedirects_FollowsFiveOfThem(int redirects, bool allowed)
    {
        var step = 0;
        using var web = new StubWeb(_ => step++ < redirects ? Answer(302, "", ("Location", $"https://www.example.org/{step}")) : Answer(200, "User-agent: *\nDisallow: /story"));

        var rules = await web.Robots.FindAsync(Page, Token);

        // Behind more than five the rules could not be had, and then nothing is fetched.
        Assert.Equal((allowed, redirects == 5), (rules.Allows(Page), rules.Allows(new Uri(Page, "/other"))));
    }

    [Fact]
    public async Task Find_OwnUserAgent_IsLookedUpByItsName()
    {
        using var web = new StubWeb(_ => Answer(200, "User-agent: Tidewatch\nDisallow: /\n\nUser-agent: *\nAllow: /"), new FetchingOptions { UserAgent = "Tidewatch/2.0 (+https://example.org)" });

        Assert.False((await web.Robots.FindAsync(Page, Token)).Allows(Page));
    }
}
