using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The service speaks TLS itself: with readers, and with its own command line.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Https = "https://127.0.0.1:0";

    private readonly TestFolder _folder = new();
    private readonly TestCertificates _authority = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A reader trusts the root only: the rest of the chain must come with the certificate.</summary>
    [Fact]
    public async Task Readers_OverTls_GetTheChainAndLinksToHttps()
    {
        Renew();
        await using var service = await StartAsync(Https);
        using var reader = Reader(service.Client.BaseAddress!);

        using var feed = await reader.GetAsync(new Uri("/feed.atom", UriKind.Relative), Token);

        Assert.Contains($"href=\"{service.Client.BaseAddress}feed.atom\"", await feed.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.StartsWith("https:", service.Client.BaseAddress!.AbsoluteUri, StringComparison.Ordinal);
        Assert.False(feed.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("https://news.example.org", "news.example.org", true)]
    [InlineData("https://news.example.org", "127.0.0.1", false)]
    [InlineData("http://news.example.org", "news.example.org", false)]
    public async Task StrictTransport_IsSaidOfThePublicHostOnly(string publicAddress, string asked, bool isSaid)
    {
        Renew();
        await using var service = await StartAsync($"http://127.0.0.1:0;{Https}", ("Hosting:PublicAddress", publicAddress));
        var addresses = service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Assert.Equal(2, addresses.Count);

        foreach (var address in addresses.Select(address => new Uri(address)))
        {
            using var reader = Reader(address);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = asked } };
            request.Headers.Add("X-Forwarded-Proto", "https");
            using var answer = await reader.SendAsync(request, Token);
            Assert.True(answer.IsSuccessStatusCode);
            Assert.Equal(isSaid && address.Scheme == "https", answer.Headers.Contains("Strict-Transport-Security"));
        }
    }

    [Fact]
    public async Task Certificate_Renewed_IsShownWithoutARestart()
    {
        Renew();
        await using var service = await StartAsync(Https);
        var endpoint = Path.Combine(_folder.Data, "service.json");
        var before = await ShownAsync(service.Client.BaseAddress!);
        await Eventually.HoldsAsync(async () => await ServiceEndpoint.FindAsync(endpoint, Token) is not null);
        Assert.Equal(before, ServiceEndpoint.Read(endpoint)!.Certificate);

        Renew();

        await Eventually.HoldsAsync(async () => await ShownAsync(service.Client.BaseAddress!) != before);
        await Eventually.HoldsAsync(async () => await ServiceEndpoint.FindAsync(endpoint, Token) is not null);
        Assert.Equal(await ShownAsync(service.Client.BaseAddress!), ServiceEndpoint.Read(endpoint)!.Certificate);
    }

    /// <summary>Whoever issued the certificate: the command line knows it by its fingerprint, and takes no other.</summary>
    [Fact]
    public async Task CommandLine_OverTls_ReachesItsServiceAndNoOther()
    {
        Renew();
        await File.WriteAllTextAsync(_folder.Feeds, """{"feeds":[]}""", Token);
        using var service = AggregatorProcess.Start(
            _folder, "run", "--set", $"Hosting:Listen={Https}", "--set", $"Hosting:Certificate={_folder.Path}/chain.pem", "--set", $"Hosting:CertificateKey={_folder.Path}/key.pem");
        var endpoint = await service.ListeningAsync(_folder);

        var (exit, output) = await AggregatorProcess.RunAsync(_folder, "feeds", "list", "--json");
        var elsewhere = Path.Combine(_folder.Path, "elsewhere.json");
        (endpoint with { Certificate = new string('0', 64) }).Write(elsewhere);
        var other = await ServiceEndpoint.FindAsync(elsewhere, Token);
        (endpoint with { Certificate = null }).Write(elsewhere);
        var unknown = await ServiceEndpoint.FindAsync(elsewhere, Token);

        Assert.Equal("https", endpoint.Address.Scheme);
        Assert.True(exit == 0, output + service.Log);
        Assert.Contains("\"feeds\":[]", output, StringComparison.Ordinal);
        Assert.Null(other);
        Assert.Null(unknown);
        Assert.Contains($"serves on {endpoint.Address}", service.Log, StringComparison.Ordinal);
    }

    /// <summary>The first words of a client that knows nothing newer than TLS 1.1 (RFC 4346), or 1.0, said byte by byte: today's libraries refuse to say them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task OldTls_IsNotSpoken(byte version)
    {
        Renew();
        await using var service = await StartAsync(Https);
        byte[] ciphers = [0xC0, 0x13, 0xC0, 0x14, 0x00, 0x2F, 0x00, 0x35, 0x00, 0x0A];
        byte[] words = [3, version, .. new byte[32], 0, 0, (byte)ciphers.Length, .. ciphers, 1, 0];
        byte[] hello = [0x16, 3, 1, 0, (byte)(words.Length + 4), 1, 0, 0, (byte)words.Length, .. words];
        using var client = new TcpClient();
        await client.ConnectAsync(service.Client.BaseAddress!.Host, service.Client.BaseAddress.Port, Token);
        await client.GetStream().WriteAsync(hello, Token);

        var answer = new byte[1];
        var length = 0;
        try
        {
            length = await client.GetStream().ReadAsync(answer, Token);
        }
        catch (IOException)
        {
            // broken off without a word
        }

        const byte Handshake = 0x16;
        Assert.True(length == 0 || answer[0] != Handshake, "the server went on");
    }

    [Fact]
    public async Task Start_CertificateThatCannotBeUsed_SaysSoAndLeavesTheFolderFree()
    {
        Renew();
        var fault = await Assert.ThrowsAsync<StartException>(() => RunningService.StartAsync(_folder, """{"feeds":[]}""", ("Hosting:Listen", Https), ("Hosting:Certificate", Path.Combine(_folder.Path, "chain.pem"))));
        await using var afterwards = await StartAsync(Https);

        Assert.Contains("name the file of the key in Hosting:CertificateKey", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private Task<RunningService> StartAsync(string listen, params (string, string)[] more) => RunningService.StartAsync(
        _folder, """{"feeds":[]}""", [("Hosting:Listen", listen), ("Hosting:Certificate", Path.Combine(_folder.Path, "chain.pem")), ("Hosting:CertificateKey", Path.Combine(_folder.Path, "key.pem")), .. more]);

    private void Renew()
    {
        var (chain, key) = _authority.Issue();
        File.WriteAllText(Path.Combine(_folder.Path, "chain.pem"), chain);
        File.WriteAllText(Path.Combine(_folder.Path, "key.pem"), key);
    }

    private HttpClient Reader(Uri address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions =
        {
            EnabledSslProtocols = SslProtocols.Tls12,
            TargetHost = "news.example.org",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _authority.Root },
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    })
    {
        BaseAddress = address,
    };

    /// <summary>The fingerprint of what a new connection is shown.</summary>
    private static async Task<string> ShownAsync(Uri address)
    {
        var shown = "";
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    shown = ServiceCertificate.FingerprintOf(certificate!);
                    return certificate is not null;
                },
            },
        });
        Assert.Equal("ok", await client.GetStringAsync(new Uri(address, "/healthz"), Token));
        return shown;
    }
}
