using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Microsoft.Extensions.Options;
using IPAddress = System.Net.IPAddress;
using IPEndPoint = System.Net.IPEndPoint;

namespace Aggregator.Service.Tests.Fetching;

/// <summary>What only a real socket shows.</summary>
public class WebClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_Gzip_IsDecompressed()
    {
        var result = await FetchAsync(Gzip(Encoding.UTF8.GetBytes("<rss/>")), "Content-Encoding: gzip\r\n");

        Assert.Equal("<rss/>", Encoding.UTF8.GetString(Assert.IsType<FetchResult.Changed>(result).Body.Span));
    }

    [Fact]
    public async Task Fetch_GzipBomb_IsCutAtTheLimit()
    {
        var result = await FetchAsync(Gzip(new byte[30_000_000]), "Content-Encoding: gzip\r\n");

        Assert.Contains("larger than 10 MB", Assert.IsType<FetchResult.Failed>(result).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_TwoCodings_IsNotUnpacked()
    {
        var result = await FetchAsync(Gzip(Gzip(new byte[100])), "Content-Encoding: gzip, gzip\r\n");

        Assert.Contains("coded", Assert.IsType<FetchResult.Failed>(result).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_BodyShorterThanSaid_Fails()
    {
        var result = await FetchAsync("<rss>"u8.ToArray(), "", claimed: 500);

        Assert.Contains("broke off", Assert.IsType<FetchResult.Failed>(result).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_BodyThatStops_IsCutAsTooSlow()
    {
        var result = await FetchAsync("<rss>"u8.ToArray(), "", claimed: 500, stayOpen: true);

        Assert.Contains("slower than 1 KiB", Assert.IsType<FetchResult.Failed>(result).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_LoopbackNotAllowed_IsRefused()
    {
        var result = await FetchAsync("<rss/>"u8.ToArray(), "", allowed: []);

        Assert.Equal(FetchFault.Refused, Assert.IsType<FetchResult.Failed>(result).Fault);
    }

    private static async Task<FetchResult> FetchAsync(byte[] body, string headers, int? claimed = null, bool stayOpen = false, string[]? allowed = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var serving = ServeAsync(listener, body, $"HTTP/1.1 200 OK\r\n{headers}Content-Length: {claimed ?? body.Length}\r\n\r\n", stayOpen, done.Token);
        var options = Options.Create(new FetchingOptions { AllowedNetworks = allowed ?? ["127.0.0.1"], SlowBodyAfter = TimeSpan.FromSeconds(1) });
        var guard = new AddressGuard(options);
        var gate = new HostGate(options, TimeProvider.System);
        using var client = new WebClient(guard, gate, options, TimeProvider.System);
        var fetcher = new FeedFetcher(client, gate, options, TimeProvider.System);
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/feed");

        var result = await fetcher.FetchAsync(new FeedState { Id = FeedId.Of(address), Address = address, NextPoll = default }, Token);

        await done.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return result;
    }

    private static async Task ServeAsync(TcpListener listener, byte[] body, string head, bool stayOpen, CancellationToken cancellationToken)
    {
        using var connection = await listener.AcceptTcpClientAsync(cancellationToken);
        await using var stream = connection.GetStream();
        _ = await stream.ReadAsync(new byte[8192], cancellationToken);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
        if (stayOpen)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
