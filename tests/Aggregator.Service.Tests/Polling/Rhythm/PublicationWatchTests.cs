using Aggregator.Model.Feeds;
using Aggregator.Service.Polling.Rhythm;

namespace Aggregator.Service.Tests.Polling.Rhythm;

public sealed class PublicationWatchTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void FirstDocument_TellsItsPast_WithoutTheFutureAndTheMissing() =>
        Assert.Equal([At(-26), At(-3)], After(PublicationTimes.None, null, Now.AddHours(-3), null, Now.AddDays(400), Now.AddHours(-26)));

    [Fact]
    public void NewEntry_StatesATimeSinceTheLastLook_IsBelieved() =>
        Assert.Equal([At(-1)], After(PublicationTimes.None, Now.AddHours(-2), Now.AddHours(-1)));

    [Fact]
    public void NewEntry_StatesNothingOrWhatCannotBe_CameInTheMiddle()
    {
        Assert.Equal([At(-1)], After(PublicationTimes.None, Now.AddHours(-2), (DateTimeOffset?)null));
        Assert.Equal([At(-1)], After(PublicationTimes.None, Now.AddHours(-2), Now.AddHours(5)));
        Assert.Equal([At(-1)], After(PublicationTimes.None, Now.AddHours(-2), Now.AddYears(-3)));
    }

    [Fact]
    public void ImportOfManyOldEntries_IsOnePublication() =>
        Assert.Single(After(PublicationTimes.None, Now.AddHours(-2), [.. Enumerable.Range(1, 300).Select(day => (DateTimeOffset?)Now.AddDays(-day))]));

    [Fact]
    public void FirstDocument_DatesWithoutTimes_TeachNoTimeOfDay()
    {
        var midnight = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

        var times = PublicationWatch.After(PublicationTimes.None, [.. Enumerable.Range(1, 30).Select(day => (DateTimeOffset?)midnight.AddDays(-day))], null, Now);

        Assert.Null(times.Period);
        Assert.Equal(30, times.Seconds.Length);
    }

    [Fact]
    public void FirstDocument_DailyAtNine_TeachesTheDay()
    {
        var nine = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

        var times = PublicationWatch.After(PublicationTimes.None, [.. Enumerable.Range(0, 20).Select(day => (DateTimeOffset?)nine.AddDays(-day).AddMinutes(day % 7))], null, Now);

        Assert.Equal(TimeSpan.FromDays(1), times.Period);
    }

    [Fact]
    public void ManyEntries_OnlyTheNewestAreRemembered()
    {
        var times = PublicationWatch.After(PublicationTimes.None, [.. Enumerable.Range(0, 500).Select(hour => (DateTimeOffset?)Now.AddHours(-hour))], null, Now);

        Assert.Equal(PublicationTimes.Most, times.Seconds.Length);
        Assert.Equal(Now, times.Last);
        Assert.Equal(times.Seconds.ToArray(), PublicationTimes.FromBytes(times.ToBytes()).Seconds.ToArray());
    }

    private static uint At(int hours) => (uint)Now.AddHours(hours).ToUnixTimeSeconds();

    private static uint[] After(PublicationTimes before, DateTimeOffset? lastLook, params DateTimeOffset?[] published) =>
        PublicationWatch.After(before, published, lastLook, Now).Seconds.ToArray();
}
