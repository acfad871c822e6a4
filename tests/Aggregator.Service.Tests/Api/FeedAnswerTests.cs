using Aggregator.Model.Feeds;
using Aggregator.Service.Api;

namespace Aggregator.Service.Tests.Api;

public class FeedAnswerTests
{
    private static readonly FeedSource Source = new() { Address = new Uri("https://news.example.org/feed") };

    [Theory]
    [InlineData("10.0.0.1 is not on the public internet")]
    [InlineData("the name inner.example is not known to DNS")]
    [InlineData("inner.example:8080 refuses connections")]
    [InlineData("no answer within 20 s")]
    public void Of_FailingFeed_TellsAStrangerNothingOfTheNetwork(string error)
    {
        var state = new FeedState { Id = Source.Id, Address = Source.Address, NextPoll = default, Health = FeedHealth.Failing, LastError = error, NextPollReason = "not allowed" };

        var stranger = FeedAnswer.Of(Source, state, null, toOperator: false);

        Assert.Equal(("failing", "the feed could not be read", null), (stranger.Health, stranger.Error, stranger.NextPollReason));
        Assert.Equal(error, FeedAnswer.Of(Source, state, null, toOperator: true).Error);
    }
}
