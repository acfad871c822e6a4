using System.Text;
using Aggregator.Content.Parsing;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Tests.Parsing;

public class PollingWishesTests
{
    [Theory]
    [InlineData("<ttl>90</ttl>", 90)]
    [InlineData("<sy:updatePeriod>Daily</sy:updatePeriod>", 24 * 60)]
    [InlineData("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 6 * 60)]
    public void Interval_Stated_IsTheLeastTimeBetweenPolls(string channel, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Read(channel).MinimumInterval);

    [Theory]
    [InlineData("<ttl>120</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 24 * 60)]
    [InlineData("<ttl>120</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 120)]
    public void Interval_StatedTwice_IsTheLongerOne(string channel, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Read(channel).MinimumInterval);

    [Theory]
    [InlineData("<ttl>0</ttl>")]
    [InlineData("<ttl>-5</ttl>")]
    [InlineData("<ttl>often</ttl>")]
    [InlineData("<sy:updatePeriod>sometimes</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>")]
    public void Interval_OutOfReason_IsNoWish(string channel) => Assert.Null(Read(channel).MinimumInterval);

    [Fact]
    public void QuietHoursAndDays_AreReadWithMidnightAs24()
    {
        var wishes = Read("<skipHours><hour>24</hour><hour>3</hour><hour>x</hour></skipHours><skipDays><day>Sunday</day><day>Someday</day></skipDays>");
        Assert.Equal([0, 3], wishes.SkipHours);
        Assert.Equal([DayOfWeek.Sunday], wishes.SkipDays);
    }

    private static PollingWishes Read(string channel) => FeedParser.Parse(
        Encoding.UTF8.GetBytes($"""<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>T</title>{channel}</channel></rss>"""),
        new FeedDocument(new Uri("https://feeds.example/feed"), null)).Wishes;
}
