using System.Text.RegularExpressions;

namespace Aggregator.Content.Publishing;

/// <summary>
/// What a clean text still loses before it leaves the house, because the programs that check feeds call it a risk: <c>controls</c> of players,
/// which readers give or refuse as they think right, and <c>bdo</c>, which turns letters round where <c>bdi</c> only keeps them apart.
/// A player without controls may be invisible, so a link to the file stands beside it.
/// Works on what <see cref="Sanitizing.HtmlCleaner"/> writes, where "&lt;" begins a tag and nothing else, and elements are closed in order.
/// </summary>
internal static partial class PublishedHtml
{
    /// <summary>The text as it is published.</summary>
    public static string Of(string clean)
    {
        var html = clean.Contains("<bdo", StringComparison.Ordinal)
            ? clean.Replace("<bdo", "<bdi", StringComparison.Ordinal).Replace("</bdo>", "</bdi>", StringComparison.Ordinal)
            : clean;
        return html.Contains("<audio", StringComparison.Ordinal) || html.Contains("<video", StringComparison.Ordinal) ? WithLinks(html) : html;
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
