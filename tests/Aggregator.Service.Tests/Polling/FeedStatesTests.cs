using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Tests.Polling;

public class FeedStatesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly FeedSource Source = new() { Address = new Uri("https://news.example.org/feed") };
    private static readonly Uri New = new("https://new.example.org/feed");

    private static FeedState Fresh => new() { Id = Source.Id, Address = Source.Address, NextPoll = Now };

    [Fact]
    public void After_PermanentRedirectForADay_FetchesFromTheNewAddress()
    {
        var once = After(Fresh, Redirected(New), Now);
        var soon = After(once, Redirected(New), Now.AddHours(23));
        var later = After(soon, Redirected(New), Now.AddHours(24));

        Assert.Equal([Source.Address, Source.Address, New], new[] { once, soon, later }.Select(state => state.FetchAddress));
        Assert.Equal(Source.Address, later.Address);
    }

    [Fact]
    public void After_PermanentRedirectThatChangesItsMind_StartsToCountAnew()
    {
        var once = After(Fresh, Redirected(New), Now);
        var gone = After(once, Redirected(null), Now.AddHours(20));
        var again = After(gone, Redirected(New), Now.AddHours(30));

        Assert.Equal(Source.Address, again.FetchAddress);
        Assert.Equal(Now.AddHours(30), again.RedirectedSince);
    }

    [Fact]
    public void After_NewAddressNotFound_GoesBackToTheOneInFeedsJson()
    {
        var moved = Fresh with { MovedTo = New };

        Assert.Equal(Source.Address, After(moved, new FetchResult.Failed(FetchFault.NotFound, 404, "x"), Now).FetchAddress);
        Assert.Equal((Source.Address, FeedHealth.Failing), After(moved, new FetchResult.Gone(), Now) is var state ? (state.FetchAddress, state.Health) : default);
        Assert.Equal(New, After(moved, new FetchResult.Failed(FetchFault.Unreachable, 500, "x"), Now).FetchAddress);
    }

    [Fact]
    public void After_AskedToComeBackLater_KeepsQuietUntilThen()
    {
        var asked = After(Fresh, new FetchResult.ComeBackLater(TimeSpan.FromHours(5), "x"), Now);

        Assert.Equal(Now.AddHours(5), asked.QuietUntil);
        Assert.Null(After(asked, Redirected(null), Now.AddHours(6)).QuietUntil);
    }

    private static FetchResult.Unchanged Redirected(Uri? to) =>
        new FetchResult.Unchanged(new AnswerOrigin(to ?? Source.Address, to), new CacheTerms(null, null, null), SentWhole: true);

    private static FeedState After(FeedState before, FetchResult result, DateTimeOffset now) =>
        FeedStates.After(before, Source, new PollOutcome(result), new PollingOptions(), now);
}
