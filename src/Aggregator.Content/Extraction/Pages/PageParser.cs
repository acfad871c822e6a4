using Aggregator.Content.Sanitizing;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Aggregator.Content.Extraction.Pages;

/// <summary>
/// Parses pages under guard, and without what an article never holds: scripts, comments, processing instructions. A page that is built to
/// be expensive is made flat and parsed again; what is too long is read from its beginning.
/// </summary>
internal static class PageParser
{
    /// <summary>Elements read of a page. The largest of 2,036 real pages had 11,500 (November 2026).</summary>
    private const int MaxElements = 50_000;

    /// <summary>Tags left in a page made flat: fewer than its elements may be, because the parser adds those that are implied.</summary>
    private const int MaxTags = 40_000;

    private static readonly HtmlParserOptions Options = new()
    {
        SkipScriptText = true,
        SkipComments = true,
        SkipProcessingInstructions = true,
        DisableElementPositionTracking = true,
    };

    /// <summary>Parses a page, whatever it is. Never throws on its content.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ParsedPage Parse(string html, CancellationToken cancellationToken)
    {
        var isCut = html.Length > GuardedHtml.MaxCharacters;
        html = isCut ? html[..GuardedHtml.MaxCharacters] : html;
        if (GuardedHtml.Parse(html, MaxElements, Options, cancellationToken) is { } document)
        {
            return new ParsedPage(document, !isCut);
        }

        var (flat, isFlatCut) = MarkupFlattener.Flatten(html, MaxTags, cancellationToken);
        var (part, isWhole) = GuardedHtml.ParseWhatHolds(flat, MaxElements, Options, cancellationToken);
        return new ParsedPage(part, isWhole && !isCut && !isFlatCut);
    }
}

/// <summary>A page as parsed.</summary>
/// <param name="Document">The document. Null: nothing of the page could be parsed.</param>
/// <param name="IsWhole">Nothing of the page was left out for being too much.</param>
internal sealed record ParsedPage(IHtmlDocument? Document, bool IsWhole) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Document?.Dispose();
}
