namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Decides which blocks of a candidate belong to the article: furniture out, then what stands before the first and after the last
/// paragraph, then what was put in between. Every pass looks at blocks in order and never brings one back.
/// </summary>
internal static class BlockSelector
{
    /// <summary>Boxes with a button are taken for promotion up to this length, in characters: a heading, a sentence or two and the button.</summary>
    private const int PromotionLength = 350;

    public static SelectedBody Select(PageTree tree, PageNode root, Witnesses witnesses)
    {
        var body = new SelectedBody(root);
        DropFurniture(tree, body);
        var promotions = new List<PageNode>();
        DropLists(tree, body, root, promotions);
        DropPromotions(tree, body, promotions);
        DropSectionsOfOthers(tree, body);
        DropInserts(tree, body);
        TrimStart(tree, body, witnesses);
        TrimEnd(tree, body, witnesses);
        return body.Close(tree);
    }

    private static void DropFurniture(PageTree tree, SelectedBody body)
    {
        for (var i = body.Root.FirstBlock; i < body.Root.EndBlock; i++)
        {
            if (tree.Blocks[i].Furniture)
            {
                body.Drop(i);
            }
        }
    }

    /// <summary>Lists and tables that are mostly links, whatever they are called. Finds the boxes that are there for their button on the way.</summary>
    private static void DropLists(PageTree tree, SelectedBody body, PageNode node, List<PageNode> promotions)
    {
        foreach (var child in node.Children)
        {
            if (child.IsText || child.EndBlock == child.FirstBlock)
            {
                continue;
            }

            var many = child.EndBlock - child.FirstBlock;
            if (child.Name is "ul" or "ol" or "dl" or "table" && tree.LinkDensity(child) > 0.55 && tree.Prose(child) < 200)
            {
                body.Drop(child.FirstBlock, child.EndBlock);
            }
            else if (many >= 3 && child.Name is "div" or "section" && tree.LinkDensity(child) > 0.6 && tree.Prose(child) < 100)
            {
                body.Drop(child.FirstBlock, child.EndBlock);
            }
            else if (child.Name is "div" or "section" or "ul" or "aside" && AnnouncesOthers(tree, body.Root, child))
            {
                body.Drop(child.FirstBlock, child.EndBlock);
            }
            else if (many is >= 2 and <= 6 && child.Name is "div" or "section" && tree.Length(child) < PromotionLength && EndsInButton(tree, child))
            {
                promotions.Add(child);
            }
            else
            {
                DropLists(tree, body, child, promotions);
            }
        }
    }

    /// <summary>A box whose headings are links announces other articles, unless it is a large part of this one (a round-up).</summary>
    private static bool AnnouncesOthers(PageTree tree, PageNode root, PageNode box)
    {
        if (tree.Headings(box) < 2 || tree.GoodProse(box) > 0.12 * tree.GoodProse(root))
        {
            return false;
        }

        var linked = 0;
        for (var i = box.FirstBlock; i < box.EndBlock; i++)
        {
            linked += tree.Blocks[i].Heading > 0 && tree.Blocks[i].LinkDensity > 0.9 ? 1 : 0;
        }

        return linked >= 2 && linked >= 0.6 * tree.Headings(box);
    }

    /// <summary>Boxes with a button are promotion, unless the article is made of them (a list of products, each with its shop).</summary>
    private static void DropPromotions(PageTree tree, SelectedBody body, List<PageNode> boxes)
    {
        if (boxes.Sum(tree.GoodProse) > 0.3 * tree.GoodProse(body.Root))
        {
            return;
        }

        foreach (var box in boxes)
        {
            body.Drop(box.FirstBlock, box.EndBlock);
        }
    }

    /// <summary>A small box that ends in a button sells something.</summary>
    private static bool EndsInButton(PageTree tree, PageNode box)
    {
        var last = tree.Blocks[box.EndBlock - 1];
        return last.LinkDensity > 0.9 && last.Length < 60 && FindButton(box, last.Index);
    }

