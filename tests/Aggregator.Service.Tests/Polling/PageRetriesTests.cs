using Aggregator.Service.Polling;

namespace Aggregator.Service.Tests.Polling;

public class PageRetriesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void IsToBeRead_NewOrEditedEntry_Yes()
    {
        Assert.True(PageRetries.IsToBeRead("a", null, Now));
        Assert.True(PageRetries.IsToBeRead("b", "a", Now));
        Assert.True(PageRetries.IsToBeRead("b", PageRetries.Remember("a", null, wanted: true, Now), Now));
        Assert.False(PageRetries.IsToBeRead("a", "a", Now));
    }

    [Fact]
    public void Remember_PageOutOfReach_IsTriedThreeTimesMoreHoursApart()
    {
        string? stored = null;
        var tries = 0;
        for (var now = Now; now < Now.AddDays(2); now += TimeSpan.FromMinutes(30))
        {
            if (PageRetries.IsToBeRead("a", stored, now))
            {
                tries++;
                stored = PageRetries.Remember("a", stored, wanted: true, now);
                Assert.False(PageRetries.IsToBeRead("a", stored, now.AddMinutes(119)));
            }
        }

        Assert.Equal((4, "a"), (tries, stored));
    }

    [Fact]
    public void Remember_PageReadAtLast_NothingStaysOpen() =>
        Assert.Equal("a", PageRetries.Remember("a", PageRetries.Remember("a", null, wanted: true, Now), wanted: false, Now.AddHours(3)));
}
