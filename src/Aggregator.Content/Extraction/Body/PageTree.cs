namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// The page as a tree of nodes over a flat list of blocks. All figures of a subtree are differences of running sums over the blocks,
/// so asking for them costs nothing however often it is done.
/// </summary>
internal sealed class PageTree
{
    private readonly int[] _length;
    private readonly int[] _links;
    private readonly int[] _prose;
    private readonly int[] _goodProse;
    private readonly int[] _headings;

    public PageTree(PageNode root, List<TextBlock> blocks, bool believeNames)
    {
        Root = root;
        Blocks = blocks;
        _length = new int[blocks.Count + 1];
        _links = new int[blocks.Count + 1];
        _prose = new int[blocks.Count + 1];
        _goodProse = new int[blocks.Count + 1];
        _headings = new int[blocks.Count + 1];
        Sum();
        FurnitureMarker.Mark(this, believeNames);
        Sum();
    }

    public PageNode Root { get; }

    public IReadOnlyList<TextBlock> Blocks { get; }

    /// <summary>Characters of all text below the node.</summary>
    public int Length(PageNode node) => Between(_length, node);

    /// <summary>Share of the text below the node that lies in links, 0 to 1.</summary>
    public double LinkDensity(PageNode node) => (double)Between(_links, node) / Math.Max(1, Between(_length, node));

    /// <summary>Characters of running text below the node.</summary>
    public int Prose(PageNode node) => Between(_prose, node);

    /// <summary>Characters of running text below the node that is not in furniture.</summary>
    public int GoodProse(PageNode node) => Between(_goodProse, node);

    public int Headings(PageNode node) => Between(_headings, node);

    /// <summary>Takes the figures of all subtrees anew, after blocks were marked.</summary>
    public void Sum()
    {
        for (var i = 0; i < Blocks.Count; i++)
        {
            var block = Blocks[i];
            _length[i + 1] = _length[i] + block.Length;
            _links[i + 1] = _links[i] + block.LinkLength;
            _prose[i + 1] = _prose[i] + block.Prose;
            _goodProse[i + 1] = _goodProse[i] + (block.Furniture ? 0 : block.Prose);
            _headings[i + 1] = _headings[i] + (block.Heading > 0 ? 1 : 0);
        }
    }

    private static int Between(int[] sums, PageNode node) => sums[node.EndBlock] - sums[node.FirstBlock];
}
