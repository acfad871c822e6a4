using System.Globalization;
using Aggregator.Model.Text;

namespace Aggregator.Model.Tests.Text;

public sealed class TimeExpressionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 13, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-20", "2026-11-20T00:00:00Z")]
    [InlineData("2026-11-20T08:15:00Z", "2026-11-20T08:15:00Z")]
    [InlineData("2026-11-20T08:15:00+02:00", "2026-11-20T06:15:00Z")]
    [InlineData("2026-11-20t08:15", "2026-11-20T08:15:00Z")]
    [InlineData("now", "2026-11-24T13:30:00Z")]
    [InlineData("Today", "2026-11-24T00:00:00Z")]
    [InlineData("yesterday", "2026-11-23T00:00:00Z")]
    [InlineData("90m", "2026-11-24T12:00:00Z")]
    [InlineData("24h", "2026-11-23T13:30:00Z")]
    [InlineData(" 7d ", "2026-11-17T13:30:00Z")]
    [InlineData("2w", "2026-11-10T13:30:00Z")]
    public void Read_KnownForm_IsThatInstant(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), TimeExpression.Read(text, Now));

    [Theory]
    [InlineData("")]
    [InlineData("last week")]
    [InlineData("7")]
    [InlineData("-7d")]
    [InlineData("99999d")]
    [InlineData("24/11/2026")]
    [InlineData("2026-13-01")]
    public void Read_AnythingElse_IsNotGuessed(string text) => Assert.Null(TimeExpression.Read(text, Now));
}
