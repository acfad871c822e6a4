using System.Text.Json;
using Aggregator.Content.Definitions;
using Aggregator.Content.Querying;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Content.Rules;

/// <summary>
/// Runs the examples of rules: "matches" and "mustNotMatch", each a title, or an object with title, body, source, category,
/// author, language, published and image. An example is tagged and goes through the rules in order, as a story would.
/// </summary>
internal static class RuleExamples
{
    private static readonly string[] Fields = ["title", "body", "source", "category", "author", "language", "published", "image"];

    /// <summary>Runs the examples that stand in <paramref name="json"/>, which <c>rules[number]</c> was read from.</summary>
    public static void Check(DefinitionJson file, PositionedJson json, IReadOnlyList<StoryRule> rules, int number, RuleFileContext context)
    {
        // Of the rules before it only those matter that can change what it sees.
        var rule = rules[number];
        var upToIt = new RuleSet([.. rules.Take(number).Where(ChangesStories), rule]);
        foreach (var (name, examples) in json.Members.Where(member => member.Name.Text is "matches" or "mustNotMatch"))
        {
            foreach (var example in examples.Items)
            {
                var problems = file.ProblemCount;
                var story = ReadStory(file, example, context);
                if (file.IsCleanSince(problems))
                {
                    Check(file, example, rule, upToIt.Apply(context.Tag(story)), mustMatch: name.Text == "matches");
                }
            }
        }
    }

    private static bool ChangesStories(StoryRule rule) =>
        rule.Effects.Any(effect => effect.Action is RuleAction.Drop or RuleAction.Tag or RuleAction.Untag or RuleAction.Mute);

    private static void Check(DefinitionJson file, PositionedJson example, StoryRule rule, RuleOutcome outcome, bool mustMatch)
    {
        var matched = outcome.Story.Rules.Any(effect => effect.Rule == rule.Name);
        if (matched == mustMatch)
        {
            return;
        }

        var topics = outcome.Story.Topics.Count == 0 ? "it has no topics" : $"its topics are {string.Join(", ", outcome.Story.Topics.Select(tag => tag.Topic))}";
        file.Expected(example, matched ? $"the rule \"{rule.Name}\" not to match this story, but it does ({topics})"
            : outcome.DroppedBy is { } other ? $"the rule \"{rule.Name}\" to match this story, but \"{other.Name}\" before it drops it"
            : $"the rule \"{rule.Name}\" to match this story, but it does not ({topics})");
    }

    private static Story ReadStory(DefinitionJson file, PositionedJson json, RuleFileContext context)
    {
        var story = new Story
        {
            Id = new StoryId(""),
            Feed = new FeedId(""),
            FeedName = "",
            Link = new Uri("https://example.invalid/"),
            Title = "",
            FirstSeen = context.Now,
            Updated = context.Now,
            Cluster = new ClusterId(""),
            Fingerprint = "",
            Body = StoryBody.Empty,
        };
        if (json.Kind != JsonValueKind.Object)
        {
            return story with { Title = file.Text(json) };
        }

        foreach (var (name, value) in json.Members)
        {
            story = name.Text switch
            {
                "title" => story with { Title = file.Text(value) },
                "body" => story with { Body = new StoryBody("", file.Text(value)) },
                "source" => From(story, file.Text(value), context.Names),
                "category" => story with { Category = file.Text(value) },
                "author" => story with { Authors = [file.Text(value)] },
                "language" => story with { Language = file.Text(value) },
                "published" => story with { Published = ReadTime(file, value, context.Now) },
                "image" => story with { Image = value.Kind == JsonValueKind.True ? story.Link : null },
                _ => Unknown(story, name),
            };
        }

        return story;

        Story Unknown(Story same, PositionedJson name)
        {
            file.Expected(name, $"{string.Join(", ", Fields[..^1])} or {Fields[^1]}");
            return same;
        }
    }

    private static Story From(Story story, string source, QueryNames names)
    {
        var feed = names.Feeds?.FirstOrDefault(feed => feed.IsMeantBy(source));
        return story with { Feed = feed?.Id ?? story.Feed, FeedName = feed?.Name ?? source };
    }

    private static DateTimeOffset? ReadTime(DefinitionJson file, PositionedJson value, DateTimeOffset now)
    {
        var time = TimeExpression.Read(value.Text, now);
        if (time is null)
        {
            file.Expected(value, $"a time in quotes, such as {string.Join(", ", TimeExpression.Examples)}");
        }

        return time;
    }
}
