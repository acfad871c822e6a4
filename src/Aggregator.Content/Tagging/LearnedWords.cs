using System.Globalization;

namespace Aggregator.Content.Tagging;

/// <summary>
/// Words whose weights were learned from labelled stories (decision 14). The file is a line for each, below its topic:
/// <code>
/// topic IP theft
/// 0.212 confidential
/// 0.158 former employee
/// </code>
/// They are phrases like any other, found in the same walk, and their evidence says so.
/// </summary>
internal static class LearnedWords
{
    private const double MostWeight = 1;

    /// <summary><paramref name="topics"/> with what was learned of them.</summary>
    /// <exception cref="InvalidDataException">The file speaks of a topic that is not there, or holds a line that is none; the message says which.</exception>
    public static TopicSet AddTo(TopicSet topics, string file)
    {
        var learned = topics.Topics.ToDictionary(topic => topic.Name, _ => new List<PhraseRule>());
        List<PhraseRule>? current = null;
        var number = 0;
        foreach (var line in file.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("topic ", StringComparison.Ordinal))
            {
                current = learned.GetValueOrDefault(line[6..]) ?? throw Wrong(number, $"expected the name of a topic, found \"{line[6..]}\"");
                continue;
            }

            current = current ?? throw Wrong(number, "expected \"topic\" with a name first");
            current.Add(ReadLine(line) ?? throw Wrong(number, $"expected a weight from -{MostWeight} to {MostWeight} and a phrase, found \"{line}\""));
        }

        return new TopicSet([.. topics.Topics.Select(topic => topic with { Learned = learned[topic.Name] })], topics.Groups);
    }

    private static PhraseRule? ReadLine(string line) =>
        line.Split(' ', 2) is [var written, var phrase]
            && double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
            && Math.Abs(weight) <= MostWeight
            && Pattern.Parse(phrase, TopicSet.Empty.Groups, out _) is { } pattern
            ? new PhraseRule(pattern, weight, [], [])
            : null;

    private static InvalidDataException Wrong(int line, string what) => new($"topics.learned:{line}: {what}");
}
