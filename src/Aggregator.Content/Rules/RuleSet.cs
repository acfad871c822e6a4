using Aggregator.Content.Querying;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Model.Topics;

namespace Aggregator.Content.Rules;

/// <summary>
/// The operator's rules in order. Each sees the story as those before it left it, so one may go by a topic that another gave. The
/// first that drops a story ends it. Immutable; safe for concurrent use.
/// </summary>
public sealed class RuleSet
{
    private readonly HashSet<string> _dropKeys;

    /// <summary>These rules, in this order.</summary>
    public RuleSet(IReadOnlyList<StoryRule> rules)
    {
        Rules = rules;
        Version = ContentHash.Of(8, string.Join('\n', rules.Select(rule => $"{rule.Key} {string.Join(' ', rule.Effects)}")));
        _dropKeys = [.. rules.Where(rule => rule.Drops).Select(rule => rule.Key)];
        SavedFeeds = [.. SubjectsOf(RuleAction.Feed)];
        Topics = [.. SubjectsOf(RuleAction.Tag)];
    }

    /// <summary>No rules.</summary>
    public static RuleSet Empty { get; } = new([]);

    /// <summary>The rules, in order.</summary>
    public IReadOnlyList<StoryRule> Rules { get; }

    /// <summary>Differs between rules that differ in what they do; the same after a restart.</summary>
    public string Version { get; }

    /// <summary>The names of the saved feeds that rules fill, each slug once, in order of the rules.</summary>
    public IReadOnlyList<string> SavedFeeds { get; }

    /// <summary>The topics that rules give, each slug once.</summary>
    public IReadOnlyList<string> Topics { get; }

    /// <summary>Whether a story that was dropped would be dropped again: the rule that did it is still the same.</summary>
    public bool StillDrops(DroppedStory dropped)
    {
        ArgumentNullException.ThrowIfNull(dropped);
        return _dropKeys.Contains(dropped.RuleKey);
    }

    /// <summary>
    /// What the rules make of a story that is tagged and has had no rules yet. The instant its query's times count back from is when it
    /// was first seen, so the same story always gives the same. Where several feeds carried it, a rule that hides stories must match it as each of
    /// them tells it, and any other as one of them does: no feed's rule takes away what another feed brought too.
    /// </summary>
    public RuleOutcome Apply(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        var bare = story with { Rules = [], Carriers = [] };
        var told = story.Carriers.Select(bare.AsCarriedBy).Prepend(bare).Select(one => new QueriedStory(one, story.FirstSeen)).ToArray();
        foreach (var rule in Rules)
        {
            if (!(rule.Hides ? Array.TrueForAll(told, Matches) : Array.Exists(told, Matches)))
            {
                continue;
            }

            foreach (var one in told)
            {
                one.Story = rule.Effects.Aggregate(one.Story, Do);
            }

            if (rule.Drops)
            {
                return new RuleOutcome(told[0].Story with { Carriers = story.Carriers }, rule);
            }

            bool Matches(QueriedStory one) => QueryMatcher.Matches(rule.Query, one);
        }

        return new RuleOutcome(told[0].Story with { Carriers = story.Carriers }, null);
    }

    private static Story Do(Story story, RuleEffect effect)
    {
        IReadOnlyList<TopicTag> topics = effect.Action switch
        {
            RuleAction.Tag => With(story.Topics, effect),
            RuleAction.Untag => [.. story.Topics.Where(tag => tag.Slug != Slug.Of(effect.Subject!))],
            _ => story.Topics,
        };
        return story with { Topics = topics, Rules = [.. story.Rules, effect] };
    }

    /// <summary>The topics with one more; one that is there gets one more reason.</summary>
    private static List<TopicTag> With(IReadOnlyList<TopicTag> topics, RuleEffect effect)
    {
        var slug = Slug.Of(effect.Subject!);
        var reason = new Evidence($"the rule \"{effect.Rule}\"", StoryPart.Setting, 1, 1) { Kind = EvidenceKind.Rule };
        return topics.Any(tag => tag.Slug == slug)
            ? [.. topics.Select(tag => tag.Slug == slug ? tag with { Evidence = [.. tag.Evidence, reason] } : tag)]
            : [.. topics, new TopicTag(effect.Subject!, 1, [reason])];
    }

    private IEnumerable<string> SubjectsOf(RuleAction action) => Rules
        .SelectMany(rule => rule.Effects)
        .Where(effect => effect.Action == action)
        .Select(effect => effect.Subject!)
        .DistinctBy(Slug.Of);
}

/// <summary>What rules made of a story.</summary>
/// <param name="Story">The story with what was done to it.</param>
/// <param name="DroppedBy">The rule that drops it. Null: it stays.</param>
public sealed record RuleOutcome(Story Story, StoryRule? DroppedBy);
