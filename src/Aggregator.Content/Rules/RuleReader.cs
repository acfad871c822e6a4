using System.Text.Json;
using Aggregator.Content.Definitions;
using Aggregator.Content.Querying;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Content.Rules;

/// <summary>Reads the rules of one file, one after the other.</summary>
internal sealed class RuleReader(DefinitionJson file, RuleFileContext context)
{
    private const double MostBoost = 100;

    /// <summary>The longest name of a topic or saved feed, in characters: it becomes an address, and a key in the store.</summary>
    private const int LongestName = 100;

    private readonly HashSet<string> _slugs = [];
    private readonly List<DefinitionProblem> _warnings = [];

    /// <summary>What is doubtful in the rules read so far.</summary>
    public IReadOnlyList<DefinitionProblem> Warnings => _warnings;

    /// <summary>The rule. Null: something is wrong with it, and noted.</summary>
    public StoryRule? Read(PositionedJson json)
    {
        var problems = file.ProblemCount;
        if (!file.IsObject(json))
        {
            return null;
        }

        var name = NameOf(json);
        string? when = null;
        QueryNode? query = null;
        var effects = new List<RuleEffect>();
        var examples = 0;
        foreach (var (member, value) in json.Members)
        {
            switch (member.Text)
            {
                case "name":
                    break;
                case "when":
                    when = file.Text(value);
                    query = ReadQuery(value, when);
                    break;
                case "drop":
                    effects.AddRange(Switch(value, new RuleEffect(name, RuleAction.Drop)));
                    break;
                case "mute":
                    effects.AddRange(Switch(value, new RuleEffect(name, RuleAction.Mute)));
                    break;
                case "boost":
                    effects.Add(new RuleEffect(name, RuleAction.Boost, Weight: ReadBoost(value)));
                    break;
                case "tag":
                    effects.AddRange(Names(value, "a topic").Select(topic => new RuleEffect(name, RuleAction.Tag, FullName(topic) ?? topic.Text.Trim())));
                    break;
                case "untag":
                    effects.AddRange(Names(value, "a topic").Select(topic => new RuleEffect(name, RuleAction.Untag, KnownName(topic))));
                    break;
                case "feed":
                    effects.AddRange(Names(value, "a saved feed").Select(feed => new RuleEffect(name, RuleAction.Feed, feed.Text.Trim())));
                    break;
                case "matches" or "mustNotMatch":
                    examples += file.Array(value).Count;
                    break;
                case "description":
                    file.Text(value);
                    break;
                default:
                    string[] fields = ["name", "description", "when", "drop", "mute", "boost", "tag", "untag", "feed", "matches", "mustNotMatch"];
                    file.Expected(member, $"{string.Join(", ", fields[..^1])} or {fields[^1]}, found \"{member.Text}\"; try {NearNames.Of(member.Text, fields)[0]}");
                    break;
            }
        }

        CheckWhole(json, when, effects, problems);
        return file.IsCleanSince(problems)
            ? new StoryRule { Name = name, When = when!, Query = query!, Effects = effects, Examples = examples }
            : null;
    }

    private string NameOf(PositionedJson json)
    {
        var value = json.Members.FirstOrDefault(member => member.Name.Text == "name").Value;
        var name = value is null ? "" : file.Text(value);
        var slug = Slug.Of(name);
        if (slug.Length == 0)
        {
            file.Expected(value ?? json, "a rule to have a \"name\" with a letter or digit");
        }
        else if (!_slugs.Add(slug))
        {
            file.Note(value!, $"expected each rule once, found \"{name}\" again");
        }

        return name;
    }

    private QueryNode? ReadQuery(PositionedJson json, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null; // noted already
        }

        var result = QueryParser.Parse(text, context.Names, context.Now);
        if (result.Error is { } error)
        {
            file.Note(json, error.ToString());
        }
        else if (result.Sort is { } sort)
        {
            file.Note(json, FormattableString.Invariant($"column {sort.Column} of the query: sort: cannot stand in a rule, which looks at one story"));
        }
        else if (FindClusterFact(result.Query!) is { } fact)
        {
            file.Note(json, FormattableString.Invariant(
                $"column {fact.Column} of the query: min_sources: and is:lead cannot stand in a rule, which looks at a story when it comes, before others tell the same event"));
        }

        _warnings.AddRange(result.UnknownSources.Select(unknown => file.Problem(json, unknown.ToString())));
        return result.Query;
    }

    private static QueryNode? FindClusterFact(QueryNode query) => query switch
    {
        QueryNode.MinSources or QueryNode.Trait { Which: StoryTrait.Lead } => query,
        QueryNode.AllOf and => and.Parts.Select(FindClusterFact).FirstOrDefault(part => part is not null),
        QueryNode.AnyOf or => or.Parts.Select(FindClusterFact).FirstOrDefault(part => part is not null),
        QueryNode.NotThat not => FindClusterFact(not.Part),
        _ => null,
    };

    private RuleEffect[] Switch(PositionedJson value, RuleEffect effect)
    {
        if (value.Kind is not (JsonValueKind.True or JsonValueKind.False))
        {
            file.Expected(value, "true or false");
        }

        return value.Kind == JsonValueKind.True ? [effect] : [];
    }

    private double ReadBoost(PositionedJson value)
    {
        var boost = file.Number(value, -MostBoost, MostBoost);
        if (boost == 0)
        {
            file.Expected(value, "a boost other than 0");
        }

        return boost;
    }

    /// <summary>One name, or a list of names.</summary>
    private List<PositionedJson> Names(PositionedJson value, string what)
    {
        IReadOnlyList<PositionedJson> names = value.Kind == JsonValueKind.String ? [value] : file.Array(value);
        foreach (var name in names.Where(name => name.Kind != JsonValueKind.String || Slug.Of(name.Text).Length is 0 or > LongestName))
        {
            file.Expected(name, $"the name of {what}, with a letter or digit, of at most {LongestName} characters");
        }

        return [.. names.Where(name => name.Kind == JsonValueKind.String)];
    }

    /// <summary>The full name of the topic meant. Null: there is none, the rule gives one of the operator's own.</summary>
    private string? FullName(PositionedJson topic) =>
        context.Names.Topics?.FirstOrDefault(name => Slug.Of(name) == Slug.Of(topic.Text));

    private string KnownName(PositionedJson topic)
    {
        if (context.Names.Topics is { } topics && FullName(topic) is null)
        {
            var near = NearNames.Of(Slug.Of(topic.Text), topics.Select(Slug.Of));
            file.Note(topic, $"there is no topic \"{topic.Text}\"; try {string.Join(", ", near)}");
        }

        return FullName(topic) ?? topic.Text;
    }

    private void CheckWhole(PositionedJson json, string? when, List<RuleEffect> effects, int problems)
    {
        if (when is null)
        {
            file.Expected(json, "a rule to have a \"when\", the query it goes by");
        }

        if (effects.Count == 0 && file.IsCleanSince(problems))
        {
            file.Expected(json, "a rule to do something: drop, mute, boost, tag, untag or feed");
        }

        if (effects.Count > 1 && effects.Any(effect => effect.Action == RuleAction.Drop))
        {
            file.Expected(json, "\"drop\" to stand alone: nothing else can be done to a story that is not stored");
        }

        if (effects.Any(effect => effect.Action == RuleAction.Mute) && effects.Any(effect => effect.Action == RuleAction.Feed))
        {
            file.Expected(json, "either \"mute\" or \"feed\": a muted story is in no feed");
        }
    }
}
