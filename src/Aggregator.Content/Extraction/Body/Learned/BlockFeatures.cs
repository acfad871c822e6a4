namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>
/// Says of each block in numbers what it is, where it lies, what stands around it and what rules and witnesses think of it. Nothing here
/// knows a site or a language; the order is part of the model's file and checked when it is read.
/// </summary>
internal sealed class BlockFeatures(PageTree tree, Witnesses witnesses, Candidates candidates)
{
    private readonly PageFacts _facts = new(tree, witnesses, candidates);
    private readonly FeatureRow _row = new();

    /// <summary>The names of all features, in order.</summary>
    public static IReadOnlyList<string> AllNames { get; } = ReadNames();

    /// <summary>The features of a block; valid until the next call.</summary>
    public ReadOnlySpan<float> Of(int index)
    {
        Write(index, _row);
        return _row.Values;
    }

    private void Write(int index, FeatureRow row)
    {
        row.Start();
        var block = tree.Blocks[index];
        LineFeatures.Write(block, _facts, row);
        PlaceFeatures.Write(block, _facts, row);
        BoxFeatures.Write(block, _facts, row);
        OpinionFeatures.Write(block, _facts, row);
        NeighbourFeatures.Write(block, _facts, row);
        row.Prefix = "page ";
        row.AddLog("prose", _facts.Prose);
        row.AddLog("good", _facts.Good);
        row.AddLog("blocks", tree.Blocks.Count);
        row.Add("links", tree.LinkDensity(tree.Root));
    }

    private static List<string> ReadNames()
    {
        var root = new PageNode { Name = "body", IsBlock = true };
        var block = new TextBlock { Index = 0, Owner = root, Text = "a", LinkLength = 0, StrongLength = 0, Links = 0, Runs = 1, Heading = 0 };
        root.EndBlock = 1;
        var tree = new PageTree(root, [block], believeNames: true);
        var row = new FeatureRow { Names = [] };
        new BlockFeatures(tree, new Witnesses(new Metadata.PageMetadata(), (null, false)), new Candidates([], -1)).Write(0, row);
        return row.Names;
    }
}
