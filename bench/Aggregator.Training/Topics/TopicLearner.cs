using Aggregator.Content.Tagging;

namespace Aggregator.Training.Topics;

/// <summary>
/// Learns, topic by topic, what single words and pairs of words should add to what the rules find: a logistic model whose offset is the
/// rules' score and whose weights are held down by their sum (L1), so that most are nothing. The same stories always give the same weights.
/// </summary>
internal static class TopicLearner
{
    /// <summary>With it the tagger tells every score, however low; rules that add up to less than nothing count as nothing.</summary>
    public const double TinyThreshold = 0.01;

    /// <summary>How fast a score turns from no to yes: at 1.3 the rules are right 3 times in 4.</summary>
    private const double Steepness = 4;

    /// <summary>A word must be in stories of so many events, lest a name of one event be learned.</summary>
    private const int LeastEvents = 4;

    /// <summary>Words of more than this share of the stories say nothing.</summary>
    private const double MostStories = 0.2;

    private const int Candidates = 200;
    private const int Steps = 120;
    private const double Rate = 0.02;
    private const double LeastWeight = 0.02;

    /// <summary>Of so few stories one word must not say more than half of what is needed.</summary>
    private const double MostWeight = 0.5;

    public static TopicSet WithTinyThresholds(TopicSet topics) =>
        new([.. topics.Topics.Select(topic => topic with { Threshold = TinyThreshold, Matches = [], MustNotMatch = [] })], topics.Groups);

    /// <summary>The weights of one topic, weightiest first.</summary>
    public static List<(string Word, double Weight)> Learn(string topic, IReadOnlyList<LabelledStory> stories, double penalty)
    {
        var labels = stories.Select(story => story.Topics.Contains(topic) ? 1.0 : 0).ToArray();
        var scores = stories.Select(story => story.RuleScores.GetValueOrDefault(topic) - 1).ToArray();
        var words = CandidatesOf(stories, labels);
        var columns = words.Select(word => stories.Select((story, i) => (Story: i, Strength: story.Words.GetValueOrDefault(word))).Where(item => item.Strength > 0).ToArray()).ToArray();
        var weights = new double[words.Count];
        for (var step = 0; step < Steps; step++)
        {
            // Errors first, then one step for all words, then each weight drawn towards nothing.
            var errors = labels.Select((label, i) => label - (1 / (1 + Math.Exp(-Steepness * scores[i])))).ToArray();
            for (var w = 0; w < weights.Length; w++)
            {
                var slope = 0.0;
                foreach (var (story, strength) in columns[w])
                {
                    slope += errors[story] * strength;
                }

                var moved = weights[w] + (Rate * slope);
                var drawn = Math.Sign(moved) * Math.Clamp(Math.Abs(moved) - (Rate * penalty), 0, MostWeight);
                for (var i = 0; i < columns[w].Length && drawn != weights[w]; i++)
                {
                    scores[columns[w][i].Story] += (drawn - weights[w]) * columns[w][i].Strength;
                }

                weights[w] = drawn;
            }
        }

        return [.. words.Zip(weights).Where(item => Math.Abs(item.Second) >= LeastWeight).OrderByDescending(item => Math.Abs(item.Second)).ThenBy(item => item.First, StringComparer.Ordinal)];
    }

    /// <summary>The words that go with the topic, or against it, most clearly.</summary>
    private static List<string> CandidatesOf(IReadOnlyList<LabelledStory> stories, double[] labels)
    {
        var rate = labels.Average();
        var events = new Dictionary<string, (HashSet<int> Events, int Stories, double Excess)>();
        for (var i = 0; i < stories.Count; i++)
        {
            foreach (var word in stories[i].Words.Keys)
            {
                var (known, count, excess) = events.TryGetValue(word, out var item) ? item : ([], 0, 0);
                known.Add(stories[i].Event);
                events[word] = (known, count + 1, excess + labels[i] - rate);
            }
        }

        return
        [
            .. events.Where(item => item.Value.Events.Count >= LeastEvents && item.Value.Stories <= MostStories * stories.Count)
                .OrderByDescending(item => Math.Abs(item.Value.Excess) / Math.Sqrt(item.Value.Stories))
                .ThenBy(item => item.Key, StringComparer.Ordinal)
                .Take(Candidates)
                .Select(item => item.Key),
        ];
    }
}
