using AngleSharp.Dom;

namespace Aggregator.Content.Sanitizing;

/// <summary>
/// A page or player embedded in a text. It cannot be shown without being active, so the reader gets a link to it. Only what stands by
/// itself counts: a frame in the middle of a sentence is an advertisement or a counter.
/// </summary>
internal static class EmbeddedPage
{
    private const int LongestLabel = 200;

    /// <summary>The link to put in an element's place; null where the element embeds nothing that a reader would see.</summary>
    public static IElement? LinkFor(IElement element, Uri? baseAddress)
    {
        var source = element.LocalName switch
        {
            "iframe" or "embed" => element.GetAttribute("src"),
            _ => null,
        };
        if (source is null || IsUnseen(element) || IsWithinText(element)
            || SafeAddress.Of(source, baseAddress, isLink: true) is not { } address
            || !Uri.TryCreate(address, UriKind.Absolute, out var page) || !SafeAddress.IsWeb(page))
        {
            return null;
        }

        var link = element.Owner!.CreateElement("a");
        link.SetAttribute("href", address);
        var title = PlainText.OneLine(element.GetAttribute("title") ?? "");
        link.TextContent = title.Length is > 2 and < LongestLabel ? title : page.Host;
        return link;
    }

    /// <summary>Whether an element embeds something that the page's own readers do not see: a counter.</summary>
    public static bool IsUnseen(IElement element) =>
        element.LocalName is "iframe" or "embed" && (HtmlCleaner.IsTiny(element) || IsHidden(element));

    private static bool IsWithinText(IElement element) =>
        element.Parent?.ChildNodes.OfType<IText>().Any(text => !string.IsNullOrWhiteSpace(text.Data)) == true;

    /// <summary>Whether an element says that it is not to be seen.</summary>
    public static bool IsHidden(IElement element)
    {
        var style = (element.GetAttribute("style") ?? "").Replace(" ", "", StringComparison.Ordinal);
        return element.HasAttribute("hidden")
            || style.Contains("display:none", StringComparison.OrdinalIgnoreCase)
            || style.Contains("visibility:hidden", StringComparison.OrdinalIgnoreCase);
    }
}
