using System.Security.Cryptography;
using System.Text;

namespace Aggregator.Service.Hosting;

/// <summary>The key of the command line on this machine. New at every start; lies in the data folder. Other programs have keys of their own (<see cref="Doors.ApiKeys"/>).</summary>
/// <param name="Value">32 random bytes in hex.</param>
public sealed record ServiceKey(string Value)
{
    /// <summary>The header that carries the key.</summary>
    public const string Header = "X-Aggregator-Key";

    /// <summary>The header that asks for a proof of the key: any text.</summary>
    public const string ChallengeHeader = "X-Aggregator-Challenge";

    /// <summary>The header that answers it.</summary>
    public const string ProofHeader = "X-Aggregator-Proof";

    /// <summary>A fresh key.</summary>
    public static ServiceKey New() => new(RandomHex());

    /// <summary>A fresh challenge.</summary>
    public static string NewChallenge() => RandomHex();

    /// <summary>The answer to a challenge that only a holder of the key can give, and that does not give the key away (HMAC, RFC 2104).</summary>
    public string Prove(string challenge) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Value), Encoding.UTF8.GetBytes(challenge)));

    /// <summary>Whether a text is the key; takes as long for a near miss as for a far one.</summary>
    public bool Is(string text) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Value));

    private static string RandomHex() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
