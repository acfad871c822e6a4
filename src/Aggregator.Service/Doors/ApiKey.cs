using System.Security.Cryptography;
using System.Text;

namespace Aggregator.Service.Doors;

/// <summary>What a key opens.</summary>
public enum KeyScope
{
    /// <summary>Reading, where that needs a key.</summary>
    Read,

    /// <summary>Everything: reading, changing, and what only the operator is told.</summary>
    Change,
}

/// <summary>
/// A key as it is kept: without its secret, of which a hash is left. The secret is 32 random bytes, which nobody finds by trying, however fast a try is; so the hash is
/// SHA-256 and not one of the slow ones that passwords need, and checking a key costs nothing that an attacker could use up.
/// </summary>
public sealed record ApiKey
{
    /// <summary>What the text of every key begins with, so that scanners for leaked secrets find it.</summary>
    public const string Prefix = "agg_";

    private const int IdLength = 12;

    /// <summary>What names the key; the part of its text that is no secret.</summary>
    public required string Id { get; init; }

    /// <summary>What the operator calls it.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the secret part, in hex.</summary>
    public required string Hash { get; init; }

    /// <summary>What it opens.</summary>
    public required KeyScope Scope { get; init; }

    /// <summary>Of a key for reading: the only feeds it opens, as "feeds/ip-watch" or "topics/ai". Empty: all.</summary>
    public IReadOnlyList<string> Feeds { get; init; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset Made { get; init; }

    /// <summary>From when on it opens nothing. Null: it is good until it is revoked.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The UTC day it was last used, no finer: more would be a diary of whoever has it. Null: never.</summary>
    public DateOnly? LastUsed { get; init; }

    /// <summary>Makes the text of a new key, and what is kept of it.</summary>
    public static (string Text, string Id, string Hash) New()
    {
        var (id, secret) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2)), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        return ($"{Prefix}{id}_{secret}", id, HashOf(secret));
    }

    /// <summary>The id and the secret of a key's text. Of any other text, an id that no key has.</summary>
    public static (string Id, string Secret) Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const int SecretAt = 4 + IdLength + 1;
        return text.Length > SecretAt && text.StartsWith(Prefix, StringComparison.Ordinal) && text[SecretAt - 1] == '_'
            ? (text[Prefix.Length..(SecretAt - 1)], text[SecretAt..])
            : ("", text);
    }

    /// <summary>The hash that is kept of a secret.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
