using Aggregator.Model.Feeds;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Polling;

public sealed class PushAllowanceTests
{
    private static readonly FeedId One = FeedId.Of(new Uri("http://one.example/feed")), Other = FeedId.Of(new Uri("http://other.example/feed"));

    [Fact]
    public void Take_ManyPushesWithinAnHour_ShareWhatOnePollMayBring()
    {
        var clock = new FakeTimeProvider();
        var pushes = new PushAllowance(clock);

        pushes.Take(One, 60);
        Assert.Equal(40, pushes.LeftOf(One, 100));
        pushes.Take(One, 60);
        Assert.Equal(0, pushes.LeftOf(One, 100));
        Assert.Equal(100, pushes.LeftOf(Other, 100));

        clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(100, pushes.LeftOf(One, 100));
    }
}
