namespace Aggregator.Content.Extraction.Body.Learned;

/// <summary>Where a line stands: how far into the page, below which elements, and what those are called.</summary>
internal static class PlaceFeatures
{
    private static readonly (Hints Hint, string Name)[] Names =
        [.. new[] { Hints.Furniture, Hints.Suspect, Hints.Content, Hints.Byline, Hints.Caption, Hints.Hidden, Hints.Summary, Hints.Button }.Select(hint => (hint, hint.ToString()))];

    private static readonly string[] Landmarks = ["article", "main", "section", "aside", "nav", "footer", "form", "figure", "table", "ul"];

    public static void Write(TextBlock block, PageFacts facts, FeatureRow row)
    {
        row.Prefix = "at ";
        var i = block.Index;
        var headline = facts.Candidates.Headline;
        row.Add("index", (double)i / facts.Tree.Blocks.Count);
        row.Add("prose before", facts.ProseBefore(i));
        row.Add("good before", (double)facts.GoodBefore(i) / facts.Good);
        row.AddLog("good before, length", facts.GoodBefore(i));
        row.AddLog("good after, length", facts.Good - facts.GoodBefore(i + 1));
        row.Add("lines from headline", headline < 0 ? -99 : Math.Clamp(i - headline, -50, 200));
        row.Add("prose from headline", headline < 0 ? -1 : (facts.GoodBefore(i) - facts.GoodBefore(headline)) / (double)facts.Good);

        row.Prefix = "within ";
        Span<int> landmarks = stackalloc int[Landmarks.Length];
        var hints = Hints.None;
        Named furniture = default, content = default, comments = default;
        var depth = 0;
        for (var node = block.Owner; node is not null; node = node.Parent)
        {
            depth++;
            if (Array.IndexOf(Landmarks, node.Name) is var at and >= 0)
            {
                landmarks[at]++;
            }

            // What the page as a whole is called says nothing about its parts.
            if (node.Parent is not null)
            {
                hints |= node.Hints;
                var share = (double)facts.Tree.Prose(node) / facts.Prose;
                furniture = furniture.With(node, Hints.Furniture | Hints.Suspect, depth, share);
                content = content.With(node, Hints.Content, depth, share);
                comments = comments.With(node, Hints.Comments, depth, share);
            }
        }

        row.Add("depth", depth);
        foreach (var (hint, name) in Names)
        {
            row.Add(name, (hints & hint) != 0);
        }

        for (var k = 0; k < Landmarks.Length; k++)
        {
            row.Add(Landmarks[k], landmarks[k]);
        }

        row.Add("furniture share", furniture.Share);
        row.Add("furniture levels", furniture.Levels);
        row.Add("content share", content.Share);
        row.Add("content levels", content.Levels);
        row.Add("comments share", comments.Share);
        row.Add("comments levels", comments.Levels);
    }

    /// <summary>How many levels up the nearest element with a name is (0: there is none), and how much of the page's running text the outermost holds.</summary>
    private readonly record struct Named(int Levels, double Share)
    {
        public Named With(PageNode node, Hints name, int depth, double share) =>
            (node.Hints & name) == 0 ? this : new Named(Levels == 0 ? depth : Levels, share);
    }
}
