using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Hosting;

/// <summary>What may lie in the files of a certificate, and what is said where they cannot be used.</summary>
public sealed class ServiceCertificateTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestCertificates _authority = new();

    [Fact]
    public void Load_OfPemInTwoFilesOrOneOrPfx_HasKeyAndChain()
    {
        var (chain, key) = _authority.Issue();
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var locked = another.ExportEncryptedPkcs8PrivateKeyPem("open", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        var lockedChain = _authority.Issue(another).Chain;

        foreach (var certificate in (ServiceCertificate[])
            [
                Load(Write("chain.pem", chain), Write("key.pem", key)),
                Load(Write("all.pem", key + "\n" + chain)),
                Load(Write("chain2.pem", lockedChain), Write("key2.pem", locked), "open"),
                Load(Write("all.pfx", _authority.IssuePfx("open")), password: "open"),
            ])
        {
            Assert.True(certificate.Leaf.HasPrivateKey);
            Assert.Equal("CN=Test Intermediate", Assert.Single(certificate.Context.IntermediateCertificates).Subject);
            Assert.Equal(64, certificate.Fingerprint.Length);
        }
    }

    [Fact]
    public void Load_WithoutHttps_NeedsNone() =>
        Assert.Null(ServiceCertificate.Load(new HostingOptions { Listen = "http://127.0.0.1:5080;http://[::1]:5080", Certificate = "/nowhere/cert.pem" }));

    [Fact]
    public void Load_OfWhatCannotBeUsed_SaysWhichSettingAndWhy()
    {
        var (chain, key) = _authority.Issue();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var locked = other.ExportEncryptedPkcs8PrivateKeyPem("open", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        var pem = Write("chain.pem", chain);
        var pfx = Write("all.pfx", _authority.IssuePfx("open"));

        Says("Hosting:Listen=\"https://127.0.0.1:5443\" cannot be used: https needs a certificate; name its file (PFX or PEM) in Hosting:Certificate", null);
        Says($"Hosting:Certificate=\"{_folder.Path}/missing.pem\" cannot be used: there is no such file", Path.Combine(_folder.Path, "missing.pem"));
        Says($"Hosting:CertificateKey=\"{_folder.Path}/missing.key\" cannot be used: there is no such file", pem, Path.Combine(_folder.Path, "missing.key"));
        Says($"Hosting:Certificate=\"{pem}\" cannot be used: there is no private key in it; name the file of the key in Hosting:CertificateKey", pem);
        Says($"Hosting:CertificateKey=\"{pem}\" cannot be used: there is no private key in it", pem, pem);
        Says($"Hosting:Certificate=\"{_folder.Path}/key.pem\" cannot be used: there is no certificate in it", Write("key.pem", key));
        Says("its first certificate and its private key do not belong together, or cannot be read", pem, Write("other.pem", other.ExportPkcs8PrivateKeyPem()));
        Says("its private key needs a password; give it in Hosting:CertificatePassword", pem, Write("locked.pem", locked));
        Says("the password in Hosting:CertificatePassword does not open its private key", pem, Write("locked.pem", locked), "wrong");
        Says($"Hosting:Certificate=\"{pfx}\" cannot be used: the password in Hosting:CertificatePassword does not open it", pfx, password: "wrong");
        Says("the password in Hosting:CertificatePassword does not open it", pfx);
        Says("expected a PFX file, or a PEM file", Write("der.cer", _authority.Root.Export(X509ContentType.Cert)));
        Says("does not open it, or it is no PFX or PEM file", Write("text.pem", "hello"));

        void Says(string expected, string? certificate, string? keyFile = null, string? password = null)
        {
            var fault = Assert.Throws<StartException>(() => Load(certificate, keyFile, password));
            Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Refresh_OfRenewedFiles_ShowsTheNewAndOfBrokenOnesTheOld()
    {
        var (chain, key) = _authority.Issue();
        var (chainFile, keyFile) = (Write("chain.pem", chain), Write("key.pem", key));
        var certificate = Load(chainFile, keyFile);
        var first = certificate.Fingerprint;
        Assert.False(certificate.Refresh());

        (chain, key) = _authority.Issue();
        Write("chain.pem", chain);
        Assert.Throws<StartException>(() => certificate.Refresh()); // its key is still the old one
        Assert.Equal(first, certificate.Fingerprint);
        Write("key.pem", key);

        Assert.True(certificate.Refresh());
        Assert.NotEqual(first, certificate.Fingerprint);
        Assert.False(certificate.Refresh());
    }

    [Theory]
    [InlineData("https://news.example.org/news/", null)]
    [InlineData("https://127.0.0.1:5443", null)]
    [InlineData("http://elsewhere.example", null)]
    [InlineData("https://elsewhere.example", "it is not for elsewhere.example, the host of Hosting:PublicAddress")]
    public void FindDoubts_AnotherHost_IsTold(string publicAddress, string? doubt)
    {
        var (chain, key) = _authority.Issue();

        Assert.Equal(doubt is null ? [] : [doubt], Load(Write("all.pem", chain + key)).FindDoubts(new Uri(publicAddress), TestStories.Morning));
    }

    [Fact]
    public void FindDoubts_Expired_IsTold()
    {
        var (chain, key) = _authority.Issue(until: TestStories.Morning);
        var certificate = Load(Write("all.pem", chain + key));

        Assert.Empty(certificate.FindDoubts(null, TestStories.Morning.AddSeconds(-1)));
        Assert.Equal(["it expired on 2026-11-24 08:00 UTC, and readers refuse it"], certificate.FindDoubts(null, TestStories.Morning));
        Assert.Equal(["it holds from 2020-01-01 00:00 UTC on, and readers refuse it until then"], certificate.FindDoubts(null, new DateTimeOffset(2019, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static ServiceCertificate Load(string? certificate, string? key = null, string? password = null) =>
        ServiceCertificate.Load(new HostingOptions { Listen = "https://127.0.0.1:5443", Certificate = certificate, CertificateKey = key, CertificatePassword = password })!;

    private string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
