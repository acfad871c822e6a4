using AngleSharp.Dom;

namespace Aggregator.Content.Sanitizing;

/// <summary>
/// A formula in MathML. The markup itself does not pass (it is the way most attacks on cleaners go), so the reader gets the formula as
/// words: what its author says it reads, else its TeX, else its characters.
/// </summary>
internal static class Formula
{
    private const int Longest = 2_000;

    /// <summary>Puts the words in the formula's place.</summary>
    public static void Replace(IElement math)
    {
        var words = PlainText.OneLine(math.GetAttribute("alttext") ?? TexOf(math) ?? WrittenOut(math), Longest);
        math.Parent?.ReplaceChild(math.Owner!.CreateTextNode(words), math);
    }

    private static string? TexOf(IElement math) => math.QuerySelectorAll("annotation")
        .FirstOrDefault(annotation => annotation.GetAttribute("encoding")?.Contains("tex", StringComparison.OrdinalIgnoreCase) == true)
        ?.TextContent;

    // Only the tokens of MathML have characters to show; HTML inside a formula may be anything, a script too.
    private static string WrittenOut(IElement math) => string.Join(' ', math.QuerySelectorAll("mi, mn, mo, ms, mtext")
        .Where(token => token.ChildElementCount == 0)
        .Select(token => token.TextContent.Trim()));
}
