using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using IPAddress = System.Net.IPAddress;

namespace Aggregator.Service.Tests.Fetching;

/// <summary>What only a real socket shows.</summary>
public class WebClientTests
{
    private const string Feed = "<rss><channel><title>A feed of some length</title></channel></rss>";

    /// <summary>One limit at a time is short, so that no other can be met first on a busy machine.</summary>
    private static readonly FetchingOptions Patient = new() { AllowedNetworks = ["127.0.0.1"], PerHostSpacing = TimeSpan.Zero };

    private static readonly FetchingOptions ShortSilence = new() { AllowedNetworks = ["127.0.0.1"], SlowBodyAfter = TimeSpan.FromSeconds(1) };

    private static readonly FetchingOptions ShortHeaders = new() { AllowedNetworks = ["127.0.0.1"], HeaderTimeout = TimeSpan.FromSeconds(2) };

    private static readonly FetchingOptions ShortBody = new() { AllowedNetworks = ["127.0.0.1"], BodyTimeout = TimeSpan.FromSeconds(3) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_GzipBomb_IsCutAtTheLimit() =>
        Assert.Contains("larger than 10 MB", Why(await FetchOnceAsync(ContentCodingTests.Pack("gzip", new byte[30_000_000]), "Content-Encoding: gzip\r\n")), StringComparison.Ordinal);

    [Fact]
    public async Task Fetch_TwoCodings_IsNotUnpacked() =>
        Assert.Contains("coded", Why(await FetchOnceAsync(ContentCodingTests.Pack("gzip", new byte[100]), "Content-Encoding: gzip, gzip\r\n")), StringComparison.Ordinal);

    [Fact]
    public async Task Fetch_GzipCutUnderAMatchingLength_Fails() =>
        Assert.Contains("cut short", Why(await FetchOnceAsync(ContentCodingTests.Pack("gzip", ContentCodingTests.Text)[..100], "Content-Encoding: gzip\r\nETag: \"half\"\r\n")), StringComparison.Ordinal);

    [Fact]
    public async Task Fetch_BodyThatStops_IsCutAsTooSlow()
    {
        var why = await FetchWhyAsync(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss>");
            await Task.Delay(Timeout.InfiniteTimeSpan, connection.Stop);
        }, ShortSilence);

        Assert.Contains("slower than 1 KiB", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_BodyThatDribbles_IsCutAsTooSlow()
    {
        var why = await FetchWhyAsync(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\n\r\n");
            await DribbleAsync(connection);
        }, ShortSilence);

        Assert.Contains("slower than 1 KiB", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_BodyWithoutEnd_IsCutAtTheTimeForTheWhole()
    {
        var why = await FetchWhyAsync(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\n\r\n");
            while (true)
            {
                await connection.WriteAsync(new byte[4096]);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, connection.Stop);
            }
        }, ShortBody);

        Assert.Contains("no whole answer within 3 s", why, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateHandler_NoProxySet_TakesNoneFromTheEnvironmentAndNoCookies()
    {
        var options = new FetchingOptions();
        using var handler = WebClient.CreateHandler(new AddressGuard(Options.Create(options)), options);

        Assert.Equal((false, false, false), (handler.UseProxy, handler.UseCookies, handler.AllowAutoRedirect));
    }

    [Fact]
    public async Task Fetch_HeadersThatDribble_AreGivenUp()
    {
        var why = await FetchWhyAsync(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nX-Slow: ");
            await DribbleAsync(connection);
        }, ShortHeaders);

        Assert.Contains("no answer within 2 s", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_Silence_IsGivenUp() =>
        Assert.Contains("no answer within 2 s", await FetchWhyAsync(connection => Task.Delay(Timeout.InfiniteTimeSpan, connection.Stop), ShortHeaders), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "without an answer")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n", "does not answer in proper HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n<rss>", "broke off")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", "does not answer in proper HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss>", "broke off")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", "broke off")]
    public async Task Fetch_NoWholeAnswer_FailsInWords(string sent, string words) =>
        Assert.Contains(words, await FetchWhyAsync(connection => connection.WriteAsync(sent)), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Fetch_HeadersOfAMegabyte_AreRefused()
    {
        var why = await FetchWhyAsync(connection => connection.WriteAsync($"HTTP/1.1 200 OK\r\nX-Huge: {new string('h', 1 << 20)}\r\nContent-Length: 0\r\n\r\n"));

        Assert.Contains("headers of the answer are too large", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_CutAtEachByte_NeverPassesForAFeed()
    {
        var answer = $"HTTP/1.1 200 OK\r\nContent-Length: {Feed.Length}\r\nETag: \"half\"\r\n\r\n{Feed}";
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(answer[..(connection.Number - 1)]);
        });
        using var net = new Net();
        for (var length = 0; length < answer.Length; length++)
        {
            Assert.IsType<FetchResult.Failed>(await net.FetchAsync(server.Address));
        }

        Assert.IsType<FetchResult.Changed>(await net.FetchAsync(server.Address));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_ResetBeforeOrInTheAnswer_Fails(bool before)
    {
        var result = await FetchAsync(async connection =>
        {
            await connection.WriteAsync(before ? "" : "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss>");
            connection.Reset();
        });

        Assert.IsType<FetchResult.Failed>(result);
    }

    [Fact]
    public async Task Fetch_MoreBytesThanSaid_AreNeverReadAsTheNextAnswer()
    {
        await using var server = new RawServer(async connection =>
        {
            while (await connection.ReadRequestAsync() is { Length: > 0 })
            {
                await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Feed.Length}\r\n\r\n{Feed}HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled");
            }
        });
        using var net = new Net();

        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(Feed, Text(await net.FetchAsync(server.Address)));
        }
    }

    [Fact]
    public async Task Fetch_KeptConnectionClosedByTheServer_IsAskedAgainOnANewOne()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.AnswerAsync(Feed);
            if (connection.Number == 1)
            {
                await connection.ReadRequestAsync(); // and close it without a word
            }
        });
        using var net = new Net();

        Assert.Equal(Feed, Text(await net.FetchAsync(server.Address)));
        Assert.Equal(Feed, Text(await net.FetchAsync(server.Address)));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Fetch_ConnectionClosedAtTheFirstRequest_IsNotAskedAgain()
    {
        await using var server = new RawServer(connection => connection.ReadRequestAsync());
        using var net = new Net();

        Assert.IsType<FetchResult.Failed>(await net.FetchAsync(server.Address));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Fetch_Chunked_IsReadWhole()
    {
        var result = await FetchAsync(connection => connection.WriteAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n6\r\n</rss>\r\n0\r\n\r\n"));

        Assert.Equal("<rss></rss>", Text(result));
    }

    [Fact]
    public void CreateHandler_SpeaksNoOldTls()
    {
        var options = new FetchingOptions();
        using var handler = WebClient.CreateHandler(new AddressGuard(Options.Create(options)), options);

        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, handler.SslOptions.EnabledSslProtocols);
        Assert.Null(handler.SslOptions.RemoteCertificateValidationCallback);
    }

    [Fact]
    public async Task Fetch_Http2_IsSpokenWhereTheServerOffersIt()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(certificate);
        }));
        await using var app = builder.Build();
        app.Run(context => context.Response.WriteAsync($"<rss>{context.Request.Protocol}</rss>"));
        await app.StartAsync(Token);
        using var net = new Net(handler => handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString(),
        });

        Assert.Equal("<rss>HTTP/2</rss>", Text(await net.FetchAsync(new Uri(app.Urls.First() + "/feed"))));
        using var strict = new Net();
        Assert.Contains("certificate", Why(await strict.FetchAsync(new Uri(app.Urls.First() + "/feed"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_LoopbackNotAllowed_IsRefusedWithoutAConnection()
    {
        await using var server = new RawServer(connection => connection.AnswerAsync(Feed));
        using var net = new Net(chosen: new FetchingOptions());

        Assert.Equal(FetchFault.Refused, Assert.IsType<FetchResult.Failed>(await net.FetchAsync(server.Address)).Fault);
        Assert.Equal(0, server.Connections);
    }

    private static async Task DribbleAsync(RawServer.Connection connection)
    {
        while (true)
        {
            await connection.WriteAsync("z");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, connection.Stop);
        }
    }

    private static Task<FetchResult> FetchOnceAsync(byte[] body, string headers) => FetchAsync(async connection =>
    {
        await connection.WriteAsync($"HTTP/1.1 200 OK\r\n{headers}Content-Length: {body.Length}\r\n\r\n");
        await connection.WriteAsync(body);
    });

    private static async Task<string> FetchWhyAsync(Func<RawServer.Connection, Task> answer, FetchingOptions? chosen = null) => Why(await FetchAsync(answer, chosen));

    private static async Task<FetchResult> FetchAsync(Func<RawServer.Connection, Task> answer, FetchingOptions? chosen = null)
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadRequestAsync();
            await answer(connection);
        });
        using var net = new Net(chosen: chosen);
        return await net.FetchAsync(server.Address);
    }

    private static string Why(FetchResult result) => Assert.IsType<FetchResult.Failed>(result).Why;

    private static string Text(FetchResult result) => Encoding.UTF8.GetString(Assert.IsType<FetchResult.Changed>(result).Body.Span);

    /// <summary>The real way out, allowed to reach loopback unless the options say otherwise.</summary>
    private sealed class Net : IDisposable
    {
        private readonly WebClient _client;
        private readonly FeedFetcher _fetcher;

        public Net(Action<SocketsHttpHandler>? configure = null, FetchingOptions? chosen = null)
        {
            var options = Options.Create(chosen ?? Patient);
            var guard = new AddressGuard(options);
            var gate = new HostGate(options, TimeProvider.System);
            var handler = WebClient.CreateHandler(guard, options.Value);
            configure?.Invoke(handler);
            _client = new WebClient(handler, guard, gate, options, TimeProvider.System);
            _fetcher = new FeedFetcher(_client, new RobotsCache(_client, options, TimeProvider.System), gate, options, TimeProvider.System);
        }

        public Task<FetchResult> FetchAsync(Uri address) =>
            _fetcher.FetchAsync(new FeedState { Id = FeedId.Of(address), Address = address, NextPoll = default }, Token);

        public void Dispose() => _client.Dispose();
    }
}
