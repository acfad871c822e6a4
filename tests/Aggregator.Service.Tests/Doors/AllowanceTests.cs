using System.Net;
using Aggregator.Service.Doors;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Doors;

/// <summary>How much of the service one client may take.</summary>
public sealed class AllowanceTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Take_MoreThanThereIs_IsToldHowLongToWaitAndThenHasAllAgain()
    {
        var allowance = new Allowance(2, Minute, _clock);
        var client = Of("192.0.2.1");

        Assert.Null(allowance.Take(client));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(allowance.WaitOf(client));
        Assert.Null(allowance.Take(client));
        Assert.Equal(TimeSpan.FromSeconds(40), allowance.Take(client));
        Assert.Equal(TimeSpan.FromSeconds(40), allowance.WaitOf(client));
        Assert.Null(allowance.Take(Of("192.0.2.2")));

        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(allowance.WaitOf(client));
        Assert.Null(allowance.Take(client));
        Assert.Null(allowance.Take(client));
        Assert.NotNull(allowance.Take(client));
    }

    /// <summary>Whoever has a network of IPv6 has 18 trillion million addresses.</summary>
    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void Client_OfAnAddress(string one, string other, bool isSame) => Assert.Equal(isSame, Of(one) == Of(other));

    [Fact]
    public void Client_WithoutAnAddress_IsOne() => Assert.Equal(ClientAddress.Of(null), ClientAddress.Of(null));

    /// <summary>A flood of addresses costs no memory, and does not make room for itself: those who are known keep what they have.</summary>
    [Fact]
    public void Take_OfMoreClientsThanAreRemembered_IsBoundedForAllNewcomersTogether()
    {
        var allowance = new Allowance(3, Minute, _clock, mostClients: 10);
        for (var client = 0; client < 10; client++)
        {
            Assert.Null(allowance.Take(new ClientAddress((UInt128)client)));
        }

        var let = Enumerable.Range(100, 1000).Count(client => allowance.Take(new ClientAddress((UInt128)client)) is null);

        Assert.Equal(3, let);
        Assert.Equal(10, allowance.Clients);
        Assert.NotNull(allowance.WaitOf(new ClientAddress(5000)));
        Assert.Null(allowance.Take(new ClientAddress(1)));

        _clock.Advance(Minute);
        Assert.Null(allowance.Take(new ClientAddress(100)));
        Assert.Equal(1, allowance.Clients);
    }

    private static ClientAddress Of(string address) => ClientAddress.Of(IPAddress.Parse(address));
}
