using System.Buffers;
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
    public static string Of(int bytes, params ReadOnlySpan<string?> parts)
    {
        var chars = 0;
        foreach (var part in parts)
        {
            chars += 1 + (part?.Length ?? 0);
        }

        var joined = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(chars));
        var length = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0)
            {
                joined[length++] = 0x1F;
            }

            length += Encoding.UTF8.GetBytes(parts[i], joined.AsSpan(length));
        }

        var hash = Of(bytes, joined.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(joined);
        return hash;
    }

    /// <summary>The first <paramref name="bytes"/> bytes (1 to 32) of SHA-256 over <paramref name="content"/>, in lower-case hex.</summary>
    public static string Of(int bytes, ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Convert.ToHexStringLower(hash[..bytes]);
    }
}
