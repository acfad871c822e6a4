using Aggregator.Content.Sanitizing;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Aggregator.Content.Extraction.Pages;

/// <summary>Parses pages under guard, and without what an article never holds: scripts, comments, processing instructions.</summary>
internal static class PageParser
{
    /// <summary>Elements in a page before it is refused. The largest of 2,036 real pages had 11,500 (November 2026).</summary>
    private const int MaxElements = 100_000;

    private static readonly HtmlParserOptions Options = new()
    {
        SkipScriptText = true,
        SkipComments = true,
        SkipProcessingInstructions = true,
        DisableElementPositionTracking = true,
    };

    /// <summary>The parsed page, or null when it is built to be expensive. The end of a page that is too long is not read.</summary>
    public static IHtmlDocument? Parse(string html, CancellationToken cancellationToken) => GuardedHtml.Parse(
        html.Length > GuardedHtml.MaxCharacters ? html[..GuardedHtml.MaxCharacters] : html, MaxElements, Options, cancellationToken);
}