    private static bool FindButton(PageNode node, int block)
    {
        foreach (var child in node.Children)
        {
            if (!child.IsText && child.EndBlock > block && (((child.Hints & Hints.Button) != 0 && child.FirstBlock >= block) || FindButton(child, block)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Headings like "Related articles" and what they head.</summary>
    private static void DropSectionsOfOthers(PageTree tree, SelectedBody body)
    {
        var root = body.Root;
        var total = Math.Max(1, tree.GoodProse(root));
        var before = 0;
        for (var i = root.FirstBlock; i < root.EndBlock; i++)
        {
            var block = tree.Blocks[i];
            if (!body.Keeps(i))
            {
                continue;
            }

            var heads = block.Heading > 0 || (block.StrongLength > block.Length * 0.8 && block.Length < 70) || (block.Length < 50 && !block.EndsSentence && block.Runs <= 2);
            if (heads && block.Says.HasFlag(Lines.OpensFurniture))
            {
                var end = EndOfSection(tree, body, block);
                var rest = ProseBetween(tree, body, i + 1, end);
                if (rest <= total * 0.15 || before > total * 0.6)
                {
                    body.Drop(i, end);
                }
                else
                {
                    body.Drop(i);
                }
            }

            before += block.Prose;
        }
    }

    /// <summary>Where the section headed by a block ends: at the next heading of its level in the same box, else with the box.</summary>
    private static int EndOfSection(PageTree tree, SelectedBody body, TextBlock heading)
    {
        var box = heading.Owner;
        while (box != body.Root && box.Parent is not null && box.EndBlock - box.FirstBlock == 1)
        {
            box = box.Parent;
        }

        // A box that only wraps the heading's own line with a label is not yet the section's.
        for (var i = heading.Index + 1; i < box.EndBlock; i++)
        {
            var next = tree.Blocks[i];
            if (next.Heading > 0 && (heading.Heading == 0 || next.Heading <= heading.Heading) && !next.Furniture && next.LinkDensity < 0.5)
            {
                return i;
            }
        }

        return Math.Min(box.EndBlock, body.Root.EndBlock);
    }

    private static int ProseBetween(PageTree tree, SelectedBody body, int first, int end)
    {
        var prose = 0;
        for (var i = first; i < end; i++)
        {
            prose += body.Keeps(i) ? tree.Blocks[i].Prose : 0;
        }

        return prose;
    }

    private static void DropInserts(PageTree tree, SelectedBody body)
    {
        for (var i = body.Root.FirstBlock; i < body.Root.EndBlock; i++)
        {
            if (body.Keeps(i) && IsInsert(tree.Blocks[i]))
            {
                body.Drop(i);
            }
        }
    }

    private static bool IsInsert(TextBlock block)
    {
        if (block.InCode)
        {
            return false;
        }

        var text = block.Text;
        var says = block.Says;
        if (says.HasFlag(Lines.IsEmpty) || (says.HasFlag(Lines.IsLabel) && !block.InTable))
        {
            return true;
        }

        if (block.LinkDensity > 0.3 && says.HasFlag(Lines.PointsElsewhere) && !text.EndsWith('.'))
        {
            return true;
        }

        if (says.HasFlag(Lines.Asks) && (block.LinkLength > 0 || block.Length < 120))
        {
            return true;
        }

        if ((block.Around & Hints.Caption) != 0 && block.Heading == 0 && block.Length < 300)
        {
            return true;
        }

        if (!block.InCaption && block.Heading == 0 && says.HasFlag(Lines.IsCredit))
        {
            return true;
        }

        // A whole line that is one link and no sentence points to another page; inside lists and tables it may be a name in a row.
        return block.LinkDensity > 0.9 && !block.InTable && !block.InList && block.Heading == 0 && !block.InQuote && !text.EndsWith('.');
    }

    private static void TrimStart(PageTree tree, SelectedBody body, Witnesses witnesses)
    {
        var root = body.Root;
        var title = -1;
        var seen = 0;
        for (var i = root.FirstBlock; i < root.EndBlock && seen < 600; i++)
        {
            if (witnesses.IsTitle(tree.Blocks[i]))
            {
                title = i;
            }

            seen += body.Keeps(i) ? tree.Blocks[i].Prose : 0;
        }

        if (title >= 0)
        {
            body.Drop(root.FirstBlock, title + 1);
        }

        // Author and date may stand below the standfirst: go on for a few lines after the first running text.
        var lines = 0;
        for (var i = root.FirstBlock; i < root.EndBlock && lines < 5; i++)
        {
            if (!body.Keeps(i))
            {
                continue;
            }

            var block = tree.Blocks[i];
            lines += lines > 0 || block.Prose > 0 ? 1 : 0;
            if (IsMeta(block) || witnesses.IsAuthor(block) || (lines == 0 && IsOpening(block)))
            {
                body.Drop(i);
            }
        }
    }

    /// <summary>Lines of author, date, section and reading time, wherever they stand near either end.</summary>
    private static bool IsMeta(TextBlock block) =>
        !block.InCode && (block.Says.HasFlag(Lines.IsMeta)
            || ((block.Around & Hints.Byline) != 0 && block.Length < 150 && block.Prose == 0 && (block.Around & Hints.Summary) == 0));

    /// <summary>What else may stand between headline and first paragraph: counts, labels, the name of the section.</summary>
    private static bool IsOpening(TextBlock block) =>
        block.Heading is 1 || (block.Prose == 0 && block.Heading == 0 && !block.InList && !block.InTable && !block.InCaption && !block.InCode && (block.Around & Hints.Summary) == 0
            && (block.Length < 30 || block.LinkDensity > 0.5) && !block.EndsSentence);

    private static void TrimEnd(PageTree tree, SelectedBody body, Witnesses witnesses)
    {
        var root = body.Root;
        CutAuthorBox(tree, body, witnesses);
        for (var i = root.EndBlock - 1; i >= root.FirstBlock; i--)
        {
            if (!body.Keeps(i))
            {
                continue;
            }

            var block = tree.Blocks[i];
            if (IsClosing(block) || witnesses.IsAuthor(block) || witnesses.IntroducesAuthor(block))
            {
                body.Drop(i);
            }
            else if (!block.InCaption)
            {
                break;
            }
        }
    }

    /// <summary>Near the end a line with the author's name opens a box about the author.</summary>
    private static void CutAuthorBox(PageTree tree, SelectedBody body, Witnesses witnesses)
    {
        var root = body.Root;
        var total = ProseBetween(tree, body, root.FirstBlock, root.EndBlock);
        var after = 0;
        for (var i = root.EndBlock - 1; i >= root.FirstBlock && after <= Math.Max(400, total * 0.12); i--)
        {
            if (!body.Keeps(i))
            {
                continue;
            }

            var block = tree.Blocks[i];
            if (witnesses.IsAuthor(block) && after < total * 0.4 && (block.Heading > 0 || after > 0))
            {
                body.Drop(i, root.EndBlock);
            }

            after += block.Prose;
        }
    }

    /// <summary>What may stand after the last paragraph: tags, rights, date, author, links, a heading with nothing below it.</summary>
    private static bool IsClosing(TextBlock block)
    {
        if (block.InCode)
        {
            return false;
        }

        return block.Heading > 0 || IsMeta(block) || (block.Says & (Lines.PointsElsewhere | Lines.Asks)) != 0
            || (block.LinkDensity > 0.7 && !block.InTable)
            || (block.Length < 25 && !block.EndsSentence && !block.InList && !block.InTable);
    }
}
