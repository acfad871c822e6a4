namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Marks the blocks of the page's furniture by the elements they lie in. An element that holds a large part of the page's running
/// text is never furniture, whatever it is called: names lie (a body inside "paywall", a whole page inside a form).
/// </summary>
internal static class FurnitureMarker
{
    /// <summary>Share of the page's running text from which on a name is not believed.</summary>
    private const double TooMuchForAName = 0.35;

    /// <summary>An element's names speak for the blocks in it only while it is no longer than this, in characters.</summary>
    private const int SmallElement = 400;

    public static void Mark(PageTree tree) => Mark(tree, tree.Root, Hints.None, Math.Max(1, tree.Prose(tree.Root)));

    private static void Mark(PageTree tree, PageNode node, Hints around, int total)
    {
        if (node.IsText || node.FirstBlock == node.EndBlock)
        {
            return;
        }

        if (node.Parent is not null && IsFurniture(tree, node, total))
        {
            for (var i = node.FirstBlock; i < node.EndBlock; i++)
            {
                tree.Blocks[i].Furniture = true;
                tree.Blocks[i].Around |= around | node.Hints;
            }

            return;
        }

        around = (tree.Length(node) <= SmallElement ? around | node.Hints : Hints.None) | (node.Hints & Hints.Summary);
        if (around != Hints.None)
        {
            for (var i = node.FirstBlock; i < node.EndBlock; i++)
            {
                tree.Blocks[i].Around |= around;
            }
        }

        foreach (var child in node.Children)
        {
            Mark(tree, child, around, total);
        }
    }

    private static bool IsFurniture(PageTree tree, PageNode node, int total)
    {
        var share = (double)tree.Prose(node) / total;
        switch (node.Name)
        {
            case "nav":
                return share < TooMuchForAName;
            case "footer" or "aside" or "form":
                return share < 0.2;
            case "html" or "body" or "main":
                return false;
        }

        if ((node.Hints & Hints.Hidden) != 0)
        {
            return share < TooMuchForAName;
        }

        if ((node.Hints & (Hints.Furniture | Hints.Comments)) != 0)
        {
            // A class list that speaks of the article's text as well is believed only about small parts.
            var limit = (node.Hints & Hints.Content) != 0 ? 0.05 : node.Name == "article" ? 0.15 : TooMuchForAName;
            return share < ((node.Hints & Hints.Comments) != 0 ? 0.7 : limit);
        }

        return (node.Hints & Hints.Suspect) != 0 && share < 0.05 && tree.LinkDensity(node) > 0.3;
    }
}
