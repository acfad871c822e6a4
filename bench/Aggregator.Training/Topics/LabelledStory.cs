using System.Text.Json.Nodes;
using Aggregator.Content.Tagging;
using Aggregator.Model.Topics;

namespace Aggregator.Training.Topics;

/// <summary>A story whose topics are known, with its words and pairs of words and what the rules say of it.</summary>
internal sealed class LabelledStory
{
    private LabelledStory(JsonObject line, TopicTagger rules)
    {
        Id = (string)line["id"]!;
        Text = new TaggableText((string?)line["title"] ?? "", (string?)line["body"] ?? "", (string?)line["language"]);
        Topics = [.. line["topics"]!.AsArray().Select(topic => (string)topic!)];
        RuleScores = rules.Tag(Text).Topics.ToDictionary(tag => tag.Topic, tag => tag.Score * TopicLearner.TinyThreshold);
        Words = StrengthsOf(new StoryTokens(Text));
    }

    public string Id { get; }

    public TaggableText Text { get; }

    public HashSet<string> Topics { get; }

    /// <summary>What the rules alone add up to, by topic; what is missing is 0.</summary>
    public IReadOnlyDictionary<string, double> RuleScores { get; }

    /// <summary>By word or pair of words side by side, how strongly a phrase of weight 1 would count: the tagger's own measure.</summary>
    public IReadOnlyDictionary<string, double> Words { get; }

    /// <summary>Stories of one event have the same number: they are never both learned from and measured on.</summary>
    public int Event { get; set; }

    public static List<LabelledStory> ReadAll(string path)
    {
        var rules = new TopicTagger(TopicLearner.WithTinyThresholds(TopicSet.Rules), EntitySet.Empty);
        var stories = File.ReadLines(path).Where(line => line.Length > 0).Select(line => new LabelledStory(JsonNode.Parse(line)!.AsObject(), rules)).ToList();
        Events.Number(stories);
        return stories;
    }

    private static Dictionary<string, double> StrengthsOf(StoryTokens story)
    {
        var counts = new Dictionary<string, (int Title, int Lead, int Body)>();
        var before = "";
        foreach (var token in story.Tokens)
        {
            var word = WordOf(story, token);
            foreach (var feature in word.Length == 0 ? [] : before.Length == 0 ? new[] { word } : [word, $"{before} {word}"])
            {
                var known = counts.GetValueOrDefault(feature);
                counts[feature] = token.Part switch
                {
                    StoryPart.Title => known with { Title = 1 },
                    StoryPart.Lead => known with { Lead = known.Lead + 1 },
                    _ => known with { Body = known.Body + 1 },
                };
            }

            before = word;
        }

        var parts = PartWeights.Default;
        return counts.ToDictionary(item => item.Key, item =>
            (item.Value.Title * parts.Title)
            + (item.Value.Lead == 0 ? 0 : (parts.Lead + (parts.Body * story.Shape.Shortness)) * Math.Min(2, 1 + (Math.Log2(item.Value.Lead) / 2)))
            + (parts.Body * Math.Min(1, item.Value.Body / story.Shape.FullBodyCount)));
    }

    /// <summary>The word in the form in which phrases are compared; none for a number, a line break or a single letter.</summary>
    private static string WordOf(StoryTokens story, Token token)
    {
        var text = story.TextOf(token);
        if (text.Length < 2 || text.ContainsAnyInRange('0', '9'))
        {
            return "";
        }

        var folded = new char[text.Length];
        TextTokens.Fold(text, folded);
        return new string(folded);
    }
}
