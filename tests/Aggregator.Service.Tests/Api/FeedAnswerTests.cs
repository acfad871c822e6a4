using System.Net;
using Aggregator.Model.Feeds;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Http;

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

    [Theory]
    [InlineData("127.0.0.1", null, false, true)]
    [InlineData("::1", null, false, true)]
    [InlineData("192.0.2.7", null, false, false)]
    [InlineData("127.0.0.1", "192.0.2.7", false, false)]
    [InlineData("192.0.2.7", null, true, true)]
    [InlineData("127.0.0.1", "192.0.2.7", true, true)]
    public void IsOperator_ByKeyOrFromThisMachine(string caller, string? forwardedFor, bool withKey, bool isOperator)
    {
        var key = ServiceKey.New();
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(caller) } };
        if (forwardedFor is not null)
        {
            context.Request.Headers["X-Forwarded-For"] = forwardedFor;
        }

        if (withKey)
        {
            context.Request.Headers[ServiceKey.Header] = key.Value;
        }

        Assert.Equal(isOperator, key.IsOperator(context));
    }
}
