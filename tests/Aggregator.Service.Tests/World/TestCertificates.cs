using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aggregator.Service.Tests.World;

/// <summary>An authority of a test's own, which issues certificates for this machine by way of an intermediate one, as authorities do.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _intermediate;

    public TestCertificates()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = Authority("CN=Test Root", rootKey);
        Root = root.CreateSelfSigned(Begin, End);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Authority("CN=Test Intermediate", key).Create(Root, Begin, End, RandomNumberGenerator.GetBytes(8));
        _intermediate = issued.CopyWithPrivateKey(key);
    }

    /// <summary>What clients trust.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>A certificate for this machine and news.example.org, with its chain and its key, as texts.</summary>
    public (string Chain, string Key) Issue(ECDsa? key = null, DateTimeOffset? until = null)
    {
        using var leaf = IssueWithKey(key, until);
        return ($"{leaf.ExportCertificatePem()}\n{_intermediate.ExportCertificatePem()}\n", leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The same as a PFX file behind a password.</summary>
    public byte[] IssuePfx(string password)
    {
        using var leaf = IssueWithKey(null, null);
        using var alone = X509CertificateLoader.LoadCertificate(_intermediate.RawData);
        return new X509Certificate2Collection { leaf, alone }.Export(X509ContentType.Pkcs12, password)!;
    }

    public void Dispose()
    {
        Root.Dispose();
        _intermediate.Dispose();
    }

    private X509Certificate2 IssueWithKey(ECDsa? given, DateTimeOffset? until)
    {
        using var key = given ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("news.example.org");
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_intermediate, Begin, until ?? End, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
