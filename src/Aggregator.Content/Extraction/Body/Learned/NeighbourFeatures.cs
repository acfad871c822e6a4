namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>The two lines before and after a line, the heading it stands below, and what has been passed since the article began.</summary>
internal static class NeighbourFeatures
{
    /// <summary>How far back a line looks, in lines.</summary>
    private const int Back = 80;

    /// <summary>How far back a line looks for lines of links.</summary>
    private const int Near = 7;

    /// <summary>How far ahead a line looks, in lines.</summary>
    private const int Ahead = 40;

    private static readonly (int Step, string Prefix)[] Steps = [(-2, "2 before "), (-1, "1 before "), (1, "1 after "), (2, "2 after ")];

    public static void Write(TextBlock block, PageFacts facts, FeatureRow row)
    {
        foreach (var (step, prefix) in Steps)
        {
            row.Prefix = prefix;
            var index = block.Index + step;
            Neighbour(block, index >= 0 && index < facts.Tree.Blocks.Count ? facts.Tree.Blocks[index] : null, facts, row);
        }

        row.Prefix = "before ";
        Before(block, facts, row);
        row.Prefix = "until ";
        row.Add("paragraph", LinesUntil(block, facts.Tree, static other => other.Prose > PageFacts.Paragraph));
        row.Add("heading", LinesUntil(block, facts.Tree, static other => other.Heading > 0));
    }

    private static void Neighbour(TextBlock block, TextBlock? other, PageFacts facts, FeatureRow row)
    {
        row.AddLog("length", other?.Length ?? 0);
        row.AddLog("prose", other?.Prose ?? 0);
        row.Add("links", other?.LinkDensity ?? -1);
        row.Add("heading", other?.Heading ?? -1);
        row.Add("ends a sentence", other?.EndsSentence == true);
        row.Add("says", other is null ? -1 : (int)other.Says);
        row.Add("kept", other is null ? -1 : facts.Candidates.Keeps(other.Index) ? 1 : 0);
        row.Add("together", other is null ? -1 : other.Owner.Parent == block.Owner.Parent ? 2 : other.Owner.Parent?.Parent == block.Owner.Parent?.Parent ? 1 : 0);
        row.Add("alike", other is null ? -1 : facts.AreAlike(other.Index, block.Index) ? 1 : 0);
    }

    private static void Before(TextBlock block, PageFacts facts, FeatureRow row)
    {
        var now = facts.PassedBefore(block.Index);
        var then = facts.PassedBefore(Math.Max(0, block.Index - Back));
        var recent = facts.PassedBefore(Math.Max(0, block.Index - Near));
        var heading = now.LastHeading >= 0 && block.Index - now.LastHeading < Back ? facts.Tree.Blocks[now.LastHeading] : null;
        row.Add("lines since paragraph", Math.Min(30, now.LastParagraph < 0 ? Back : block.Index - now.LastParagraph - 1));
        row.Add("meta lines", Math.Min(8, now.Meta - then.Meta));
        row.Add("openings of furniture", Math.Min(8, now.Openings - then.Openings));
        row.Add("author lines", Math.Min(8, now.Authors - then.Authors));
        row.Add("linked headings", Math.Min(8, now.LinkedHeadings - then.LinkedHeadings));
        row.Add("link lines", now.LinkLines - recent.LinkLines);
        row.Add("lines since heading", heading is null ? 99 : Math.Min(60, block.Index - heading.Index));
        row.Add("heading level", heading?.Heading ?? 0);
        row.Add("heading links", heading?.LinkDensity ?? -1);
        row.Add("heading says", heading is null ? -1 : (int)heading.Says);
        row.Add("heading kept", heading is null ? -1 : facts.Candidates.Keeps(heading.Index) ? 1 : 0);
        row.Add("heading is title", heading is not null && facts.IsTitle(heading.Index));
        var (alike, first) = facts.HeadlinesSince(block.Index);
        row.Add("headlines alike", Math.Min(9, alike));
        row.Add("first headings", Math.Min(9, first));
    }

    private static int LinesUntil(TextBlock block, PageTree tree, Func<TextBlock, bool> wanted)
    {
        var lines = 0;
        for (var i = block.Index + 1; i < tree.Blocks.Count && lines < Ahead && !wanted(tree.Blocks[i]); i++)
        {
            lines++;
        }

        return lines;
    }
}
