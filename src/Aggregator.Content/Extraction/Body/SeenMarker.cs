using Aggregator.Content.Extraction.Sites;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Marks what other pages of the site have, too. An author may repeat a line, a site repeats boxes: so a line counts as seen where all of
/// its box is seen. A box that stands in a row with others of its kind that are not seen (a paragraph among paragraphs) has to be seen
/// on several pages. Headlines, code and quotations never count, nor rows of a table or list that goes on with something new.
/// A page that tells the same story as this one (a copy, an earlier version) is no witness.
/// </summary>
internal sealed class SeenMarker
{
    /// <summary>Paragraphs after the headline by which a copy of the article is known.</summary>
    private const int LeadParagraphs = 4;

    /// <summary>
    /// Share of the page's running text that another page may have without telling the same story, if some of the first paragraphs are
    /// the same, too. A short article beside a site's long boxes is half of its page; a copy has nearly all in common.
    /// </summary>
    private const double MostShared = 0.6;

    /// <summary>The same, for a page whose article begins otherwise.</summary>
    private const double MostSharedBelow = 0.8;

    private readonly PageTree _tree;
    private readonly Witnesses _witnesses;
    private readonly int[] _seen;
    private readonly int[] _newBefore;
    private readonly int _pages;
    private readonly int _firstNew = int.MaxValue;
    private readonly int _lastNew = -1;

    private SeenMarker(PageTree tree, Witnesses witnesses, int[] seen, int pages)
    {
        (_tree, _witnesses, _seen, _pages) = (tree, witnesses, seen, pages);
        _newBefore = new int[seen.Length + 1];
        for (var i = 0; i < seen.Length; i++)
        {
            _newBefore[i + 1] = _newBefore[i] + (seen[i] == 0 ? 1 : 0);
            if (seen[i] == 0 && tree.Blocks[i] is { Prose: > 0, Furniture: false })
            {
                _firstNew = Math.Min(_firstNew, i);
                _lastNew = i;
            }
        }
    }

    /// <summary>Sets <see cref="TextBlock.SeenElsewhere"/> and takes what is seen for furniture.</summary>
    /// <param name="tree">The page.</param>
    /// <param name="witnesses">They know the headline.</param>
    /// <param name="site">What is known of the site's pages; this page and its copies among them are passed over.</param>
    /// <param name="self">This page.</param>
    /// <param name="lines">The hashes of its blocks.</param>
    public static void Mark(PageTree tree, Witnesses witnesses, SiteFurniture site, PagePrint self, ulong[] lines)
    {
        var others = site.Pages.Select(known => known.Page).Where(page => !page.IsOf(self)).Select(page => page.Lines.ToHashSet()).ToList();
        if (others.Count == 0 || lines.Length == 0)
        {
            return;
        }

        var seen = Count(lines, others);
        if (others.RemoveAll(page => TellsTheSame(tree, witnesses, lines, seen, page)) > 0)
        {
            seen = Count(lines, others);
        }

        if (others.Count > 0 && seen.Any(count => count > 0))
        {
            new SeenMarker(tree, witnesses, seen, others.Count).Visit(tree.Root);
            tree.Sum();
        }
    }

    private static int[] Count(ulong[] lines, List<HashSet<ulong>> pages) => [.. lines.Select(line => pages.Count(page => page.Contains(line)))];

    /// <summary>
    /// Whether another page tells the story of this one: much of the running text is the same, or the paragraphs after the headline
    /// are. What three other pages have is not asked about, it is the site's.
    /// </summary>
    private static bool TellsTheSame(PageTree tree, Witnesses witnesses, ulong[] lines, int[] seen, HashSet<ulong> page)
    {
        var headline = tree.Blocks.LastOrDefault(block => block.Heading > 0 && witnesses.IsTitle(block))?.Index ?? -1;
        int prose = 0, shared = 0, lead = 0, leadShared = 0;
        foreach (var block in tree.Blocks)
        {
            if (block.Furniture || block.Prose == 0 || seen[block.Index] >= 3)
            {
                continue;
            }

            var isShared = page.Contains(lines[block.Index]);
            prose += block.Prose;
            shared += isShared ? block.Prose : 0;
            if (block.Index > headline && lead < LeadParagraphs)
            {
                lead++;
                leadShared += isShared ? 1 : 0;
            }
        }

        return shared > prose * MostSharedBelow || leadShared > LeadParagraphs / 2 || (leadShared > LeadParagraphs / 4 && shared > prose * MostShared);
    }

