using System.Globalization;
using Aggregator.Content.Parsing.Dates;

namespace Aggregator.Content.Tests.Parsing.Dates;

public sealed class FeedDateTests
{
    [Theory]
    [InlineData("Tue, 03 Jun 2025 10:15:30 GMT", "2025-06-03T10:15:30")]
    [InlineData("3 Jun 25 10:15 EDT", "2025-06-03T14:15:00")]
    [InlineData("2025-06-03T10:15:30.25+05:30", "2025-06-03T04:45:30.25")]
    [InlineData("2025-06-03", "2025-06-03T00:00:00")]
    [InlineData("2025-06", "2025-06-01T00:00:00")]
    [InlineData("20250603T101530Z", "2025-06-03T10:15:30")]
    [InlineData("2025-154", "2025-06-03T00:00:00")]
    [InlineData("Tue Jun  3 10:15:30 2025", "2025-06-03T10:15:30")]
    [InlineData("June 3, 2025 1:05 pm PST", "2025-06-03T21:05:00")]
    [InlineData("Tue, 03 Jun 2025 24:00:00 +0000", "2025-06-04T00:00:00")]
    [InlineData("Tue, 03 Jun 2025 10:15:60 GMT", "2025-06-03T10:15:59")]
    [InlineData("1748945730", "2025-06-03T10:15:30")]
    [InlineData("Mar, 03 Jun 2025 08:00:00 GMT", "2025-06-03T08:00:00")]
    [InlineData("Tue, 03 Jun 2025 10:15:30 IDT", "2025-06-03T07:15:30")]
    [InlineData("Tue, 03 Jun 2025 10:15:30 YEKT", "2025-06-03T05:15:30")]
    [InlineData("Tue, 03 Jun 2025 10:15:30 GMT+2", "2025-06-03T08:15:30")]
    [InlineData("Tue, 03 Jun 2025 10:15:30 +0200 (CEST)", "2025-06-03T08:15:30")]
    [InlineData("mardi 3 juin 2025", "2025-06-03T00:00:00")]
    [InlineData("Mar 3, 2025 08:00", "2025-03-03T08:00:00")]
    [InlineData("mar, 04 mar 2025 08:00:00 GMT", "2025-03-04T08:00:00")]
    [InlineData("3. März 2025", "2025-03-03T00:00:00")]
    public void Read_Date_GivesTheInstant(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected + "Z", CultureInfo.InvariantCulture), FeedDate.Read(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("Tue, 31 Feb 2025 10:00:00 GMT")]
    [InlineData("2025-13-01T00:00:00Z")]
    [InlineData("Tue, 03 Jun 2025 25:00:00 GMT")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("99999999999999999999999")]
    public void Read_ImpossibleDate_GivesNull(string? text) => Assert.Null(FeedDate.Read(text));

    [Fact]
    public void Read_MachineWithAnotherCalendar_ChangesNothing()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("th-TH");
            Assert.Equal(2025, FeedDate.Read("Tue, 03 Jun 2025 10:15:30 GMT")!.Value.Year);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
