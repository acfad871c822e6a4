using Aggregator.Content.Publishing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Web;

namespace Aggregator.Service.Tests.Web;

/// <summary>What an operator is told of the sources by a feed.</summary>
public sealed class StateFeedTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly FeedSource Wire = new() { Address = new Uri("https://wire.example/feed?token=8f3a9c2b7d1e4f60a5"), Title = "The Wire" };

    [Fact]
    public void Build_SourceThatWorks_SaysNothing() =>
        Assert.Empty(Build(State() with { Health = FeedHealth.Healthy, LastSuccess = Now, LastChange = Now.AddDays(-59), FailuresInARow = 0 }).Entries);

    [Fact]
    public void Build_FailsAgainAndAgain_TellsSinceWhenAndToTheOperatorWhy()
    {
        var state = State() with { Health = FeedHealth.Failing, FailuresInARow = 3, FailingSince = Now.AddDays(-2), LastError = "connection refused" };

        var told = Assert.Single(Build(state).Entries).Lead;
        Assert.Equal(("The Wire cannot be read", Now.AddDays(-2)), (told.Title, told.Published));
        Assert.Contains("since 2026-11-27: connection refused", told.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("8f3a9c2b", told.Link.AbsoluteUri, StringComparison.Ordinal);
        Assert.DoesNotContain("refused", Assert.Single(Build(state, toOperator: false).Entries).Lead.Summary, StringComparison.Ordinal);
        Assert.Empty(Build(state with { FailuresInARow = 2 }).Entries);
    }

    /// <summary>A reader that has shown an entry must not show it again because the next poll failed as well.</summary>
    [Fact]
    public void Build_StillFails_IsTheSameEntry()
    {
        var state = State() with { Health = FeedHealth.Failing, FailuresInARow = 3, FailingSince = Now.AddDays(-2), LastError = "refused" };

        var (first, second) = (Build(state).Entries[0].Lead, Build(state with { FailuresInARow = 9, LastPoll = Now }).Entries[0].Lead);
        var later = Build(state with { FailingSince = Now }).Entries[0].Lead;

        Assert.Equal((first.Id, first.Updated), (second.Id, second.Updated));
        Assert.NotEqual(first.Id, later.Id);
    }

    [Fact]
    public void Build_GoneMovedSilentMalformedThrottled_EachIsAnEntryOfItsOwn()
    {
        var gone = State() with { Health = FeedHealth.Gone, FailingSince = Now.AddDays(-1) };
        var odd = State() with
        {
            Health = FeedHealth.Healthy,
            LastSuccess = Now,
            LastChange = Now.AddDays(-61),
            MovedTo = new Uri("https://new.example/feed"),
            MovedSince = Now.AddDays(-3),
            Problems = ["a tag was not closed"],
            ProblemsSince = Now.AddDays(-5),
        };
        var host = new HostLesson("wire.example") { Spacing = TimeSpan.FromSeconds(8), HeldUntil = Now.AddHours(1), LearnedAt = Now.AddMinutes(-5) };

        Assert.Equal(["The Wire is gone"], Titles(Build(gone)));
        Assert.Equal(
            ["wire.example wants to be asked more slowly", "The Wire fell silent", "The Wire has moved", "The Wire is malformed"],
            Titles(Build(odd, hosts: [host])));
        Assert.All(PublishedFormats.All, format => Assert.NotEmpty(format.Write(Build(odd, hosts: [host, host with { Host = "2001:db8::7" }]))));
    }

    private static IEnumerable<string> Titles(PublishedFeed feed) => feed.Entries.Select(entry => entry.Lead.Title);

    private static FeedState State() => new() { Id = Wire.Id, Address = Wire.Address, NextPoll = Now };

    private static PublishedFeed Build(FeedState state, bool toOperator = true, params HostLesson[] hosts) => StateFeed.Build(
        [Wire], new Dictionary<FeedId, FeedState> { [Wire.Id] = state }, hosts, toOperator, new StateFeedLook(new Uri("http://news.example/"), "/state.atom", "news.example,2026"), Now);
}
