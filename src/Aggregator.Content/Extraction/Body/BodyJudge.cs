using Aggregator.Content.Extraction.Body.Learned;

namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Scores candidate bodies after each was trimmed. What counts: the share of the page's good running text that it keeps,
/// how little else it keeps, what its element is called, where the headline is, and what the witnesses say.
/// </summary>
internal static class BodyJudge
{
    /// <summary>Proposes bodies, each trimmed and with its score.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is looked at at each line and before each candidate.</exception>
    public static Candidates Propose(PageTree tree, Witnesses witnesses, CancellationToken cancellationToken)
    {
        ReadLines(tree, cancellationToken);
        var headline = Headline(tree, witnesses);
        var candidates = new List<(SelectedBody Body, double Score)>();
        foreach (var root in CandidateFinder.Find(tree, headline))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var body = BlockSelector.Select(tree, root, witnesses);
            if (body.KeptLength == 0)
            {
                continue;
            }

            candidates.Add((body, Score(tree, body, witnesses) + Near(body, headline)));
        }

        return new Candidates(candidates, headline);
    }

    /// <summary>Patterns cost up to a millisecond on a hostile line: all lines are read once, under the token, before they are asked about.</summary>
    private static void ReadLines(PageTree tree, CancellationToken cancellationToken)
    {
        foreach (var block in tree.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ = block.Says;
        }
    }

    private static double Score(PageTree tree, SelectedBody body, Witnesses witnesses)
    {
        int prose = 0, junk = 0, kept = 0;
        for (var i = body.Root.FirstBlock; i < body.Root.EndBlock; i++)
        {
            if (!body.Keeps(i))
            {
                continue;
            }

            var block = tree.Blocks[i];
            kept += block.Length;
            prose += block.Prose;
            junk += block.Prose == 0 && block.Heading == 0 && !block.InList && !block.InTable ? block.Length : block.LinkLength / 2;
        }

        var all = Math.Max(1, tree.GoodProse(tree.Root));
        var share = Math.Min(1.0, (double)prose / all);
        return (share * (witnesses.HasFullFeedText ? 0.4 : 1)) - (0.6 * junk / Math.Max(1, kept)) + Named(body.Root) + witnesses.Agreement(tree, body);
    }

    /// <summary>The block that shows the headline; -1: none does. Of several the last heading of level one, else the first.</summary>
    private static int Headline(PageTree tree, Witnesses witnesses)
    {
        var found = -1;
        foreach (var block in tree.Blocks)
        {
            if (block.Heading > 0 && witnesses.IsTitle(block) && (found < 0 || (block.Heading == 1 && tree.Blocks[found].Heading != 1)))
            {
                found = block.Index;
            }
        }

        return found;
    }

    /// <summary>An article begins below its headline, not above it and not far away.</summary>
    private static double Near(SelectedBody body, int headline) =>
        headline < 0 ? 0
        : body.Root.FirstBlock <= headline && headline < body.Root.EndBlock ? 0.05
        : body.FirstKept > headline && body.FirstKept - headline < 25 ? 0.05
        : -0.15;

    private static double Named(PageNode root)
    {
        if (root.Element!.GetAttribute("itemprop")?.Contains("articleBody", StringComparison.OrdinalIgnoreCase) == true)
        {
            return 0.2;
        }

        return (root.Hints & Hints.Content) != 0 ? 0.15
            : root.Name is "article" ? 0.12
            : root.Name is "main" ? 0.05
            : root.Name is "body" or "html" ? -0.1 : 0;
    }
}
