using System.Net;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Watching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Tests.Watching;

/// <summary>Who may read metrics: what a header says of where a request comes from opens nothing.</summary>
public sealed class MetricsDoorTests
{
    [Theory]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("127.0.0.1", "X-Forwarded-For: 192.0.2.7", false)]
    [InlineData("192.0.2.7", null, false)]
    [InlineData("192.0.2.7", "X-Forwarded-For: 127.0.0.1", false)]
    [InlineData("192.0.2.7", "X-Real-IP: 127.0.0.1", false)]
    public void Operator_ByDefault_AndNobodyElse(string caller, string? header, bool admitted) =>
        Assert.Equal(admitted, Admits(new WatchingOptions(), caller, header));

    [Fact]
    public void Operator_WithAKeyFromAnywhere() => Assert.True(Admits(new WatchingOptions(), "192.0.2.7", null, Caller.CommandLine));

    [Theory]
    [InlineData("10.1.2.3", null, true)]
    [InlineData("::ffff:10.1.2.3", null, true)]
    [InlineData("fd00::5", null, true)]
    [InlineData("11.1.2.3", null, false)]
    [InlineData("10.1.2.3", "X-Forwarded-For: 192.0.2.7", false)]
    [InlineData("192.0.2.7", "X-Forwarded-For: 10.1.2.3", false)]
    public void Networks_ByTheConnectionItself(string caller, string? header, bool admitted) =>
        Assert.Equal(admitted, Admits(new WatchingOptions { MetricsNetworks = ["10.0.0.0/8", "fd00::/8"] }, caller, header));

    [Fact]
    public void Everybody_WhereThatIsSaid() => Assert.True(Admits(new WatchingOptions { Metrics = MetricsAudience.Everybody }, "192.0.2.7", null));

    [Fact]
    public void Nobody_NotEvenTheOperator_ButTheListed()
    {
        Assert.False(Admits(new WatchingOptions { Metrics = MetricsAudience.Nobody }, "127.0.0.1", null));
        Assert.True(Admits(new WatchingOptions { Metrics = MetricsAudience.Nobody, MetricsNetworks = ["127.0.0.0/8"] }, "127.0.0.1", null));
    }

    private static bool Admits(WatchingOptions options, string caller, string? header, Caller? with = null)
    {
        var request = new DefaultHttpContext();
        request.Connection.RemoteIpAddress = IPAddress.Parse(caller);
        request.Request.Host = new HostString("localhost:5080");
        if (header?.Split(": ") is [var name, var value])
        {
            request.Request.Headers[name] = value;
        }

        var door = new MetricsDoor(Options.Create(options));
        ThisMachine.Note(request, new HostingOptions { Listen = "http://*:5080" });
        door.Note(request);

        // What a trusted proxy said is in force by then.
        request.Connection.RemoteIpAddress = header?.StartsWith("X-Forwarded-For: ", StringComparison.Ordinal) == true ? IPAddress.Parse(header.Split(": ")[1]) : request.Connection.RemoteIpAddress;
        request.Request.Headers.Remove("X-Forwarded-For");
        (with ?? Caller.Nobody).NoteAt(request);
        return door.Admits(request);
    }
}
