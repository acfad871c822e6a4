using System.Security.Cryptography;
using System.Text;

namespace Aggregator.Service.Hub;

/// <summary>Checks that a pushed document comes from the hub that was given the secret (W3C WebSub section 7.1). Pure.</summary>
internal static class PushSignature
{
    /// <summary>
    /// Whether <paramref name="header"/>, X-Hub-Signature as sent ("sha256=..."), is the HMAC of the body. Takes as long for a near miss
    /// as for a far one. A method not known, or no header, is no signature.
    /// </summary>
    public static bool IsGood(string? header, string secret, ReadOnlySpan<byte> body)
    {
        var parts = (header ?? "").Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts.Length != 2)
        {
            return false;
        }

        var key = Encoding.UTF8.GetBytes(secret);
#pragma warning disable CA5350 // SHA-1 is what most hubs of today sign with; as an HMAC it is not known to be broken.
        var expected = parts[0].ToLowerInvariant() switch
        {
            "sha1" => HMACSHA1.HashData(key, body),
            "sha256" => HMACSHA256.HashData(key, body),
            "sha384" => HMACSHA384.HashData(key, body),
            "sha512" => HMACSHA512.HashData(key, body),
            _ => null,
        };
#pragma warning restore CA5350
        return expected is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(parts[1].ToLowerInvariant()), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)));
    }
}
