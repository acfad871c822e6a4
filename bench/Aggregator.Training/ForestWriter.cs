using System.Globalization;
using Aggregator.Content.Extraction.Body.Learned;
using Microsoft.ML.Trainers.LightGbm;

namespace Aggregator.Training;

/// <summary>Writes a forest as the text that <see cref="Forest"/> reads. Numbers are cut to the digits that matter, so that the file stays small.</summary>
internal static class ForestWriter
{
    public static void Write(LightGbmBinaryModelParameters model, TextWriter text)
    {
        text.Write("# Grown by Aggregator.Training; see docs/decisions. Do not edit.\n");
        foreach (var name in BlockFeatures.AllNames)
        {
            text.Write($"feature {name}\n");
        }

        var ensemble = model.TrainedTreeEnsemble;
        for (var t = 0; t < ensemble.Trees.Count; t++)
        {
            var tree = ensemble.Trees[t];
            var nodes = Enumerable.Range(0, tree.NumberOfNodes)
                .Select(i => $"{tree.NumericalSplitFeatureIndexes[i]} {Number(tree.NumericalSplitThresholds[i], "G6")} {tree.LeftChild[i]} {tree.RightChild[i]}");
            var leaves = tree.LeafValues.Select(value => Number(value * ensemble.TreeWeights[t], "G4"));
            text.Write($"tree {string.Join(',', nodes)}|{string.Join(',', leaves)}\n");
        }

        if (ensemble.Bias != 0)
        {
            text.Write($"tree |{Number(ensemble.Bias, "G6")}\n");
        }
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
