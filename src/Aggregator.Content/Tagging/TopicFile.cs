using System.Text.Json;

namespace Aggregator.Content.Tagging;

/// <summary>What a file of topics gave.</summary>
/// <param name="Topics">The topics without a mistake.</param>
/// <param name="Problems">The mistakes, in the order of the file; empty when all is well.</param>
public sealed record TopicFileResult(TopicSet Topics, IReadOnlyList<DefinitionProblem> Problems);

/// <summary>
/// Reads the topics of a definition file (docs/topics.md tells its form). Never throws on what the file holds: a topic with a
/// mistake is left out and the mistake told. Entities in the same file are passed over.
/// </summary>
public static class TopicFile
{
    /// <summary>Reads <paramref name="json"/>; <paramref name="fileName"/> is used in problems only.</summary>
    public static TopicFileResult Parse(string json, string fileName)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(fileName);
        var reader = new DefinitionReader(json, fileName);
        if (reader.Root is null)
        {
            return new TopicFileResult(TopicSet.Empty, reader.Problems);
        }

        // A user's file may build on the built-in groups; the built-in file itself defines them.
        if (fileName != "topics.json" || reader.Root.Names.All(name => name.Text != "groups"))
        {
            foreach (var (name, phrases) in TopicSet.BuiltIn.Groups)
            {
                reader.Groups[name] = phrases;
            }
        }

        reader.ReadGroups();
        var topics = new List<TopicDefinition>();
        foreach (var (name, value) in reader.Root.Members)
        {
            switch (name.Text)
            {
                case "topics":
                    foreach (var item in reader.Array(value))
                    {
                        ReadTopic(reader, item, topics);
                    }

                    break;
                case "groups" or "entities" or "$schema":
                    break;
                default:
                    reader.Expected(name, "\"topics\", \"entities\" or \"groups\"");
                    break;
            }
        }

        return new TopicFileResult(new TopicSet(topics, reader.Groups), reader.Problems);
    }

    private static void ReadTopic(DefinitionReader reader, PositionedJson json, List<TopicDefinition> into)
    {
        var problems = reader.ProblemCount;
        if (!reader.IsObject(json))
        {
            return;
        }

        var topic = new TopicDefinition { Name = "" };
        foreach (var (name, value) in json.Members)
        {
            topic = name.Text switch
            {
                "name" => topic with { Name = reader.Text(value) },
                "description" => topic with { Description = reader.Text(value) },
                "mediaTopic" => topic with { MediaTopic = value.Kind == JsonValueKind.Null ? null : reader.Text(value) },
                "threshold" => topic with { Threshold = reader.Number(value, 0.01, 100) },
                "parts" => topic with { Parts = ReadParts(reader, value) },
                "phrases" => topic with { Rules = ReadRules(reader, value) },
                "needs" => topic with { Needs = reader.Patterns(value) },
                "unless" => topic with { Unless = reader.Patterns(value) },
                "ignore" => topic with { Ignore = reader.Patterns(value) },
                "matches" => topic with { Matches = reader.Texts(value) },
                "mustNotMatch" => topic with { MustNotMatch = reader.Texts(value) },
                _ => Unknown(topic, name),
            };
        }

        if (!topic.Name.Any(char.IsLetterOrDigit))
        {
            reader.Expected(json, "a topic to have a \"name\" with a letter or digit");
        }
        else if (into.Any(other => string.Equals(other.Name, topic.Name, StringComparison.OrdinalIgnoreCase)))
        {
            reader.Note(json, $"expected each topic once, found \"{topic.Name}\" again");
        }

        if (topic.Rules.Count == 0)
        {
            reader.Expected(json, "a topic to have \"phrases\"");
        }

        if (reader.IsCleanSince(problems))
        {
            CheckExamples(reader, json, topic);
            into.Add(topic);
        }

        TopicDefinition Unknown(TopicDefinition same, PositionedJson name)
        {
            reader.Expected(name, "name, description, mediaTopic, threshold, parts, phrases, needs, unless, ignore, matches or mustNotMatch");
            return same;
        }
    }

    private static PartWeights ReadParts(DefinitionReader reader, PositionedJson json)
    {
        var parts = PartWeights.Default;
        if (!reader.IsObject(json))
        {
            return parts;
        }

        foreach (var (name, value) in json.Members)
        {
            var weight = reader.Number(value, 0, 100);
            switch (name.Text)
            {
                case "title":
                    parts = parts with { Title = weight };
                    break;
                case "lead":
                    parts = parts with { Lead = weight };
                    break;
                case "body":
                    parts = parts with { Body = weight };
                    break;
                default:
                    reader.Expected(name, "title, lead or body");
                    break;
            }
        }

        return parts;
    }

    private static List<PhraseRule> ReadRules(DefinitionReader reader, PositionedJson json)
    {
        var rules = new List<PhraseRule>();
        if (!reader.IsObject(json))
        {
            return rules;
        }

        foreach (var (name, value) in json.Members)
        {
            if (reader.Pattern(name) is { } pattern)
            {
                rules.Add(value.Kind == JsonValueKind.Object
                    ? ReadRule(reader, pattern, value)
                    : new PhraseRule(pattern, reader.Number(value, -100, 100), [], []));
            }
        }

        return rules;
    }

    private static PhraseRule ReadRule(DefinitionReader reader, Pattern pattern, PositionedJson json)
    {
        var rule = new PhraseRule(pattern, 1, [], []);
        foreach (var (name, value) in json.Members)
        {
            switch (name.Text)
            {
                case "weight":
                    rule = rule with { Weight = reader.Number(value, -100, 100) };
                    break;
                case "needs":
                    rule = rule with { Needs = reader.Patterns(value) };
                    break;
                case "unless":
                    rule = rule with { Unless = reader.Patterns(value) };
                    break;
                default:
                    reader.Expected(name, "weight, needs or unless");
                    break;
            }
        }

        return rule;
    }

    private static void CheckExamples(DefinitionReader reader, PositionedJson json, TopicDefinition topic)
    {
        if (topic.Matches.Count + topic.MustNotMatch.Count == 0)
        {
            return;
        }

        var tagger = new TopicTagger(new TopicSet([topic], reader.Groups), EntitySet.Empty);
        foreach (var (name, examples) in json.Members)
        {
            foreach (var example in name.Text is "matches" or "mustNotMatch" ? examples.Items : [])
            {
                var tagged = tagger.Tag(new TaggableText(example.Text, "", null)).Topics.Count > 0;
                if (tagged != (name.Text == "matches"))
                {
                    reader.Expected(example, tagged
                        ? $"the title not to get the topic \"{topic.Name}\", but its phrases find it"
                        : $"the title to get the topic \"{topic.Name}\", but its phrases do not find it");
                }
            }
        }
    }
}
