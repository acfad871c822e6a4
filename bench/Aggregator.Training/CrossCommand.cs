using System.Text.Json.Nodes;
using Aggregator.Content.Extraction.Body.Learned;

namespace Aggregator.Training;

/// <summary>
/// Cross-validation by host: what the scorer says of the output is what the extractor would do on pages of sites that it has never seen.
/// </summary>
internal static class CrossCommand
{
    public static int Run(string folder, string path, int folds, IReadOnlyList<string> without)
    {
        var pages = GoldPage.ReadAll(folder).ToList();
        Forget(pages, without);
        using var output = new StreamWriter(path);
        for (var fold = 0; fold < folds; fold++)
        {
            using var text = new StringWriter();
            ForestWriter.Write(Learner.Learn(pages.Where(page => FoldOf(page, folds) != fold)), text);
            var forest = Forest.Read(new StringReader(text.ToString()));
            foreach (var page in pages.Where(page => !page.IsMade && FoldOf(page, folds) == fold))
            {
                output.WriteLine(new JsonObject { ["id"] = page.Id, ["body"] = page.Find(forest) }.ToJsonString());
            }
        }

        return 0;
    }

    /// <summary>Leaves out the features whose names start so: what they are worth is what is lost.</summary>
    private static void Forget(List<GoldPage> pages, IReadOnlyList<string> without)
    {
        var names = BlockFeatures.AllNames;
        var forgotten = Enumerable.Range(0, names.Count).Where(i => without.Any(start => names[i].StartsWith(start, StringComparison.Ordinal))).ToList();
        foreach (var row in pages.SelectMany(page => page.Features))
        {
            forgotten.ForEach(i => row[i] = 0);
        }
    }

    private static int FoldOf(GoldPage page, int folds) => (int)(page.Host.Aggregate(17u, (hash, c) => (hash * 31) + c) % (uint)folds);
}
