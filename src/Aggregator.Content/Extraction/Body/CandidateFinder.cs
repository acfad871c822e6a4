namespace Aggregator.Content.Extraction.Body;

/// <summary>Proposes elements that may hold the article: by Readability's scores, by where the running text lies, and by what the page's author calls them.</summary>
internal static class CandidateFinder
{
    /// <summary>Candidates that the judge looks at, at most.</summary>
    private const int MaxCandidates = 24;

    /// <param name="tree">The page.</param>
    /// <param name="headline">The block that shows the headline; -1: none.</param>
    /// <summary>The candidates, each once, in the order in which they were proposed; the root is always among them.</summary>
    public static List<PageNode> Find(PageTree tree, int headline)
    {
        var found = new List<PageNode>();
        void Propose(PageNode? node)
        {
            if (node is not null && !found.Contains(node) && found.Count < MaxCandidates)
            {
                found.Add(node);
            }
        }

        for (var node = headline < 0 ? null : tree.Blocks[headline].Owner; node is not null; node = node.Parent)
        {
            if (tree.GoodProse(node) > 250)
            {
                Propose(node);
                break;
            }
        }

        foreach (var share in (ReadOnlySpan<double>)[0.9, 0.75, 0.6])
        {
            Propose(Densest(tree, share));
        }

        foreach (var node in ByScore(tree))
        {
            Propose(node);
            Propose(node.Parent);
            Propose(node.Parent?.Parent);
        }

        ByName(tree, tree.Root, Propose);
        Propose(tree.Root);
        return found;
    }

    /// <summary>The deepest element with at least the given share of the page's good running text.</summary>
    public static PageNode Densest(PageTree tree, double share)
    {
        var node = tree.Root;
        var wanted = tree.GoodProse(node) * share;
        while (true)
        {
            PageNode? next = null;
            foreach (var child in node.Children)
            {
                if (!child.IsText && child.IsBlock && tree.GoodProse(child) >= wanted && child.Name is not ("p" or "li" or "td" or "tr" or "pre"))
                {
                    next = child;
                    break;
                }
            }

            if (next is null)
            {
                return node;
            }

            node = next;
        }
    }

    /// <summary>Readability's scores: each paragraph gives to its parent, half to its grandparent, less to those above; links take away.</summary>
    private static IEnumerable<PageNode> ByScore(PageTree tree)
    {
        var scored = new List<PageNode>();
        foreach (var block in tree.Blocks)
        {
            if (block.Furniture || block.Prose == 0)
            {
                continue;
            }

            var gain = 1.0 + block.Text.AsSpan().Count(',') + block.Text.AsSpan().Count('，') + block.Text.AsSpan().Count('、') + Math.Min(block.Length / 100, 3);
            var node = block.Owner.Name is "p" or "li" or "td" or "pre" or "blockquote" or "dd" or "dt" ? block.Owner.Parent : block.Owner;
            for (var level = 0; node is not null && level < 5; node = node.Parent, level++)
            {
                if (node.Score == 0)
                {
                    scored.Add(node);
                    node.Score = Start(node);
                }

                node.Score += gain / (level == 0 ? 1 : level == 1 ? 2 : level * 3);
            }
        }

        return scored.OrderByDescending(node => node.Score * (1 - tree.LinkDensity(node))).ThenBy(node => node.FirstBlock).Take(3);
    }

    private static double Start(PageNode node)
    {
        var start = node.Name switch
        {
            "div" or "article" or "section" or "main" => 5.0,
            "pre" or "td" or "blockquote" => 3.0,
            "ol" or "ul" or "dl" or "dd" or "dt" or "li" or "form" or "address" => -3.0,
            _ => 0.01,
        };
        return start + ((node.Hints & Hints.Content) != 0 ? 25 : 0) - ((node.Hints & (Hints.Furniture | Hints.Suspect)) != 0 ? 25 : 0);
    }

    private static void ByName(PageTree tree, PageNode node, Action<PageNode> propose)
    {
        foreach (var child in node.Children)
        {
            if (child.IsText || !child.IsBlock || tree.GoodProse(child) < 140)
            {
                continue;
            }

            if (child.Name is "article" or "main" || (child.Hints & Hints.Content) != 0
                || child.Element!.GetAttribute("itemprop")?.Contains("articleBody", StringComparison.OrdinalIgnoreCase) == true)
            {
                propose(child);
            }

            ByName(tree, child, propose);
        }
    }
}
