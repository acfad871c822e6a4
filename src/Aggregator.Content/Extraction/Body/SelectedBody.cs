using System.Text;

namespace Aggregator.Content.Extraction.Body;

/// <summary>A candidate body: an element, and which of its blocks belong to the article.</summary>
internal sealed class SelectedBody(PageNode root)
{
    private readonly bool[] _kept = Filled(root.EndBlock - root.FirstBlock);

    public PageNode Root => root;

    public int KeptLength { get; private set; }

    /// <summary>Characters of running text that is kept.</summary>
    public int KeptProse { get; private set; }

    public int FirstKept { get; private set; } = -1;

    public int LastKept { get; private set; } = -1;

    /// <summary>A body of just these lines, in the smallest element that holds them all.</summary>
    public static SelectedBody Of(PageTree tree, bool[] kept)
    {
        var (first, end) = (Array.IndexOf(kept, true), Array.LastIndexOf(kept, true) + 1);
        var holder = tree.Root;
        while (first >= 0 && holder.Children.Find(child => child.IsBlock && child.FirstBlock <= first && child.EndBlock >= end) is { } smaller)
        {
            holder = smaller;
        }

        var body = new SelectedBody(holder);
        for (var i = holder.FirstBlock; i < holder.EndBlock; i++)
        {
            if (!kept[i])
            {
                body.Drop(i);
            }
        }

        return body.Close(tree);
    }

    public bool Keeps(int index) => index >= root.FirstBlock && index < root.EndBlock && _kept[index - root.FirstBlock];

    public void Drop(int index) => _kept[index - root.FirstBlock] = false;

    public void Drop(int first, int end)
    {
        for (var i = Math.Max(first, root.FirstBlock); i < Math.Min(end, root.EndBlock); i++)
        {
            Drop(i);
        }
    }

    public bool KeepsAny(PageNode node)
    {
        for (var i = node.FirstBlock; i < node.EndBlock; i++)
        {
            if (Keeps(i))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Counts what is kept, once all dropping is done.</summary>
    public SelectedBody Close(PageTree tree)
    {
        KeptLength = KeptProse = 0;
        FirstKept = LastKept = -1;
        for (var i = root.FirstBlock; i < root.EndBlock; i++)
        {
            if (Keeps(i))
            {
                KeptLength += tree.Blocks[i].Length;
                KeptProse += tree.Blocks[i].Prose;
                FirstKept = FirstKept < 0 ? i : FirstKept;
                LastKept = i;
            }
        }

        return this;
    }

    /// <summary>The kept blocks, one a line. Captions belong to their pictures and are left out.</summary>
    public string Text(PageTree tree)
    {
        var text = new StringBuilder();
        for (var i = root.FirstBlock; i < root.EndBlock; i++)
        {
            if (Keeps(i) && !tree.Blocks[i].InCaption)
            {
                text.Append(tree.Blocks[i].Text).Append('\n');
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    private static bool[] Filled(int count)
    {
        var kept = new bool[count];
        Array.Fill(kept, true);
        return kept;
    }
}
