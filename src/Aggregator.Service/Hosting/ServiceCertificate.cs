using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Aggregator.Model.Text;

namespace Aggregator.Service.Hosting;

/// <summary>
/// The certificate that the service shows over TLS, with the chain its file holds: a PFX file, or a PEM file with the key in it or in another. It is read anew when
/// a file changes; connections that are open keep the one they began with. Safe for concurrent use.
/// </summary>
public sealed class ServiceCertificate
{
    private readonly string _path;
    private readonly string? _keyPath;
    private readonly string? _password;
    private volatile Shown _shown;

    private ServiceCertificate(HostingOptions options)
    {
        _path = Path.GetFullPath(options.Certificate!);
        _keyPath = string.IsNullOrEmpty(options.CertificateKey) ? null : Path.GetFullPath(options.CertificateKey);
        _password = string.IsNullOrEmpty(options.CertificatePassword) ? null : options.CertificatePassword;
        _shown = Read();
    }

    /// <summary>The file.</summary>
    public string File => _path;

    /// <summary>The certificate alone.</summary>
    public X509Certificate2 Leaf => _shown.Leaf;

    /// <summary>The certificate with its chain, as it is sent.</summary>
    public SslStreamCertificateContext Context => _shown.Context;

    /// <summary>SHA-256 of the certificate, in hex: no other has it.</summary>
    public string Fingerprint => FingerprintOf(Leaf);

    /// <summary>The certificate that the settings name. Null: the service listens without TLS.</summary>
    /// <exception cref="StartException">There is none, or it cannot be used.</exception>
    public static ServiceCertificate? Load(HostingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.ListensWithTls)
        {
            return null;
        }

        return string.IsNullOrEmpty(options.Certificate)
            ? throw new StartException($"{HostingOptions.Section}:{nameof(HostingOptions.Listen)}=\"{options.Listen}\" cannot be used: https needs a certificate; name its file (PFX or PEM) in {Setting}")
            : new ServiceCertificate(options);
    }

    /// <summary>SHA-256 of a certificate, in hex.</summary>
    public static string FingerprintOf(X509Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }

    /// <summary>Takes another certificate into use if its files changed. True: they did.</summary>
    /// <exception cref="StartException">What the files hold now cannot be used; the one before is still shown.</exception>
    public bool Refresh()
    {
        var (certificate, key) = ReadFiles();
        if (VersionOf(certificate, key) == _shown.Version)
        {
            return false;
        }

        _shown = Read();
        return true;
    }

    /// <summary>What is doubtful about the certificate, for the operator to know: it is shown all the same.</summary>
    public IEnumerable<string> FindDoubts(Uri? publicAddress, DateTimeOffset now)
    {
        var leaf = Leaf;
        if (leaf.NotAfter.ToUniversalTime() <= now.UtcDateTime)
        {
            yield return FormattableString.Invariant($"it expired on {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC, and readers refuse it");
        }

        if (leaf.NotBefore.ToUniversalTime() > now.UtcDateTime)
        {
            yield return FormattableString.Invariant($"it holds from {leaf.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC on, and readers refuse it until then");
        }

        if (publicAddress is { } home && home.Scheme == Uri.UriSchemeHttps && !leaf.MatchesHostname(home.IdnHost.Trim('[', ']'), allowCommonName: false))
        {
            yield return $"it is not for {home.Host}, the host of {HostingOptions.Section}:{nameof(HostingOptions.PublicAddress)}";
        }
    }

    private const string Setting = $"{HostingOptions.Section}:{nameof(HostingOptions.Certificate)}";
    private const string KeySetting = $"{HostingOptions.Section}:{nameof(HostingOptions.CertificateKey)}";
    private const string PasswordSetting = $"{HostingOptions.Section}:{nameof(HostingOptions.CertificatePassword)}";

    private Shown Read()
    {
        var (certificate, key) = ReadFiles();
        var text = Encoding.UTF8.GetString(certificate);
        var (leaf, others) = text.Contains("-----BEGIN ", StringComparison.Ordinal) ? ReadPem(text, key is null ? text : Encoding.UTF8.GetString(key)) : ReadPfx(certificate);

        // Offline: a start must not hang on the authority's servers.
        return new Shown(leaf, SslStreamCertificateContext.Create(leaf, others, offline: true), VersionOf(certificate, key));
    }

    private (byte[] Certificate, byte[]? Key) ReadFiles() => (ReadFile(_path, Setting), _keyPath is null ? null : ReadFile(_keyPath, KeySetting));

    private (X509Certificate2 Leaf, X509Certificate2Collection Others) ReadPem(string text, string keyText)
    {
        if (!keyText.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw _keyPath is null
                ? Fault(Setting, _path, $"there is no private key in it; name the file of the key in {KeySetting}")
                : Fault(KeySetting, _keyPath, "there is no private key in it");
        }

        var isLocked = keyText.Contains("ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);
        if (isLocked && _password is null)
        {
            throw Fault(_keyPath is null ? Setting : KeySetting, _keyPath ?? _path, $"its private key needs a password; give it in {PasswordSetting}");
        }

        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(text);
            if (all.Count == 0)
            {
                throw Fault(Setting, _path, "there is no certificate in it");
            }

            using var leaf = isLocked ? X509Certificate2.CreateFromEncryptedPem(text, keyText, _password) : X509Certificate2.CreateFromPem(text, keyText);

            // TLS on Windows does not take a key that lies in memory only.
            return (X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null), [.. all.Skip(1)]);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw Fault(Setting, _path, isLocked
                ? $"the password in {PasswordSetting} does not open its private key, or the key belongs to another certificate"
                : "its first certificate and its private key do not belong together, or cannot be read", fault);
        }
    }

    private (X509Certificate2 Leaf, X509Certificate2Collection Others) ReadPfx(byte[] bytes)
    {
        X509Certificate2Collection all;
        try
        {
            if (X509Certificate2.GetCertContentType(bytes) != X509ContentType.Pkcs12)
            {
                throw Fault(Setting, _path, "expected a PFX file, or a PEM file (-----BEGIN CERTIFICATE-----)");
            }

            all = X509CertificateLoader.LoadPkcs12Collection(bytes, _password);
        }
        catch (CryptographicException fault)
        {
            throw Fault(Setting, _path, $"the password in {PasswordSetting} does not open it, or it is no PFX or PEM file", fault);
        }

        return all.FirstOrDefault(certificate => certificate.HasPrivateKey) is { } leaf
            ? (leaf, [.. all.Where(certificate => certificate != leaf)])
            : throw Fault(Setting, _path, "there is no private key in it");
    }

    private static byte[] ReadFile(string path, string setting)
    {
        try
        {
            return System.IO.File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Fault(setting, path, fault is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : fault.Message, fault);
        }
    }

    /// <summary>By content: what a file system says of times, and of links in the way, is not the same everywhere.</summary>
    private static string VersionOf(byte[] certificate, byte[]? key) => ContentHash.Of(32, certificate) + (key is null ? "" : ContentHash.Of(32, key));

    private static StartException Fault(string setting, string path, string why, Exception? cause = null) => cause is null
        ? new StartException($"{setting}=\"{path}\" cannot be used: {why}")
        : new StartException($"{setting}=\"{path}\" cannot be used: {why}", cause);

    private sealed record Shown(X509Certificate2 Leaf, SslStreamCertificateContext Context, string Version);
}
