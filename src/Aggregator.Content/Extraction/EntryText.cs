using System.Net;
using System.Text.RegularExpressions;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Extraction;

/// <summary>The feed's own text of an entry as plain text, good enough to compare a page with.</summary>
internal static partial class EntryText
{
    private const int MaxLength = 100_000;

    /// <summary>Null: the entry has no text.</summary>
    public static string? Of(FeedEntry? entry)
    {
        var html = entry?.ContentHtml ?? entry?.SummaryHtml;
        if (string.IsNullOrWhiteSpace(html))
        {
            return null;
        }

        return WebUtility.HtmlDecode(Tag().Replace(html.Length > MaxLength ? html[..MaxLength] : html, " "));
    }

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex Tag();
}
