using Microsoft.ML.Data;

namespace Aggregator.Training;

/// <summary>Grows the forest that ships, and says which features carry it.</summary>
internal static class LearnCommand
{
    private const int Shown = 40;

    public static int Run(string folder, string path)
    {
        var pages = GoldPage.ReadAll(folder).ToList();
        var model = Learner.Learn(pages);
        using (var text = new StreamWriter(path))
        {
            ForestWriter.Write(model, text);
        }

        VBuffer<float> gains = default;
        model.GetFeatureWeights(ref gains);
        Console.WriteLine($"{pages.Count} pages, {pages.Sum(page => page.Labels.Count(label => label >= 0))} lines with a label; features by gain:");
        foreach (var (index, gain) in gains.Items().OrderByDescending(item => item.Value).Take(Shown))
        {
            Console.WriteLine($"{gain,6:F3} {Aggregator.Content.Extraction.Body.Learned.BlockFeatures.AllNames[index]}");
        }

        return 0;
    }
}
