using Aggregator.Content.Extraction.Body;

namespace Aggregator.Training;

/// <summary>
/// Makes a small page of a whole one: what stands around the article, two levels up, is left, and of the article only its first and last
/// lines. Real pages are long and full; without such ones a forest takes a short page's date line for its text.
/// </summary>
internal sealed class SmallPage(int[] labels)
{
    /// <summary>Levels above the article that are left with all they hold.</summary>
    private const int LevelsAround = 2;

    /// <summary>Lines left of the article at its beginning, at least.</summary>
    private const int LeastLines = 2;

    public void Make(PageTree tree)
    {
        var first = Array.IndexOf(labels, 1);
        var last = Array.LastIndexOf(labels, 1);
        if (first < 0 || labels.Length != tree.Blocks.Count)
        {
            return;
        }

        var core = tree.Blocks[first].Owner;
        while (core.Parent is not null && (core.FirstBlock > first || core.EndBlock <= last))
        {
            core = core.Parent;
        }

        for (var level = 0; level < LevelsAround && core.Parent?.Parent is not null; level++)
        {
            core = core.Parent;
        }

        // Pages differ in how much of the article is left: by their length, so that the same page is always made the same.
        var left = LeastLines + (labels.Length % 7);
        foreach (var block in tree.Blocks.Where(block => block.Owner.Parent is not null))
        {
            if (block.Index < core.FirstBlock || block.Index >= core.EndBlock)
            {
                block.Owner.Element!.Remove();
            }
            else if (labels[block.Index] == 1 && block.Index < last && left-- <= 0 && block.Owner.EndBlock - block.Owner.FirstBlock == 1)
            {
                block.Owner.Element!.Remove();
            }
        }
    }
}
