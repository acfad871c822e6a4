using Aggregator.Content.Extraction.Body.Learned;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace Aggregator.Training;

/// <summary>Grows the forest. The same pages always give the same forest.</summary>
internal static class Learner
{
    private const int Trees = 240;
    private const int LeavesOfTree = 24;
    private const double Rate = 0.07;

    /// <summary>Of lines that no rule would keep every fifth is learned from, five times: they are most lines and teach little.</summary>
    private const int Easy = 5;

    /// <summary>What a line of a made page counts beside one of a real page.</summary>
    private const float Made = 0.2f;

    private static readonly int Votes = BlockFeatures.AllNames.ToList().IndexOf("candidates votes");

    public static LightGbmBinaryModelParameters Learn(IEnumerable<GoldPage> pages)
    {
        var examples = new List<Example>();
        foreach (var page in pages)
        {
            for (var i = 0; i < page.Labels.Length; i++)
            {
                var easy = page.Labels[i] == 0 && page.Features[i][Votes] == 0;
                if (page.Labels[i] >= 0 && !page.Tree.Blocks[i].IsMenuLine && (!easy || i % Easy == 0))
                {
                    examples.Add(new Example
                    {
                        Features = page.Features[i],
                        Label = page.Labels[i] == 1,
                        Weight = (page.IsMade ? Made : 1) * page.Weight * (easy ? Easy : 1) * (float)(0.3 + (Math.Log(1 + page.Tree.Blocks[i].Length) / 5)),
                    });
                }
            }
        }

        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, BlockFeatures.AllNames.Count);
        var learning = new MLContext(seed: 1);
        return learning.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            ExampleWeightColumnName = nameof(Example.Weight),
            NumberOfIterations = Trees,
            NumberOfLeaves = LeavesOfTree,
            LearningRate = Rate,
            MinimumExampleCountPerLeaf = 40,
            NumberOfThreads = 1,
            Seed = 1,
            Sigmoid = 1,
            Deterministic = true,
            Booster = new GradientBooster.Options { L2Regularization = 5, FeatureFraction = 0.5, SubsampleFraction = 0.8, SubsampleFrequency = 1 },
        }).Fit(learning.Data.LoadFromEnumerable(examples, schema)).Model.SubModel;
    }

    /// <summary>One line with its features, whether it belongs to the article, and how much it counts.</summary>
    private sealed class Example
    {
        public bool Label { get; set; }

        public float Weight { get; set; }

        public float[] Features { get; set; } = [];
    }
}
