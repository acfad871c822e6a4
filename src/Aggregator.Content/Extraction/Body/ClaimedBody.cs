using System.Net;
using System.Text;
using Aggregator.Content.Sanitizing;

namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// The article as JSON-LD's articleBody tells it. It is a witness only (taken first it is worse than the page: shortened, without headings),
/// except on pages that show next to none of it because a script would have to write it.
/// </summary>
internal static class ClaimedBody
{
    /// <summary>Shorter claims, in characters, are summaries.</summary>
    private const int LeastLength = 600;

    /// <summary>A page that shows at least this share of the claim shows the article.</summary>
    private const double ShownShare = 0.3;

    /// <summary>The claimed body, when it is so much longer than what was found that the page does not show it. Null: take what was found.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static (PageTree Tree, SelectedBody Body)? Of(string? claim, int foundLength, CancellationToken cancellationToken)
    {
        if (claim is null || claim.Length < LeastLength || foundLength >= claim.Length * ShownShare)
        {
            return null;
        }

        using var document = GuardedHtml.Parse(Html(claim), GuardedHtml.MaxElementsOfText, new AngleSharp.Html.Parser.HtmlParserOptions(), cancellationToken);
        if (document?.Body is not { } root)
        {
            return null;
        }

        var tree = PageTreeBuilder.Build(root, cancellationToken);
        var body = new SelectedBody(tree.Root).Close(tree);
        return body.KeptLength > Math.Max(LeastLength / 2, 2 * foundLength) ? (tree, body) : null;
    }

    /// <summary>Claims are plain text with lines, or markup, or markup escaped once more.</summary>
    private static string Html(string claim)
    {
        var text = claim.Contains("&lt;p", StringComparison.OrdinalIgnoreCase) ? WebUtility.HtmlDecode(claim) : claim;
        if (text.Contains("<p", StringComparison.OrdinalIgnoreCase) || text.Contains("<br", StringComparison.OrdinalIgnoreCase))
        {
            return text;
        }

        var html = new StringBuilder();
        foreach (var line in WebUtility.HtmlDecode(text).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            html.Append("<p>").Append(WebUtility.HtmlEncode(line)).Append("</p>");
        }

        return html.ToString();
    }
}
