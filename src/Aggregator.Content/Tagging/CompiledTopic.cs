using Aggregator.Model.Topics;

namespace Aggregator.Content.Tagging;

/// <summary>A topic ready to score texts.</summary>
internal sealed class CompiledTopic(TopicDefinition topic, PhraseIndex index)
{
    private readonly (CompiledPattern Pattern, double Weight, CompiledPattern[] Needs, CompiledPattern[] Unless)[] _rules =
        [.. topic.Rules.Select(rule => (
            new CompiledPattern(rule.Pattern, index),
            rule.Weight,
            CompiledPattern.All(rule.Needs, index),
            CompiledPattern.All(rule.Unless, index)))];

    private readonly CompiledPattern[] _needs = CompiledPattern.All(topic.Needs, index);
    private readonly CompiledPattern[] _unless = CompiledPattern.All(topic.Unless, index);
    private readonly CompiledPattern[] _ignore = CompiledPattern.All(topic.Ignore, index);

    /// <summary>For each rule, the phrases without one of which it has nothing to go by.</summary>
    public IEnumerable<(int Phrase, int Rule)> Keys => _rules.SelectMany((rule, number) => rule.Pattern.Parts[0].Phrases.Select(phrase => (phrase, number)));

    /// <summary>The tag with its evidence. Null: the text is not about this topic.</summary>
    /// <param name="matches">What was found in the text.</param>
    /// <param name="shape">Its length.</param>
    /// <param name="rules">The numbers of the rules that may have something to go by (<see cref="Keys"/>), rising.</param>
    public TopicTag? Score(PatternMatches matches, TextShape shape, IEnumerable<int> rules)
    {
        List<Span>? ignored = null;
        var evidence = new List<Evidence>();
        foreach (var (pattern, weight, needs, unless) in rules.Select(rule => _rules[rule]))
        {
            var spans = matches.Find(pattern);
            if (spans.Count == 0 || (needs.Length > 0 && !matches.Any(needs)) || matches.Any(unless))
            {
                continue;
            }

            ignored ??= matches.FindEvery(_ignore);
            spans.RemoveAll(span => ignored.Exists(hidden => hidden.First <= span.First && span.Last <= hidden.Last));
            AddEvidence(pattern.Text, weight, spans, shape, evidence);
        }

        var score = evidence.Sum(item => item.Weight) / topic.Threshold;
        if (score < 1 || (_needs.Length > 0 && !matches.Any(_needs)) || matches.Any(_unless))
        {
            return null;
        }

        return new TopicTag(topic.Name, Math.Round(score, 3),
        [
            .. evidence.OrderByDescending(item => Math.Abs(item.Weight))
                .ThenBy(item => item.Part)
                .ThenBy(item => item.Feature, StringComparer.Ordinal),
        ]);
    }

    private void AddEvidence(string feature, double weight, List<Span> spans, TextShape shape, List<Evidence> into)
    {
        Add(StoryPart.Title, topic.Parts.Title, _ => 1);
        Add(StoryPart.Lead, topic.Parts.Lead + (topic.Parts.Body * shape.Shortness), count => Math.Min(2, 1 + (Math.Log2(count) / 2)));
        Add(StoryPart.Body, topic.Parts.Body, count => Math.Min(1, count / shape.FullBodyCount));

        void Add(StoryPart part, double partWeight, Func<int, double> strength)
        {
            if (spans.Count(span => span.Part == part) is > 0 and var count)
            {
                into.Add(new Evidence(feature, part, count, Math.Round(weight * partWeight * strength(count), 4)));
            }
        }
    }
}

/// <summary>An entity ready to be found in texts.</summary>
internal sealed class CompiledEntity(EntityDefinition entity, PhraseIndex index)
{
    private readonly CompiledPattern[] _aliases = CompiledPattern.All(entity.Aliases, index);
    private readonly CompiledPattern[] _ambiguous = CompiledPattern.All(entity.Ambiguous, index);
    private readonly CompiledPattern[] _needs = CompiledPattern.All(entity.Needs, index);
    private readonly CompiledPattern[] _ignore = CompiledPattern.All(entity.Ignore, index);

    /// <summary>The phrases without one of which the entity is not in a text.</summary>
    public IEnumerable<int> Keys => _aliases.Concat(_ambiguous).SelectMany(pattern => pattern.Parts[0].Phrases);

    /// <summary>The tag. Null: the text does not name it.</summary>
    public EntityTag? Find(PatternMatches matches)
    {
        var spans = matches.FindEvery(_aliases);
        if (_ambiguous.Length > 0 && (spans.Count > 0 || matches.Any(_needs)))
        {
            spans.AddRange(matches.FindEvery(_ambiguous));
        }

        if (spans.Count > 0 && _ignore.Length > 0)
        {
            var ignored = matches.FindEvery(_ignore);
            spans.RemoveAll(span => ignored.Exists(hidden => hidden.First <= span.First && span.Last <= hidden.Last));
        }

        // Two aliases that overlap ("Google", "Google LLC") name it once.
        var mentions = 0;
        var last = -1;
        foreach (var span in spans.OrderBy(span => span.First))
        {
            mentions += span.First > last ? 1 : 0;
            last = Math.Max(last, span.Last);
        }

        return mentions == 0
            ? null
            : new EntityTag(entity.Name, entity.Kind, mentions, spans.Exists(span => span.Part == StoryPart.Title));
    }
}
