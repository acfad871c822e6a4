using Aggregator.Model.Topics;

namespace Aggregator.Content.Tagging;

/// <summary>A topic ready to score texts.</summary>
internal sealed class CompiledTopic
{
    /// <summary>
    /// The most that learned words add or take away, in thresholds: they tip the balance where phrases found something, and never
    /// decide alone.
    /// </summary>
    private const double MostLearned = 0.6;

    private readonly TopicDefinition _topic;
    private readonly CompiledRule[] _rules;
    private readonly CompiledPattern[] _needs;
    private readonly CompiledPattern[] _unless;
    private readonly CompiledPattern[] _ignore;

    /// <summary>Compiles <paramref name="topic"/>; its phrases join <paramref name="index"/>.</summary>
    public CompiledTopic(TopicDefinition topic, PhraseIndexBuilder index)
    {
        _topic = topic;
        _rules =
        [
            .. topic.Rules.Select(rule => new CompiledRule(rule, index, EvidenceKind.Phrase)),
            .. topic.Learned.Select(rule => new CompiledRule(rule, index, EvidenceKind.Learned)),
        ];
        _needs = CompiledPattern.All(topic.Needs, index);
        _unless = CompiledPattern.All(topic.Unless, index);
        _ignore = CompiledPattern.All(topic.Ignore, index);
    }

    /// <summary>For each rule, the phrases without one of which it has nothing to go by.</summary>
    public IEnumerable<(int Phrase, int Rule)> Keys =>
        _rules.SelectMany((rule, number) => rule.Pattern.Parts[0].Phrases.Select(phrase => (phrase, number)));

    /// <summary>The tag with its evidence. Null: the text is not about this topic.</summary>
    /// <param name="matches">What was found in the text.</param>
    /// <param name="shape">Its length.</param>
    /// <param name="language">Its BCP 47 language. Null: unknown.</param>
    /// <param name="rules">The numbers of the rules that may have something to go by (<see cref="Keys"/>), rising.</param>
    /// <param name="opinions">What a language model said of the text.</param>
    /// <param name="least">The score from which it is a tag: 1, the threshold; less for those who ask what was missed narrowly.</param>
    public TopicTag? Score(
        PatternMatches matches, TextShape shape, string? language, ReadOnlySpan<int> rules, IReadOnlyList<TopicOpinion> opinions, double least)
    {
        if (!Languages.Allow(_topic.Languages, language))
        {
            return null;
        }

        var evidence = new List<Evidence>(rules.Length);
        var learnedFrom = Weigh(matches, shape, language, rules, evidence);
        Bound(evidence, learnedFrom);
        AddOpinion(opinions, evidence);
        var score = 0.0;
        foreach (var item in evidence)
        {
            score += item.Weight;
        }

        score = Math.Round(score / _topic.Threshold, 4);
        if (score < least || (_needs.Length > 0 && !matches.Any(_needs)) || matches.Any(_unless))
        {
            return null;
        }

        return new TopicTag(_topic.Name, Math.Round(score, 3),
        [
            .. evidence.OrderByDescending(item => Math.Abs(item.Weight))
                .ThenBy(item => item.Part)
                .ThenBy(item => item.Feature, StringComparer.Ordinal),
        ]);
    }

    /// <summary>Adds what the rules found. The number of the first piece of evidence that was learned.</summary>
    private int Weigh(PatternMatches matches, TextShape shape, string? language, ReadOnlySpan<int> rules, List<Evidence> into)
    {
        List<Span>? ignored = null;
        var learnedFrom = -1;
        foreach (var number in rules)
        {
            if (number >= _topic.Rules.Count && learnedFrom < 0)
            {
                learnedFrom = into.Count;
            }

            var rule = _rules[number];
            var spans = matches.FindEvery(rule.Pattern);
            if (spans.Count > 0 && rule.Counts(matches, language))
            {
                AddEvidence(rule, MentionCounts.Of(spans, ignored ??= matches.FindEvery(_ignore)), shape, into);
            }
        }

        return learnedFrom < 0 ? into.Count : learnedFrom;
    }

