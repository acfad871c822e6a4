using System.Net;
using System.Net.Sockets;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Tests.Fetching;

public class AddressGuardTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.255.255.255")]
    [InlineData("10.0.0.0", "10.255.255.255")]
    [InlineData("100.64.0.0", "100.127.255.255")]
    [InlineData("127.0.0.0", "127.255.255.255")]
    [InlineData("169.254.0.0", "169.254.255.255")]
    [InlineData("172.16.0.0", "172.31.255.255")]
    [InlineData("192.0.0.0", "192.0.0.255")]
    [InlineData("192.0.2.0", "192.0.2.255")]
    [InlineData("192.88.99.0", "192.88.99.255")]
    [InlineData("192.168.0.0", "192.168.255.255")]
    [InlineData("198.18.0.0", "198.19.255.255")]
    [InlineData("198.51.100.0", "198.51.100.255")]
    [InlineData("203.0.113.0", "203.0.113.255")]
    [InlineData("224.0.0.0", "239.255.255.255")]
    [InlineData("240.0.0.0", "255.255.255.255")]
    [InlineData("::", "::1")]
    [InlineData("::0808:0808", "::ffff:ffff")]
    [InlineData("fc00::", "fdff:ffff::")]
    [InlineData("fe80::", "febf:ffff::")]
    [InlineData("fec0::", "feff:ffff::")]
    [InlineData("ff00::", "ffff:ffff::")]
    [InlineData("100::", "100::ffff:ffff:ffff:ffff")]
    [InlineData("2001:db8::", "2001:db8:ffff::")]
    [InlineData("3fff::", "3fff:fff:ffff::")]
    [InlineData("2001::", "2001:0:ffff::")]
    [InlineData("64:ff9b:1::", "64:ff9b:1:ffff::")]
    [InlineData("::ffff:127.0.0.1", "::ffff:10.0.0.1")]
    [InlineData("::ffff:0:127.0.0.1", "::ffff:0:10.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254")]
    [InlineData("2002:7f00:1::", "2002:a00:1::1")]
    [InlineData("fe80::1%1", "::1%1")]
    public void Contains_FirstAndLastOfEachGuardedRange_True(string first, string last)
    {
        Assert.True(GuardedNetworks.Contains(IPAddress.Parse(first)));
        Assert.True(GuardedNetworks.Contains(IPAddress.Parse(last)));
    }

    [Theory]
    [InlineData("1.0.0.0")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.0.1.0")]
    [InlineData("198.17.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2002:808:808::")]
    [InlineData("2001:1::")]
    public void Contains_PublicNeighbours_False(string address) => Assert.False(GuardedNetworks.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://%31%32%37.0.0.1/")]
    [InlineData("http://１２７.0.0.1/")]
    [InlineData("http://①②⑦.0.0.1/")]
    [InlineData("http://127。0。0。1/")]
    [InlineData("http://news.example.org/%0D%0aHost:x")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://localhost./")]
    [InlineData("http://a.LOCALHOST/")]
    [InlineData("http://printer.local/")]
    [InlineData("http://metadata.google.internal/")]
    [InlineData("http://intranet/")]
    [InlineData("http://user:secret@news.example.org/")]
    [InlineData("http://news.example.org:22/")]
    [InlineData("http://news.example.org:6379/")]
    [InlineData("http://news.example.org:0/")]
    [InlineData("ftp://news.example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://0/")]
    [InlineData("http://127.1/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://0300.0250.0.1/")]
    [InlineData("http://0xa9.254.0xa9fe/")]
    [InlineData("http://3232235521/")]
    [InlineData("http://127.0.0.1.:80/")]
    [InlineData("http://127.0.0.1../")]
    [InlineData("http://\uff10x7f.0.0.1/")]
    [InlineData("http://\u0661\u0662\u0667.0.0.1/")]
    [InlineData("http://\U0001D7CF\U0001D7D0\U0001D7D5.0.0.1/")]
    [InlineData("http://127\uff0e0\uff0e0\uff0e1/")]
    [InlineData("http://127\uff610\uff610\uff611/")]
    [InlineData("http://127.0.0.1\u200b/")]
    [InlineData("http://local\u00adhost/")]
    [InlineData("http://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54/")]
    [InlineData("http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/")]
    [InlineData("http://loc%61lhost/")]
    [InlineData("http://localhost\u3002/")]
    [InlineData("http://a.b.localhost./")]
    [InlineData("http://printer.local./")]
    [InlineData("http://printer\u3002local/")]
    [InlineData("http://router.home.arpa/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::1%25lo]/")]
    [InlineData("http://[0:0:0:0:0:ffff:7f00:1]/")]
    [InlineData("http://[::ffff:0:a9fe:a9fe]/")]
    [InlineData("http://[64:ff9b::10.0.0.1]/")]
    [InlineData("http://[64:ff9b:1:fffe::7f00:1]/")]
    [InlineData("http://[2002:a9fe:a9fe::]/")]
    [InlineData("http://[2001:0:5ef5:79fb:0:0:f5ff:fffe]/")]
    [InlineData("http://[fe80::5efe:10.0.0.1]/")]
    [InlineData("http://[fd12::5efe:127.0.0.1]/")]
    [InlineData("http://[2606:4700::5efe:127.0.0.1]/")]
    [InlineData("http://[2606:4700:0:0:200:5efe:10.0.0.1]/")]
    [InlineData("http://[fec0::1]/")]
    [InlineData("http://[ff02::1]/")]
    [InlineData("http://news.example.org@127.0.0.1/")]
    [InlineData("http://127.0.0.1@news.example.org/")]
    [InlineData("http://news.example.org:25/")]
    [InlineData("http://news.example.org:3306/")]
    [InlineData("http://news.example.org:5432/")]
    [InlineData("http://news.example.org:11211/")]
    [InlineData("http://news.example.org:27017/")]
    [InlineData("ws://news.example.org/")]
    [InlineData("gopher://news.example.org/_x")]
    [InlineData("data:text/xml,<rss/>")]
    [InlineData("jar:http://news.example.org!/")]
    public void FindFault_PrivateOrOdd_SaysWhy(string address)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out var read))
        {
            Assert.NotNull(NewGuard([]).FindFault(read));
        }
    }

    [Theory]
    [InlineData("http://news.example.org/")]
    [InlineData("https://news.example.org:8443/")]
    [InlineData("https://münchen.example/a?u=http://127.0.0.1/")]
    [InlineData("http://[2606:4700::1111]/")]
    public void FindFault_Public_None(string address) => Assert.Null(NewGuard([]).FindFault(new Uri(address)));

    [Fact]
    public void FindFault_AllowedNetwork_OpensThatOneOnly()
    {
        var guard = NewGuard(["10.1.0.0/16", "wiki.internal"]);

        Assert.Null(guard.FindFault(new Uri("http://10.1.2.3/")));
        Assert.Null(guard.FindFault(new Uri("http://wiki.internal/")));
        Assert.NotNull(guard.FindFault(new Uri("http://10.2.0.1/")));
        Assert.NotNull(guard.FindFault(new Uri("http://other.internal/")));
    }

    [Fact]
    public void FindFault_AllowedPort_OpensThatOneOnly()
    {
        var guard = new AddressGuard(Options.Create(new FetchingOptions { AllowedPorts = ["81", "6379"] }));

        Assert.Null(guard.FindFault(new Uri("http://news.example.org:81/")));
        Assert.Null(guard.FindFault(new Uri("http://news.example.org:6379/")));
        Assert.NotNull(guard.FindFault(new Uri("http://news.example.org:82/")));
        Assert.NotNull(guard.FindFault(new Uri("http://127.0.0.1:81/")));
    }

    [Theory]
    [InlineData("10.1.2.3/8", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("fd00::1/8", false)]
    [InlineData("http://wiki.internal/", false)]
    [InlineData("wiki.internal:8080", false)]
    [InlineData("", false)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("fd00::/8", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("wiki.internal", true)]
    public void AllowedNetworks_SlipOfThePen_IsToldAtStart(string entry, bool good)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Fetching:AllowedNetworks:0"] = entry }).Build();

        var faults = SettingsCheck.FindFaults<FetchingOptions>(configuration, FetchingOptions.Section).ToList();

        Assert.Equal(good, faults.Count == 0);
        Assert.All(faults, fault => Assert.StartsWith($"Fetching:AllowedNetworks:0=\"{entry}\" cannot be used: expected a network", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UserAgent", "Aggregator/1.0\r\nX-Evil: 1")]
    [InlineData("UserAgent", "no version")]
    [InlineData("Contact", "desk@example.org\r\nX-Evil: 1")]
    [InlineData("Contact", "https://example.org/a) evil (")]
    [InlineData("Contact", "call me")]
    [InlineData("AllowedPorts:0", "http")]
    [InlineData("AllowedPorts:0", "70000")]
    public void Settings_ThatWouldSpoilARequest_StopTheStart(string name, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [$"Fetching:{name}"] = value }).Build();

        Assert.NotEmpty(SettingsCheck.FindFaults<FetchingOptions>(configuration, FetchingOptions.Section));
    }

    [Fact]
    public async Task Connect_NameThatTurnsPrivateAtTheSecondLookUp_NeverReachesThePrivateAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var lookUps = 0;
        var guard = NewGuard([], (_, _) => Task.FromResult(new[] { lookUps++ == 0 ? IPAddress.Parse("10.0.0.1") : IPAddress.Loopback }));
        using var handler = new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false };
        using var http = new HttpMessageInvoker(handler);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        for (var round = 0; round < 3; round++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://rebinding.example:{port}/");
            var fault = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, TestContext.Current.CancellationToken));
            Assert.IsType<RefusedAddressException>(fault.InnerException, exactMatch: false);
        }

        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Connect_OnePrivateAmongPublic_RefusesTheName()
    {
        var guard = NewGuard([], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34"), IPAddress.Loopback]));
        using var handler = new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false };
        using var http = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://mixed.example/");

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.IsType<RefusedAddressException>(fault.InnerException, exactMatch: false);
    }

    [Theory]
    [InlineData("fe80::1%3")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("64:ff9b::a01:203")]
    [InlineData("2002:a01:203::1")]
    [InlineData("2606:4700::5efe:a01:203")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    public async Task Connect_NameThatLeadsInside_IsRefused(string inside)
    {
        foreach (var addresses in (IPAddress[][])[[IPAddress.Parse(inside)], [IPAddress.Parse("93.184.216.34"), IPAddress.Parse("2606:4700::1111"), IPAddress.Parse(inside)]])
        {
            var guard = NewGuard([], (_, _) => Task.FromResult(addresses));
            using var handler = new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false };
            using var http = new HttpMessageInvoker(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://looks-public.example/");

            var fault = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, TestContext.Current.CancellationToken));

            Assert.IsType<RefusedAddressException>(fault.InnerException, exactMatch: false);
        }
    }

    private static AddressGuard NewGuard(string[] allowed, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) =>
        new(Options.Create(new FetchingOptions { AllowedNetworks = allowed }), resolve ?? ((_, _) => Task.FromResult<IPAddress[]>([])));
}
