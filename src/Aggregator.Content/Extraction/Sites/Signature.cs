using Aggregator.Content.Extraction.Body;

namespace Aggregator.Content.Extraction.Sites;

/// <summary>What a template calls an element: its name and those of its classes that are the same on every page.</summary>
internal static class Signature
{
    /// <summary>For example "div.box wide". Classes with a digit in them are left out: "post-4711" names one page only.</summary>
    public static string Of(PageNode node)
    {
        var classes = node.Element?.GetAttribute("class");
        if (string.IsNullOrWhiteSpace(classes))
        {
            return node.Name;
        }

        var kept = classes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(name => !name.Any(char.IsAsciiDigit));
        return node.Name + "." + string.Join(' ', kept);
    }
}
