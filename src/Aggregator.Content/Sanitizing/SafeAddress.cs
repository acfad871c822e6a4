using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Aggregator.Model.Text;

namespace Aggregator.Content.Sanitizing;

/// <summary>Makes the addresses in strangers' HTML absolute and harmless, and frees links of tracking parameters.</summary>
internal static class SafeAddress
{
    /// <summary>Browsers cut longer ones; no article needs them.</summary>
    private const int MaxLength = 8192;

    /// <summary>
    /// The absolute form of <paramref name="written"/>; null when it cannot be resolved or its scheme is not http, https or, for a link,
    /// mailto. White space and control characters inside are ignored, as browsers do. Tracking parameters are cut from links only:
    /// what a page loads by itself may be signed, parameter by parameter.
    /// </summary>
    public static string? Of(string? written, Uri? baseAddress, bool isLink)
    {
        if (string.IsNullOrWhiteSpace(written) || written.Length > MaxLength)
        {
            return null;
        }

        var text = WithoutControls(written.Trim());
        if (!(baseAddress is null ? Uri.TryCreate(text, UriKind.Absolute, out var address) : Uri.TryCreate(baseAddress, text, out address))
            || !address.IsAbsoluteUri)
        {
            return null;
        }

        if (address.Scheme == Uri.UriSchemeMailto)
        {
            return isLink ? address.AbsoluteUri : null;
        }

        return !IsWeb(address) ? null : isLink ? AddressKey.WithoutTracking(address).AbsoluteUri : address.AbsoluteUri;
    }

    /// <summary>Whether an address is absolute, http or https, and names a host.</summary>
    public static bool IsWeb([NotNullWhen(true)] Uri? address) =>
        address is { IsAbsoluteUri: true, Host.Length: > 0 } && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);

    /// <summary>A <c>srcset</c> with each candidate cleaned like <see cref="Of"/>; null when none is left.</summary>
    public static string? OfSet(string? written, Uri? baseAddress)
    {
        var candidates = new List<string>();
        var rest = (written ?? "").AsSpan().TrimStart(" \t\r\n\f,");
        while (rest.Length > 0 && candidates.Count < 50)
        {
            var end = rest.IndexOfAny(" \t\r\n\f");
            end = end < 0 ? rest.Length : end;
            var address = rest[..end];
            var descriptor = ReadOnlySpan<char>.Empty;
            rest = rest[end..];
            if (!address.EndsWith(','))
            {
                var comma = rest.IndexOf(',');
                comma = comma < 0 ? rest.Length : comma;
                descriptor = rest[..comma].Trim();
                rest = rest[comma..];
            }

            rest = rest.TrimStart(" \t\r\n\f,");
            if (Of(address.TrimEnd(',').ToString(), baseAddress, isLink: false)?.TrimEnd(',') is { } safe && IsDescriptor(descriptor))
            {
                candidates.Add(descriptor.IsEmpty ? safe : $"{safe} {descriptor}");
            }
        }

        return candidates.Count == 0 ? null : string.Join(", ", candidates);
    }

    private static bool IsDescriptor(ReadOnlySpan<char> descriptor) =>
        descriptor.IsEmpty || (descriptor.Length < 12 && descriptor[^1] is 'w' or 'x' or 'h' && double.TryParse(descriptor[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _));

    private static string WithoutControls(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        foreach (var c in text.Where(c => !char.IsControl(c)))
        {
            kept.Append(c);
        }

        return kept.ToString();
    }
}
