using Aggregator.Model.Feeds;
using Aggregator.Service.Api;

namespace Aggregator.Service.Tests.Api;

public class FeedAnswerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly FeedSource Source = new() { Address = new Uri("https://news.example.org/feed") };

    [Theory]
    [InlineData("10.0.0.1 is not on the public internet")]
    [InlineData("the name inner.example is not known to DNS")]
    [InlineData("inner.example:8080 refuses connections")]
    [InlineData("no answer within 20 s")]
    public void Of_FailingFeed_TellsAStrangerNothingOfTheNetwork(string error)
    {
        var state = new FeedState { Id = Source.Id, Address = Source.Address, NextPoll = default, Health = FeedHealth.Failing, LastError = error, LastFault = FeedFault.Refused, Days = FeedDays.None.With(new FeedDay { Polls = 1, Failed = 1, Bytes = 20 }, Now), NextPollReason = "not allowed" };

        var stranger = FeedAnswer.Of(Source, state, null, toOperator: false, Now);

        Assert.Equal(("failing", "the feed could not be read", null), (stranger.Health, stranger.Error, stranger.NextPollReason));
        Assert.Equal((null, null, null), (stranger.Fault, stranger.Meaning, stranger.Figures!.Bytes));
        Assert.Equal(error, FeedAnswer.Of(Source, state, null, toOperator: true, Now).Error);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Of_FailingFeed_SaysWhatEveryKindOfFailureMeans(FeedFault fault)
    {
        var state = new FeedState { Id = Source.Id, Address = Source.Address, NextPoll = default, Health = FeedHealth.Failing, LastError = "it fails", LastFault = fault };

        var answer = FeedAnswer.Of(Source, state, null, toOperator: true, Now);

        Assert.Equal(fault.ToString(), answer.Fault, ignoreCase: true);
        Assert.EndsWith(".", answer.Meaning, StringComparison.Ordinal);
    }

    public static TheoryData<FeedFault> Faults => [.. Enum.GetValues<FeedFault>().Where(fault => fault != FeedFault.None)];

    [Fact]
    public void Figures_OfAMonth_TellSharesAndItemsADay()
    {
        var days = FeedDays.None;
        for (var day = 0; day < 40; day++)
        {
            days = days.With(new FeedDay { Polls = 24, NotModified = 18, SentAgain = 2, Failed = 1, Documents = 3, Repaired = 1, Items = 4, Bytes = 1_000, PagesRead = 3, PagesMissed = 1 }, Now.AddDays(day - 40));
        }

        var figures = FeedFigures.Of(new FeedState { Id = Source.Id, Address = Source.Address, NextPoll = default, Days = days }, toOperator: true, Now)!;

        Assert.Equal(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), figures.Since);
        Assert.Equal((0.9, 0.75), (figures.NotModifiedShare, figures.PagesReadShare));
        Assert.Equal((29 * 24L, 29_000L, 29L, 87L), (figures.Polls, figures.Bytes, figures.Repaired, figures.Documents));
        Assert.Equal(3.93, figures.ItemsPerDay); // 116 in 29.5 days
    }

    [Fact]
    public void Figures_OfAFeedThatIsNew_TakeItsRateFromTheDatesOfItsEntries()
    {
        var published = Enumerable.Range(0, 20).Select(i => (uint)Now.AddHours(-12 * (20 - i)).ToUnixTimeSeconds()).ToArray();
        var state = new FeedState { Id = Source.Id, Address = Source.Address, NextPoll = default, Publications = new PublicationTimes(published), Days = FeedDays.None.With(new FeedDay { Polls = 1, Documents = 1 }, Now) };

        Assert.Equal(2, FeedFigures.Of(state, toOperator: true, Now)!.ItemsPerDay);
        Assert.Null(FeedFigures.Of(state with { Publications = PublicationTimes.None }, toOperator: true, Now)!.ItemsPerDay);
    }
}
