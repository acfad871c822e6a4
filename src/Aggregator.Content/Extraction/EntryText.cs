using System.Net;
using System.Text.RegularExpressions;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Extraction;

/// <summary>The feed's own text of an entry as plain text, good enough to compare a page with.</summary>
internal static partial class EntryText
{
    private const int MaxLength = 100_000;

    /// <summary>Below this, in characters, or with an ellipsis at its end, a text is taken for the beginning of the article only.</summary>
    private const int FullText = 800;

    /// <summary>The entry's text, and whether it seems to be all of the article's. Null: the entry has no text.</summary>
    public static (string? Text, bool IsFull) Of(FeedEntry? entry)
    {
        var html = entry?.ContentHtml ?? entry?.SummaryHtml;
        if (string.IsNullOrWhiteSpace(html))
        {
            return (null, false);
        }

        var text = WebUtility.HtmlDecode(Tag().Replace(html.Length > MaxLength ? html[..MaxLength] : html, " ")).Trim();
        return (text, text.Length >= FullText && entry?.ContentHtml is not null && !Cut().IsMatch(text[^40..]));
    }

    [GeneratedRegex(@"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\[&hellip;\])\W*(?:\w+\W+){0,4}\w*\W*$")]
    private static partial Regex Cut();

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex Tag();
}
