using System.Text;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Tests.Fetching;

public class RobotsTxtTests
{
    [Theory]
    [InlineData("User-agent: *\nDisallow: /", "/a", false)]
    [InlineData("User-agent: *\nDisallow:", "/a", true)]
    [InlineData("", "/a", true)]
    [InlineData("Disallow: /", "/a", true)]
    [InlineData("User-agent: other\nDisallow: /", "/a", true)]
    [InlineData("User-agent: *\nDisallow: /\n\nUser-agent: AGGREGATOR\nDisallow: /b", "/a", true)]
    [InlineData("User-agent: aggregator/9.9\nDisallow: /\nUser-agent: *\nAllow: /", "/a", false)]
    [InlineData("User-agent: Aggregatorbot\nDisallow: /", "/a", true)]
    [InlineData("User-agent: other\nUser-agent: Aggregator\nDisallow: /", "/a", false)]
    [InlineData("User-agent: Aggregator\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: Aggregator\nDisallow: /b", "/b", false)]
    [InlineData("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true)]
    [InlineData("User-agent: *\nDisallow: /a\nAllow: /a", "/a", true)]
    [InlineData("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", false)]
    [InlineData("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", true)]
    [InlineData("User-agent: *\nDisallow: /a$", "/ab", true)]
    [InlineData("User-agent: *\nDisallow: /*?print=", "/a?print=1", false)]
    [InlineData("User-agent: *\nDisallow: /caf%C3%A9", "/café", false)]
    [InlineData("User-agent: *\nDisallow: /café", "/caf%c3%a9/x", false)]
    [InlineData("User-agent: *\nDisallow: /%61b", "/ab", false)]
    [InlineData("User-agent: *\nDisallow: /a%2Fb", "/a/b", true)]
    [InlineData("User-agent: *\nDisallow: /a%2Ab", "/a*b", false)]
    [InlineData("User-agent: *\nDisallow: /a%2Ab", "/axb", true)]
    [InlineData("User-agent: *\nDisallow: /a$b", "/a$b", false)]
    [InlineData("User-agent: *\nDisallow: /a%24", "/a$/b", false)]
    [InlineData("User-agent: *\nDisallow: /a%24", "/a", true)]
    [InlineData("User-agent: other\nSitemap: https://news.example.org/map\nUser-agent: Aggregator\nDisallow: /a", "/a", false)]
    [InlineData("\uFEFFuser-AGENT : * # all\r\nDISALLOW : /a # not here\r\n", "/a", false)]
    public void Allows_ByTheRules_LongestMatchWinsAndAllowWinsTies(string file, string path, bool allowed) =>
        Assert.Equal(allowed, Read(file).Allows(new Uri("https://news.example.org" + path)));

    [Theory]
    [InlineData("2.5", 2.5)]
    [InlineData("3600", 60)]
    [InlineData("-1", 0)]
    [InlineData("soon", 0)]
    public void CrawlDelay_AsStated_AtMostAMinute(string value, double seconds) =>
        Assert.Equal(seconds, Read($"User-agent: *\nCrawl-delay: {value}").CrawlDelay.TotalSeconds);

    [Fact]
    public void Parse_AnyBytes_NeverThrows()
    {
        var random = new Random(1);
        var address = new Uri("https://news.example.org/" + new string('a', 2000));
        var file = new byte[100_000];
        for (var round = 0; round < 20; round++)
        {
            random.NextBytes(file);
            RobotsTxt.Parse(file, "Aggregator").Allows(address);
        }

        Assert.True(Read("User-agent: *\n" + string.Concat(Enumerable.Repeat("Disallow: /" + new string('*', 200) + "b$\n", 2000))).Allows(address));
    }

    [Fact]
    public void Parse_GroupThatNamesAnAgentAThousandTimes_HasItsRulesOnce()
    {
        const string Rule = "Disallow: /private/\n";

        var rules = Read(string.Concat(Enumerable.Repeat("User-agent: *\nnot a rule\n", 1_000)) + Rule);

        Assert.Equal(Read("User-agent: *\n" + Rule).Bytes, rules.Bytes);
    }

    private static RobotsTxt Read(string file) => RobotsTxt.Parse(Encoding.UTF8.GetBytes(file), "Aggregator");
}
