namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>
/// Decides line by line what belongs to the article. Rules propose candidate bodies; a forest grown on pages whose article is known
/// weighs what they say with everything else that is known of each line; the feed's own text has the last word where there is one.
/// </summary>
internal static class LearnedBody
{
    /// <summary>A line is kept from this probability on. Lower keeps more of the article and more of the rest.</summary>
    private const double Threshold = 0.48;

    /// <summary>What the feed tells counts for lines of this length and more, in characters; shorter ones agree by chance.</summary>
    private const int TellingLength = 50;

    private const Lines Telling = Lines.IsMeta | Lines.PointsElsewhere | Lines.Asks | Lines.IsLabel | Lines.IsCredit;

    private const string Model = "Aggregator.Content.Extraction.Body.Learned.Data.lines.forest";

    private static readonly Lazy<Forest> LineForest = new(ReadModel);

    /// <summary>The article's lines. Null: the page has no text.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is looked at while lines are judged.</exception>
    public static SelectedBody? Choose(PageTree tree, Witnesses witnesses, CancellationToken cancellationToken)
    {
        var candidates = BodyJudge.Propose(tree, witnesses, cancellationToken);
        if (candidates.Best is null)
        {
            return null;
        }

        var features = new BlockFeatures(tree, witnesses, candidates);
        return Choose(tree, witnesses, candidates, index =>
        {
            if ((index & 63) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            return LineForest.Value.Probability(features.Of(index));
        });
    }

    /// <summary>The article's lines as a forest judges them, told by the line's number.</summary>
    public static SelectedBody? Choose(PageTree tree, Witnesses witnesses, Candidates candidates, Func<int, double> probability)
    {
        var kept = new bool[tree.Blocks.Count];
        var begun = false;
        for (var i = 0; i < kept.Length; i++)
        {
            var block = tree.Blocks[i];
            kept[i] = MayBeKept(block, begun, witnesses) && IsKept(probability(i), block, candidates.Keeps(i), witnesses);
            begun |= kept[i];
        }

        KeepCaptions(tree, kept, candidates);
        LiveBlogLead.Cut(tree, kept, witnesses);
        return SelectedBody.Of(tree, kept) is { KeptLength: > 0 } body ? body : candidates.Best;
    }

    /// <summary>What is never text of the article: lines of menus, its own headline, author and date above it, what is the site's, and captions, which come back with their pictures.</summary>
    private static bool MayBeKept(TextBlock block, bool begun, Witnesses witnesses) =>
        !block.IsMenuLine && !block.InCaption && !block.SeenElsewhere && !((block.Heading > 0 || !begun) && witnesses.IsTitle(block))
        && (begun || (block.Says & Lines.IsMeta) == 0);

    private static bool IsKept(double probability, TextBlock block, bool isProposed, Witnesses witnesses)
    {
        var odds = probability / (1 - probability);
        var fed = block.Length < TellingLength ? -1 : witnesses.FedShare(block);
        if (fed >= 0.6)
        {
            odds *= 5;
        }
        else if (fed >= 0 && fed <= 0.1 && witnesses.HasFullFeedText)
        {
            odds *= 0.15;
        }

        // What is learned from are large pages. On small ones the rules are to be contradicted with more certainty where they have a reason.
        if (!isProposed)
        {
            odds *= ((block.Says & Telling) != 0 || block.LinkDensity > 0.8 ? 0.15 : 1) * (block.Furniture ? 0.4 : 1);
        }

        return odds >= Threshold / (1 - Threshold);
    }

    /// <summary>A caption stays with its picture when the picture stands in the article; it is no part of the text.</summary>
    private static void KeepCaptions(PageTree tree, bool[] kept, Candidates candidates)
    {
        var first = Array.IndexOf(kept, true);
        var last = Array.LastIndexOf(kept, true);
        for (var i = Math.Max(0, first - 2); first >= 0 && i <= last; i++)
        {
            kept[i] |= tree.Blocks[i].InCaption && candidates.Keeps(i);
        }
    }

    private static Forest ReadModel()
    {
        using var stream = typeof(LearnedBody).Assembly.GetManifestResourceStream(Model) ?? throw new InvalidOperationException($"{Model} is missing");
        using var text = new StreamReader(stream);
        var forest = Forest.Read(text);
        return forest.Features.SequenceEqual(BlockFeatures.AllNames, StringComparer.Ordinal)
            ? forest
            : throw new InvalidOperationException($"{Model} was grown on other features than these: run the training program again");
    }
}
