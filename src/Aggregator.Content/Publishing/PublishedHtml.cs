using System.Net;
using System.Text.RegularExpressions;
using Aggregator.Content.Sanitizing;

namespace Aggregator.Content.Publishing;

/// <summary>
/// What a clean text still loses before it leaves the house, because the programs that check feeds call it a risk: <c>controls</c> of players,
/// which readers give or refuse as they think right, and <c>bdo</c>, which turns letters round where <c>bdi</c> only keeps them apart.
/// A player without controls may be invisible, so a link to the file stands beside it.
/// Works on what <see cref="Sanitizing.HtmlCleaner"/> writes, where "&lt;" begins a tag and nothing else, and elements are closed in order.
/// </summary>
internal static partial class PublishedHtml
{
    /// <summary>The text as it is published. <paramref name="imageAddress"/> says where readers get a picture; null: where its publisher has it.</summary>
    public static string Of(string clean, Func<Uri, Uri>? imageAddress = null)
    {
        ArgumentNullException.ThrowIfNull(clean);
        clean = imageAddress is null ? clean : TagsWithPictures().Replace(clean, tag => Attributes().Replace(tag.Value, attribute => IsOfPicture(tag, attribute) ? Moved(attribute, imageAddress) : attribute.Value));
        var html = clean.Contains("<bdo", StringComparison.Ordinal)
            ? clean.Replace("<bdo", "<bdi", StringComparison.Ordinal).Replace("</bdo>", "</bdi>", StringComparison.Ordinal)
            : clean;
        return html.Contains("<audio", StringComparison.Ordinal) || html.Contains("<video", StringComparison.Ordinal) ? WithLinks(html) : html;
    }

    /// <summary>What a source or a video has as its src is sound or film.</summary>
    private static bool IsOfPicture(Match tag, Match attribute) => (tag.Groups["element"].Value, attribute.Groups["name"].Value) is ("img", "src" or "srcset") or ("source", "srcset") or ("video", "poster");

    /// <summary>An attribute with each of its addresses in its new place. Candidates are parted as the cleaner writes them.</summary>
    private static string Moved(Match attribute, Func<Uri, Uri> imageAddress)
    {
        var (name, value) = (attribute.Groups["name"].Value, WebUtility.HtmlDecode(attribute.Groups["value"].Value));
        var moved = name == "srcset" ? string.Join(", ", value.Split(", ").Select(candidate => Moved(candidate, imageAddress))) : Moved(value, imageAddress);
        return $" {name}=\"{HtmlText.EscapeAttribute(moved)}\"";
    }

    /// <summary>An address, with what follows it.</summary>
    private static string Moved(string candidate, Func<Uri, Uri> imageAddress)
    {
        var space = candidate.IndexOf(' ', StringComparison.Ordinal);
        var (address, rest) = space < 0 ? (candidate, "") : (candidate[..space], candidate[space..]);
        return Uri.TryCreate(address, UriKind.Absolute, out var image) ? imageAddress(image).AbsoluteUri + rest : candidate;
    }

    private static string WithLinks(string html)
    {
        var links = 0;
        return PlayersAndLinks().Replace(html, match =>
        {
            if (match.Groups["player"] is not { Success: true } player)
            {
                links += match.Value == "</a>" ? -1 : 1;
                return match.Value;
            }

            links += Links().Count(match.Value) - EndsOfLinks().Count(match.Value);
            var written = Controls().Replace(match.Value, "");
            return links == 0 && FirstAddress().Match(match.Value) is { Success: true } address
                ? $"{written} <a href=\"{address.Groups[1].Value}\" rel=\"noopener noreferrer nofollow\">{player.Value}</a>"
                : written;
        });
    }

    [GeneratedRegex("<(?<element>img|source|video) [^<>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex TagsWithPictures();

    [GeneratedRegex(" (?<name>[a-z]+)=\"(?<value>[^\"<>]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Attributes();

    [GeneratedRegex("""<(?<player>audio|video)[ >].*?</\k<player>>|<a[ >]|</a>""", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex PlayersAndLinks();

    [GeneratedRegex("<a[ >]", RegexOptions.CultureInvariant)]
    private static partial Regex Links();

    [GeneratedRegex("</a>", RegexOptions.CultureInvariant)]
    private static partial Regex EndsOfLinks();

    [GeneratedRegex("""(?<=<(?:audio|video)(?: [^<>]*)?) controls="[^"<>]*"(?=[ >])""", RegexOptions.CultureInvariant)]
    private static partial Regex Controls();

    [GeneratedRegex("""<(?:audio|video|source)(?: [^<>]*?)? src="([^"<>]*)"(?=[ >])""", RegexOptions.CultureInvariant)]
    private static partial Regex FirstAddress();
}
