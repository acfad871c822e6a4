namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>What the candidate bodies say of a line: the best of them, all of them, and how near the line is to what they agree on.</summary>
internal static class OpinionFeatures
{
    private const int MostLevels = 12;

    private static readonly string[] DensestNames = ["levels to 90 %", "levels to 75 %", "levels to 60 %"];

    public static void Write(TextBlock block, PageFacts facts, FeatureRow row)
    {
        row.Prefix = "candidates ";
        var candidates = facts.Candidates;
        var best = candidates.Best;
        row.Add("keep", candidates.Keeps(block.Index));
        row.Add("hold", best is not null && best.Root.FirstBlock <= block.Index && block.Index < best.Root.EndBlock);
        var (votes, weighted) = candidates.Votes(block.Index);
        row.Add("votes", votes);
        row.Add("weighted votes", weighted);
        row.Add("lines from first", best is null ? -99 : Math.Clamp(block.Index - best.FirstKept, -30, 60));
        row.Add("lines from last", best is null ? -99 : Math.Clamp(block.Index - best.LastKept, -60, 60));
        row.Add("levels to best", best is null ? -1 : Levels(block.Owner, best.Root));
        for (var k = 0; k < facts.Densest.Count; k++)
        {
            row.Add(DensestNames[k], Levels(block.Owner, facts.Densest[k]));
        }

        row.Add("score", candidates.BestScore);
        row.Add("margin", candidates.Margin);
        row.Add("good share", (double)candidates.BestProse / facts.Good);
    }

    /// <summary>How many levels up from a node something holds the other; -1: the node lies inside the other.</summary>
    private static int Levels(PageNode node, PageNode other)
    {
        if (other.Contains(node))
        {
            return node == other ? 0 : -1;
        }

        var levels = 0;
        for (var up = node; up is not null && levels < MostLevels && !(up.FirstBlock <= other.FirstBlock && up.EndBlock >= other.EndBlock); up = up.Parent)
        {
            levels++;
        }

        return levels;
    }
}
