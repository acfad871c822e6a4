using System.Text.Json;
using Aggregator.Content.Definitions;
using Aggregator.Model.Text;

namespace Aggregator.Content.Tagging;

/// <summary>Reads one topic of a definition file.</summary>
internal static class TopicReader
{
    /// <summary>Adds the topic to <paramref name="into"/>, or tells <paramref name="reader"/> what is wrong with it.</summary>
    public static void Read(DefinitionReader reader, PositionedJson json, List<TopicDefinition> into)
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
                "languages" => topic with { Languages = reader.Languages(value) },
                "phrases" => topic with { Rules = ReadRules(reader, value) },
                "needs" => topic with { Needs = reader.Patterns(value) },
                "unless" => topic with { Unless = reader.Patterns(value) },
                "ignore" => topic with { Ignore = reader.Patterns(value) },
                "matches" => topic with { Matches = reader.Texts(value) },
                "mustNotMatch" => topic with { MustNotMatch = reader.Texts(value) },
                _ => Unknown(topic, name),
            };
        }

        if (!DefinitionReader.IsName(topic.Name))
        {
            reader.Expected(json, $"a topic to have a \"name\" with a letter or digit, of at most {DefinitionReader.LongestName} characters");
        }
        else if (into.FirstOrDefault(other => Slug.Of(other.Name) == Slug.Of(topic.Name)) is { } other)
        {
            reader.Note(json, $"expected each topic once, found \"{topic.Name}\" beside \"{other.Name}\": in addresses both are \"{Slug.Of(topic.Name)}\"");
        }

        if (topic.Rules.Count == 0 && reader.IsCleanSince(problems))
        {
            reader.Expected(json, "a topic to have \"phrases\"");
        }

        if (reader.IsCleanSince(problems))
        {
            var tagger = new Lazy<TopicTagger>(() => new TopicTagger(new TopicSet([topic], reader.Groups), EntitySet.Empty));
            reader.CheckExamples(json, $"the topic \"{topic.Name}\"", text => tagger.Value.Tag(text).Topics.Count > 0);
        }

        if (reader.IsCleanSince(problems))
        {
            into.Add(topic);
        }

        TopicDefinition Unknown(TopicDefinition same, PositionedJson name)
        {
            reader.Expected(name, "name, description, mediaTopic, threshold, parts, languages, phrases, needs, unless, ignore, matches or mustNotMatch");
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
                case "languages":
                    rule = rule with { Languages = reader.Languages(value) };
                    break;
                default:
                    reader.Expected(name, "weight, needs, unless or languages");
                    break;
            }
        }

        return rule;
    }
}
