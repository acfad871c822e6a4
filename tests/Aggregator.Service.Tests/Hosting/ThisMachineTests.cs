using System.Net;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Http;

namespace Aggregator.Service.Tests.Hosting;

/// <summary>Who is taken for the operator, who is told more than others: a stranger behind a proxy on this machine never is.</summary>
public sealed class ThisMachineTests
{
    private const string Everywhere = "http://*:5080";

    [Theory]
    [InlineData("127.0.0.1", "localhost:5080", true)]
    [InlineData("127.0.0.1", "127.0.0.1:5080", true)]
    [InlineData("::1", "[::1]:5080", true)]
    [InlineData("::ffff:127.0.0.1", "localhost", true)]
    [InlineData("192.0.2.7", "localhost:5080", false)]
    [InlineData("127.0.0.1", "news.example.org", false)]
    [InlineData("127.0.0.1", "", false)]
    public void IsCalling_FromLoopbackByALocalName(string caller, string host, bool isHere) => Assert.Equal(isHere, IsCalling(caller, host, new HostingOptions()));

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("x-forwarded-proto", "https")]
    [InlineData("Forwarded", "for=192.0.2.7")]
    [InlineData("X-Real-IP", "192.0.2.7")]
    [InlineData("Via", "1.1 edge")]
    public void IsCalling_ThroughAProxyThatTellsOfItself_IsNoOne(string header, string value)
    {
        Assert.False(IsCalling("127.0.0.1", "localhost", new HostingOptions(), (header, value)));
        Assert.False(IsCalling("127.0.0.1", "localhost", new HostingOptions { TrustedProxies = ["127.0.0.1"] }, (header, value)));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080;http://[::1]:5080;http://localhost:5081", false)]
    [InlineData("http://127.0.0.1:5080;http://192.0.2.1:5080", true)]
    [InlineData("http://0.0.0.0:5080", true)]
    [InlineData("http://[::]:5080", true)]
    [InlineData(Everywhere, true)]
    public void LetsOthersIn_ListensElsewhereThanOnLoopback(string listen, bool letsIn) => Assert.Equal(letsIn, new HostingOptions { Listen = listen }.LetsOthersIn);

    /// <summary>Nothing but a proxy on this machine can bring readers to a service that listens on loopback only, and plain ones tell nothing of themselves.</summary>
    [Theory]
    [InlineData("http://127.0.0.1:5080", null, true)]
    [InlineData("http://127.0.0.1:5080", "https://news.example.org", false)]
    [InlineData(Everywhere, "https://news.example.org", true)]
    public void IsCalling_WhereAProxyMustBe_IsNoOne(string listen, string? publicAddress, bool isHere) =>
        Assert.Equal(isHere, IsCalling("127.0.0.1", "localhost", new HostingOptions { Listen = listen, PublicAddress = publicAddress is null ? null : new Uri(publicAddress) }));

    [Fact]
    public void IsOperator_ByTheKeyFromAnywhere_ElseFromThisMachine()
    {
        var stranger = Request("192.0.2.7", "news.example.org");
        var unseen = Request("127.0.0.1", "localhost");
        Assert.False(Caller.IsOperator(stranger));
        Assert.False(Caller.IsOperator(unseen)); // nothing was noted of it

        Caller.CommandLine.NoteAt(stranger);
        ThisMachine.Note(unseen, new HostingOptions());

        Assert.True(Caller.IsOperator(stranger));
        Assert.True(Caller.IsOperator(unseen));
    }

    private static bool IsCalling(string caller, string host, HostingOptions options, params (string Name, string Value)[] headers)
    {
        var context = Request(caller, host);
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        ThisMachine.Note(context, options);
        return ThisMachine.IsCalling(context);
    }

    private static DefaultHttpContext Request(string caller, string host) =>
        new() { Connection = { RemoteIpAddress = IPAddress.Parse(caller) }, Request = { Host = new HostString(host) } };
}