    private void Visit(PageNode node)
    {
        var next = node.FirstBlock;
        foreach (var child in node.Children)
        {
            if (child.IsText || !child.IsBlock || child.FirstBlock == child.EndBlock)
            {
                continue;
            }

            Lines(node, next, child.FirstBlock);
            next = child.EndBlock;
            if (IsSeen(child))
            {
                Box(child);
            }
            else
            {
                Visit(child);
            }
        }

        Lines(node, next, node.EndBlock);
    }

    /// <summary>Bare lines of an element that has others, too: each is a box of its own, in a row with the rest.</summary>
    private void Lines(PageNode owner, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (_seen[i] > 0 && _tree.Blocks[i].Owner == owner && IsInFlowFurniture(_tree.Blocks[i]))
            {
                MarkBlock(i);
            }
        }
    }

    private bool IsSeen(PageNode node) => _newBefore[node.EndBlock] == _newBefore[node.FirstBlock];

    private void Box(PageNode box)
    {
        var inFlow = IsInFlow(box);
        if (!inFlow && box.EndBlock - box.FirstBlock == 1 && IsLabel(_tree.Blocks[box.FirstBlock]))
        {
            return;
        }

        var hasMore = false;
        for (var i = box.FirstBlock; i < box.EndBlock; i++)
        {
            hasMore |= _tree.Blocks[i].Heading == 0;
        }

        for (var i = box.FirstBlock; hasMore && i < box.EndBlock; i++)
        {
            var block = _tree.Blocks[i];
            if (MayGo(block, box) && (!inFlow || IsInFlowFurniture(block)))
            {
                MarkBlock(i);
            }
        }
    }

    private void MarkBlock(int index) => _tree.Blocks[index].SeenElsewhere = _tree.Blocks[index].Furniture = true;

    /// <summary>A box among siblings of its kind that say something new.</summary>
    private bool IsInFlow(PageNode box)
    {
        var kind = Signature.Of(box);
        foreach (var sibling in box.Parent!.Children)
        {
            if (sibling != box && sibling.IsBlock && !IsSeen(sibling) && sibling.Name == box.Name && _tree.Prose(sibling) > 0 && Signature.Of(sibling) == kind)
            {
                return true;
            }
        }

        return false;
    }

    private bool MayGo(TextBlock block, PageNode box) =>
        !block.InCode && !block.InQuote && block.Heading != 1 && !_witnesses.IsTitle(block)
        && (!(block.InTable || block.InList) || IsWhole(block, box));

    /// <summary>Whether the list or table that a block lies in is all within the box.</summary>
    private static bool IsWhole(TextBlock block, PageNode box)
    {
        for (var node = block.Owner; node is not null; node = node.Parent)
        {
            if (node.Name is "ul" or "ol" or "dl" or "table")
            {
                return true;
            }

            if (node == box)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// A paragraph in the row of the article's own: authors repeat themselves (the background of a story, on every page about it), so it
    /// has to be seen twice, and in the middle of the text on more than half of all pages. What links or asks for something gives itself away.
    /// </summary>
    private bool IsInFlowFurniture(TextBlock block)
    {
        if (block.Heading > 0 || block.InCode || block.InQuote || block.InTable || block.InList || IsLabel(block) || _witnesses.IsTitle(block))
        {
            return false;
        }

        var count = _seen[block.Index];
        var pleads = block.Prose == 0 && (block.LinkLength > 0 || block.Says != Body.Lines.None);
        var atEdge = block.Index < _firstNew || block.Index > _lastNew;
        return pleads || (count >= 2 && (atEdge || count * 2 > _pages));
    }

    /// <summary>A short line without a link that may head what follows ("Ingredients").</summary>
    private bool IsLabel(TextBlock block) =>
        block.Prose == 0 && block.Links == 0 && block.Says == Body.Lines.None && block.Index > _firstNew && block.Index < _lastNew;
}
