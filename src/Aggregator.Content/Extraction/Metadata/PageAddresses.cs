using System.Text.RegularExpressions;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>The addresses that a page gives for itself and its picture, as far as they can be believed.</summary>
internal static partial class PageAddresses
{
    /// <summary>The first address that may be the page's own. A template that gives every page the front page's address is not believed.</summary>
    public static Uri? Canonical(IEnumerable<string?> stated, Uri page) =>
        stated.Select(text => Addresses.Absolute(text, page)).FirstOrDefault(address => address is not null && (!IsFront(address) || IsFront(page)));

    /// <summary>The first picture that is neither the site's logo nor a placeholder, as far as its file's name says.</summary>
    public static Uri? Image(IEnumerable<string?> stated, Uri page) =>
        stated.Select(text => Addresses.Absolute(text, page)).FirstOrDefault(address => address is not null && !NoPicture().IsMatch(address.Segments[^1]));

    private static bool IsFront(Uri address) => address.AbsolutePath.Length <= 1 && address.Query.Length == 0;

    [GeneratedRegex(@"(?:^|[^a-z])(?:logo|placeholder|spacer|blank|pixel|1x1|favicon|default[-_]?(?:image|og|share|thumbnail))(?:[^a-z]|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoPicture();
}
