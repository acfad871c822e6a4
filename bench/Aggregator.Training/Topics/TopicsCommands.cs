using System.Globalization;
using System.Text.Json.Nodes;
using Aggregator.Content.Tagging;

namespace Aggregator.Training.Topics;

/// <summary>Learns what ships beside the topics' rules, and measures it by cross-validation.</summary>
internal static class TopicsCommands
{
    /// <summary>The only one measured to the end, November 2026; decision 14 has the figures.</summary>
    public const double Penalty = 3;

    /// <summary>Writes the file that ships.</summary>
    public static int Learn(string path, string output, double penalty)
    {
        File.WriteAllText(output, Write(LabelledStory.ReadAll(path), penalty));
        return 0;
    }

    /// <summary>Tags each story with what was learned from stories of other events: {"id","topics"} a line, for a scorer.</summary>
    public static int Cross(string path, string output, int folds, double penalty)
    {
        var stories = LabelledStory.ReadAll(path);
        using var text = new StreamWriter(output);
        for (var fold = 0; fold < folds; fold++)
        {
            var learned = Write([.. stories.Where(story => story.Event % folds != fold)], penalty);
            var tagger = new TopicTagger(LearnedWords.AddTo(TopicSet.Rules, learned), EntitySet.Empty);
            foreach (var story in stories.Where(story => story.Event % folds == fold))
            {
                var topics = tagger.Tag(story.Text).Topics.Select(tag => (JsonNode)tag.Topic);
                text.WriteLine(new JsonObject { ["id"] = story.Id, ["topics"] = new JsonArray([.. topics]) }.ToJsonString());
            }
        }

        return 0;
    }

    private static string Write(IReadOnlyList<LabelledStory> stories, double penalty)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        text.WriteLine("# Learned by Aggregator.Training; see docs/decisions. Do not edit.");
        foreach (var topic in TopicSet.Rules.Topics)
        {
            var learned = TopicLearner.Learn(topic.Name, stories, penalty);
            if (learned.Count > 0)
            {
                text.WriteLine($"topic {topic.Name}");
            }

            foreach (var (word, weight) in learned)
            {
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{weight:0.000} {word}"));
            }
        }

        return text.ToString();
    }
}
