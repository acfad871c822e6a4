using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aggregator.Service.Tests.Polling;

public sealed class NetworkWatchTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly FetchResult NotReached = new FetchResult.Failed(FetchFault.NotReached, null, "x");
    private static readonly FetchResult Answered = new FetchResult.Failed(FetchFault.NotFound, 404, "x");

    private readonly NetworkWatch _watch = new(NullLogger<NetworkWatch>.Instance);

    [Fact]
    public void SeveralHostsNotReachedInARow_IsOurOutageUntilOneAnswers()
    {
        Assert.False(_watch.Judge(Feed("a"), NotReached).NetworkDown);
        Assert.False(_watch.Judge(Feed("b"), NotReached).NetworkDown);
        var third = _watch.Judge(Feed("c"), NotReached);

        Assert.True(third.NetworkDown);
        Assert.Equal([Feed("a").Id, Feed("b").Id], third.WronglyBlamed);
        Assert.True(_watch.BlamedWrongly(Feed("a").Id));
        Assert.False(_watch.BlamedWrongly(Feed("c").Id));
        Assert.True(_watch.Judge(Feed("d"), NotReached).NetworkDown);
        Assert.False(_watch.Judge(Feed("e"), Answered).NetworkDown);
        Assert.False(_watch.Judge(Feed("d"), NotReached).NetworkDown);

        // The next failure is one of the feed's own again.
        Assert.True(_watch.BlamedWrongly(Feed("a").Id));
        _watch.Judge(Feed("a"), NotReached);
        Assert.False(_watch.BlamedWrongly(Feed("a").Id));
    }

    [Fact]
    public void OneHostManyTimes_HostsThatWereAwayBefore_AndAnswersBetween_ProveNothing()
    {
        for (var time = 0; time < 5; time++)
        {
            Assert.False(_watch.Judge(Feed("a"), NotReached).NetworkDown);
            Assert.False(_watch.Judge(Feed($"dead{time}") with { FailuresInARow = 3 }, NotReached).NetworkDown);
        }

        foreach (var host in (string[])["b", "c", "d", "e"])
        {
            Assert.False(_watch.Judge(Feed("good"), Answered).NetworkDown);
            Assert.False(_watch.Judge(Feed(host), NotReached).NetworkDown);
        }
    }

    /// <summary>A first start that comes before the network.</summary>
    [Fact]
    public void FiveHostsThatNeverAnswered_TellOfAnOutageOnlyUntilSomebodyAnswers()
    {
        foreach (var host in (string[])["a", "b", "c", "d"])
        {
            Assert.False(_watch.Judge(New(host), NotReached).NetworkDown);
        }

        var fifth = _watch.Judge(New("e"), NotReached);
        Assert.True(fifth.NetworkDown);
        Assert.Equal(4, fifth.WronglyBlamed.Count);

        Assert.False(_watch.Judge(New("f"), Answered).NetworkDown);
        foreach (var host in (string[])["a", "b", "c", "d", "e", "g", "h"])
        {
            Assert.False(_watch.Judge(New(host), NotReached).NetworkDown);
        }
    }

    private static FeedState New(string host) => Feed(host) with { LastSuccess = null };

    private static FeedState Feed(string host) =>
        new() { Id = FeedId.Of(new Uri($"https://{host}.example/feed")), Address = new Uri($"https://{host}.example/feed"), NextPoll = Now, LastSuccess = Now.AddHours(-1) };
}