    private void AddEvidence(CompiledRule rule, MentionCounts counts, TextShape shape, List<Evidence> into)
    {
        Add(StoryPart.Title, counts.Title, _topic.Parts.Title);
        Add(StoryPart.Lead, counts.Lead, (_topic.Parts.Lead + (_topic.Parts.Body * shape.Shortness)) * Math.Min(2, 1 + (Math.Log2(Math.Max(1, counts.Lead)) / 2)));
        Add(StoryPart.Body, counts.Body, _topic.Parts.Body * Math.Min(1, counts.Body / shape.FullBodyCount));

        void Add(StoryPart part, int count, double strength)
        {
            if (count > 0)
            {
                into.Add(new Evidence(rule.Feature, part, count, Math.Round(rule.Weight * strength, 4)) { Kind = rule.Kind });
            }
        }
    }

    /// <summary>An opinion counts where phrases found something: what a model makes of a text that names nothing of the topic is no reason.</summary>
    private void AddOpinion(IReadOnlyList<TopicOpinion> opinions, List<Evidence> evidence)
    {
        var opinion = opinions.LastOrDefault(opinion => string.Equals(opinion.Topic, _topic.Name, StringComparison.OrdinalIgnoreCase));
        if (opinion is not null && evidence.Exists(reason => reason is { Kind: EvidenceKind.Phrase, Weight: > 0 }))
        {
            var weight = TopicTagger.OpinionWeight * _topic.Threshold;
            evidence.Add(new Evidence($"{opinion.Model}: {opinion.Reason}", StoryPart.Setting, 1, opinion.Carries ? weight : -weight)
            {
                Kind = EvidenceKind.SecondOpinion,
            });
        }
    }

    /// <summary>Shrinks what was learned, all of it alike, to what it may add at most.</summary>
    private void Bound(List<Evidence> evidence, int learnedFrom)
    {
        var learned = 0.0;
        for (var i = learnedFrom; i < evidence.Count; i++)
        {
            learned += evidence[i].Weight;
        }

        var most = MostLearned * _topic.Threshold;
        for (var i = learnedFrom; i < evidence.Count && Math.Abs(learned) > most; i++)
        {
            evidence[i] = evidence[i] with { Weight = Math.Round(evidence[i].Weight * most / Math.Abs(learned), 4) };
        }
    }
}

/// <summary>A rule whose phrases have numbers in the index.</summary>
internal sealed class CompiledRule(PhraseRule rule, PhraseIndexBuilder index, EvidenceKind kind)
{
    private readonly CompiledPattern[] _needs = CompiledPattern.All(rule.Needs, index);
    private readonly CompiledPattern[] _unless = CompiledPattern.All(rule.Unless, index);

    public CompiledPattern Pattern { get; } = new(rule.Pattern, index);

    /// <summary>What its evidence is called.</summary>
    public string Feature { get; } = rule.Pattern.Text;

    /// <summary>What kind of reason it is.</summary>
    public EvidenceKind Kind { get; } = kind;

    public double Weight { get; } = rule.Weight;

    /// <summary>Whether the rest of the story, and its language, let the rule count.</summary>
    public bool Counts(PatternMatches matches, string? language) =>
        Languages.Allow(rule.Languages, language) && (_needs.Length == 0 || matches.Any(_needs)) && !matches.Any(_unless);
}

/// <summary>How often a pattern stands in each part of a story.</summary>
internal readonly record struct MentionCounts(int Title, int Lead, int Body)
{
    /// <summary>Counts <paramref name="spans"/>, in text order; overlapping ones once, and those inside a <paramref name="hidden"/> one not at all.</summary>
    public static MentionCounts Of(List<Span> spans, List<Span> hidden)
    {
        var counts = default(MentionCounts);
        var last = -1;
        foreach (var span in spans)
        {
            if (span.First <= last)
            {
                continue;
            }

            last = span.Last;
            if (hidden.Count == 0 || !IsInside(span, hidden))
            {
                counts = span.Part switch
                {
                    StoryPart.Title => counts with { Title = counts.Title + 1 },
                    StoryPart.Lead => counts with { Lead = counts.Lead + 1 },
                    _ => counts with { Body = counts.Body + 1 },
                };
            }
        }

        return counts;
    }

    private static bool IsInside(Span span, List<Span> hidden)
    {
        foreach (var other in hidden)
        {
            if (other.First <= span.First && span.Last <= other.Last)
            {
                return true;
            }
        }

        return false;
    }
}
