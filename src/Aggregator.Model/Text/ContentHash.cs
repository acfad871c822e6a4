using System.Security.Cryptography;
using System.Text;

namespace Aggregator.Model.Text;

/// <summary>Short, stable fingerprints. Equal on every machine, version and run.</summary>
public static class ContentHash
{
    /// <summary>
    /// The first <paramref name="bytes"/> bytes of SHA-256 over the parts, in lower-case hex. The parts are joined by U+001F, so
    /// ("ab", "c") and ("a", "bc") differ. A null part counts as empty.
    /// </summary>
    public static string Of(int bytes, params ReadOnlySpan<string?> parts) =>
        Of(bytes, Encoding.UTF8.GetBytes(string.Join('\u001f', parts!)));

    /// <summary>The first <paramref name="bytes"/> bytes (1 to 32) of SHA-256 over <paramref name="content"/>, in lower-case hex.</summary>
    public static string Of(int bytes, ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Convert.ToHexStringLower(hash[..bytes]);
    }
}
