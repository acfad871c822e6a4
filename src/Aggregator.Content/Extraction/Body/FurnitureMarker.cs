namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Marks the blocks of the page's furniture by the elements they lie in. An element that holds a large part of the page's running
/// text is never furniture, whatever it is called: names lie (a body inside "paywall", a whole page inside a form).
/// </summary>
internal static class FurnitureMarker
{
    /// <summary>Share of the page's running text from which on a name is not believed.</summary>
    private const double TooMuchForAName = 0.45;

    /// <summary>An element's names speak for the blocks in it only while it is no longer than this, in characters.</summary>
    private const int SmallElement = 400;

    /// <param name="tree">The page.</param>
    /// <param name="believeNames">False: only what elements are counts, not what they are called (a second look at a page of which nothing was left).</param>
    public static void Mark(PageTree tree, bool believeNames)
    {
        // Readers' comments can be longer than the article: what is a large part is measured without them.
        var total = tree.Prose(tree.Root) - CommentProse(tree, tree.Root);
        Mark(tree, tree.Root, Hints.None, Math.Max(1, total), believeNames);
        foreach (var block in tree.Blocks)
        {
            block.Furniture |= Phrases.IsCookieNotice(block.Text);
        }
    }

    private static int CommentProse(PageTree tree, PageNode node)
    {
        if ((node.Hints & Hints.Comments) != 0 && node.Name is not ("body" or "main" or "article"))
        {
            return tree.Prose(node);
        }

        var prose = 0;
        foreach (var child in node.Children)
        {
            prose += child.IsText || tree.Prose(child) == 0 ? 0 : CommentProse(tree, child);
        }

        return prose;
    }

    private static void Mark(PageTree tree, PageNode node, Hints around, int total, bool believeNames)
    {
        if (node.IsText || node.FirstBlock == node.EndBlock)
        {
            return;
        }

        // A word or a mark within a line says nothing about the line.
        if (!node.IsBlock && !IsWholeLine(node))
        {
            return;
        }

        if (node.Parent is not null && IsFurniture(tree, node, total, believeNames))
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
            Mark(tree, child, around, total, believeNames);
        }
    }

    private static bool HoldsHeadline(PageTree tree, PageNode node)
    {
        for (var i = node.FirstBlock; i < node.EndBlock; i++)
        {
            if (tree.Blocks[i].Heading == 1)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWholeLine(PageNode node)
    {
        if (node.EndBlock - node.FirstBlock > 1)
        {
            return true;
        }

        for (var inner = node; inner.Parent is { } parent && !inner.IsBlock; inner = parent)
        {
            foreach (var sibling in parent.Children)
            {
                if (sibling != inner && (sibling.IsText ? !string.IsNullOrWhiteSpace(sibling.Text) : sibling.EndBlock > sibling.FirstBlock && sibling.Children.Count > 0))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsFurniture(PageTree tree, PageNode node, int total, bool believeNames)
    {
        var share = (double)tree.Prose(node) / total;
        switch (node.Name)
        {
            case "nav":
                return share < TooMuchForAName;
            case "footer" or "aside":
                return share < (HoldsHeadline(tree, node) ? 0.2 : 0.5);
            case "form":
                return share < 0.2;
            case "html" or "body" or "main" or "h1" or "h2" or "h3":
                return false;
        }

        if (!believeNames)
        {
            return false;
        }

        if ((node.Hints & Hints.Hidden) != 0)
        {
            return share < TooMuchForAName;
        }

        if ((node.Hints & Hints.Comments) != 0)
        {
            return node.Name != "article" || share < 0.15;
        }

        if ((node.Hints & Hints.Furniture) != 0)
        {
            // A class list that speaks of the article's text as well is believed only about small parts.
            return share < ((node.Hints & Hints.Content) != 0 ? 0.05 : node.Name == "article" ? 0.1 : HoldsHeadline(tree, node) ? 0.15 : TooMuchForAName);
        }

        return (node.Hints & Hints.Suspect) != 0 && share < 0.05 && tree.LinkDensity(node) > 0.3;
    }
}
