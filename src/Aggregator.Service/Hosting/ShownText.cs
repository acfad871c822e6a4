using System.Text.RegularExpressions;
using Aggregator.Model.Text;

namespace Aggregator.Service.Hosting;

/// <summary>The value of a setting as it may be shown and logged: addresses without user, password and what looks like a secret in their queries.</summary>
internal static partial class ShownText
{
    /// <summary>A value that may be an address, of whatever scheme.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isAddress">Whether it is meant to be one, so that "user:password@host" is taken for one without a scheme.</param>
    public static string Of(string value, bool isAddress = false)
    {
        if (value.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(value, UriKind.Absolute, out var address))
        {
            var open = AddressSecrets.Without(address);
            return open.UserInfo.Length > 0
                ? open.AbsoluteUri.Replace($"{open.GetComponents(UriComponents.UserInfo, UriFormat.UriEscaped)}@", $"{SecretAttribute.Hidden}@", StringComparison.Ordinal)
                : ReferenceEquals(open, address) ? value : open.AbsoluteUri;
        }

        // What is no address may have been meant as one.
        return isAddress ? UpToHost().Replace(value, $"$1{SecretAttribute.Hidden}@") : UpToHostAfterScheme().Replace(value, $"$1{SecretAttribute.Hidden}@");
    }

    /// <summary>Of an address that is a secret from its path on, as those of webhooks are: scheme and host.</summary>
    public static string HostOf(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Host.Length > 0 ? $"{address.Scheme}://{address.Host}/{SecretAttribute.Hidden}" : SecretAttribute.Hidden;

    [GeneratedRegex("^(.*?://)?.*@", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex UpToHost();

    [GeneratedRegex("(://).*@", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex UpToHostAfterScheme();
}
