using Aggregator.Content.Definitions;
using Aggregator.Content.Querying;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Rules;

/// <summary>What a file of rules gave.</summary>
/// <param name="Rules">The rules; empty where there are problems, because rules work together.</param>
/// <param name="Problems">The mistakes, in the order of the file; empty when all is well.</param>
/// <param name="Warnings">What is doubtful and may stay, likewise.</param>
public sealed record RuleFileResult(RuleSet Rules, IReadOnlyList<DefinitionProblem> Problems, IReadOnlyList<DefinitionProblem> Warnings);

/// <summary>What a file of rules is read with.</summary>
/// <param name="Names">The topics, entities and feeds there are.</param>
/// <param name="Tag">Gives a story the topics and entities that it has before any rule.</param>
/// <param name="Now">The instant.</param>
public sealed record RuleFileContext(QueryNames Names, Func<Story, Story> Tag, DateTimeOffset Now);

/// <summary>Reads a file of rules; docs/rules.md tells its form. Never throws on what the file holds.</summary>
public static class RuleFile
{
    /// <summary>The largest file read, in characters: some thousand rules with their examples.</summary>
    public const int MaxLength = 512 * 1024;

    private const int MaxRules = 1_000;

    /// <summary>Reads <paramref name="json"/>. <paramref name="fileName"/> is used in problems only.</summary>
    public static RuleFileResult Parse(string json, string fileName, RuleFileContext context)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(context);
        if (json.Length > MaxLength)
        {
            return new RuleFileResult(RuleSet.Empty, [new DefinitionProblem(fileName, 1, 1, $"expected at most {MaxLength / 1024} KB of rules")], []);
        }

        var file = new DefinitionJson(json, fileName, "{\"rules\": [...]}");
        var items = ItemsOf(file);
        var reader = new RuleReader(file, context with { Names = WithGiven(context.Names, items) });
        var read = items.Take(MaxRules).Select(item => (Json: item, Rule: reader.Read(item))).ToList();
        if (items.Count > MaxRules)
        {
            file.Expected(items[MaxRules], FormattableString.Invariant($"at most {MaxRules} rules"));
        }

        var rules = read.Select(pair => pair.Rule).OfType<StoryRule>().ToList();
        if (file.ProblemCount == 0)
        {
            for (var i = 0; i < rules.Count; i++)
            {
                RuleExamples.Check(file, read[i].Json, rules, i, context);
            }
        }

        return new RuleFileResult(file.ProblemCount == 0 ? new RuleSet(rules) : RuleSet.Empty, file.Problems, reader.Warnings);
    }

    private static List<PositionedJson> ItemsOf(DefinitionJson file)
    {
        var items = new List<PositionedJson>();
        foreach (var (name, value) in file.Root?.Members ?? [])
        {
            switch (name.Text)
            {
                case "rules":
                    items.AddRange(file.Array(value));
                    break;
                case "$schema":
                    break;
                default:
                    file.Expected(name, "\"rules\"");
                    break;
            }
        }

        return items;
    }

    /// <summary>The names with the topics that the rules themselves give: another rule may go by those.</summary>
    private static QueryNames WithGiven(QueryNames names, List<PositionedJson> items)
    {
        var given = items
            .SelectMany(item => item.Members)
            .Where(member => member.Name.Text == "tag")
            .SelectMany(member => (IEnumerable<PositionedJson>)[member.Value, .. member.Value.Items])
            .Where(value => value.Text.Length > 0)
            .Select(value => value.Text);
        return names.Topics is { } topics ? names with { Topics = [.. topics, .. given] } : names;
    }
}
