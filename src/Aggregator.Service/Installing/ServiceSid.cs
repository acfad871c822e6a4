using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Aggregator.Service.Installing;

/// <summary>
/// The identity that Windows gives a service: made of its name alone, so that folders can be opened to it before it exists. The account NT SERVICE\name has it.
/// </summary>
internal static class ServiceSid
{
    /// <summary>S-1-5-80 and the five words of the SHA-1 of the name in capitals ("sc showsid" says the same).</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Windows has defined it so; nothing is protected by it.")]
    public static string Of(string service)
    {
        var hash = SHA1.HashData(Encoding.Unicode.GetBytes(service.ToUpperInvariant()));
        return "S-1-5-80" + string.Concat(Enumerable.Range(0, 5).Select(word => string.Create(CultureInfo.InvariantCulture, $"-{BitConverter.ToUInt32(hash, word * 4)}")));
    }
}
