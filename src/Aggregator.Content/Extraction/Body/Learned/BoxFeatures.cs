namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>The four boxes around a line, from the smallest that holds more than it outwards, and all lines that are made like it.</summary>
internal static class BoxFeatures
{
    private const int Boxes = 4;

    private static readonly string[] Prefixes = ["box 1 ", "box 2 ", "box 3 ", "box 4 "];

    public static void Write(TextBlock block, PageFacts facts, FeatureRow row)
    {
        var box = block.Owner;
        var blocks = 1;
        for (var level = 0; level < Boxes; level++)
        {
            while (box.Parent is not null && box.EndBlock - box.FirstBlock <= blocks)
            {
                box = box.Parent;
            }

            blocks = box.EndBlock - box.FirstBlock;
            row.Prefix = Prefixes[level];
            Write(block, box, facts, row);
        }

        row.Prefix = "alike ";
        var alike = facts.AlikeTo(block.Index);
        row.AddLog("count", alike.Count);
        row.Add("prose", (double)alike.Prose / facts.Prose);
        row.Add("mean length", (double)alike.Length / alike.Count);
        row.Add("links", alike.LinkDensity);
    }

    private static void Write(TextBlock block, PageNode box, PageFacts facts, FeatureRow row)
    {
        var tree = facts.Tree;
        var blocks = Math.Max(1, box.EndBlock - box.FirstBlock);
        var length = Math.Max(1, tree.Length(box));
        var headline = facts.Candidates.Headline;
        row.AddLog("lines", blocks);
        row.AddLog("length", length);
        row.Add("links", tree.LinkDensity(box));
        row.Add("prose share", (double)tree.Prose(box) / facts.Prose);
        row.Add("good share", (double)tree.GoodProse(box) / facts.Good);
        row.Add("prose part", (double)tree.Prose(box) / length);
        row.Add("headings", Math.Min(10, tree.Headings(box)));
        row.Add("at", (double)(block.Index - box.FirstBlock) / blocks);
        row.Add("mean length", (double)length / blocks);
        row.Add("good before", (double)facts.GoodBefore(box.FirstBlock) / facts.Good);
        row.Add("holds headline", headline >= box.FirstBlock && headline < box.EndBlock);
        var (before, after) = facts.Siblings(box);
        row.Add("alike", Math.Min(12, before + after));
        row.Add("alike before", Math.Min(12, before));
        row.Add("names", (int)(box.Hints & (Hints.Furniture | Hints.Suspect | Hints.Content)));
    }
}
