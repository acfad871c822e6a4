using System.Runtime.InteropServices;
using Aggregator.Model.Topics;

namespace Aggregator.Content.Tagging;

/// <summary>
/// Finds a story's topics and the organisations and products it names, by weighted phrases, some of which were learned.
/// <para>
/// One walk over the text finds every phrase of every definition (<see cref="PhraseIndex"/>); then each rule that has something to
/// go by adds to its topic, by where its phrases stand (<see cref="PartWeights"/>). What the lead adds does not grow with the
/// article, and what the rest adds is a rate, so a lead alone and the whole article come to about the same.
/// </para>
/// The same text always gives the same tags. Thread-safe.
/// </summary>
public sealed class TopicTagger
{
    /// <summary>What the opinion of a language model adds or takes away, in thresholds: enough to decide what the definitions left open, and no more.</summary>
    public const double OpinionWeight = 0.5;

    private readonly PhraseIndex _index;
    private readonly CompiledTopic[] _topics;

    /// <summary>By number, each rule of each topic, topic by topic.</summary>
    private readonly List<(int Topic, int Rule)> _rules = [];

    /// <summary>By phrase, the numbers of the rules that may go by it: only those are tried, however many there are.</summary>
    private readonly int[][] _rulesByPhrase;

    private readonly CompiledEntity[] _entities;

    /// <summary>By phrase, the numbers of the entities it may name, likewise.</summary>
    private readonly int[][] _entitiesByPhrase;

    /// <summary>A tagger that knows <paramref name="topics"/> and <paramref name="entities"/>.</summary>
    public TopicTagger(TopicSet topics, EntitySet entities)
    {
        ArgumentNullException.ThrowIfNull(topics);
        ArgumentNullException.ThrowIfNull(entities);
        var phrases = new PhraseIndexBuilder();
        _topics = [.. topics.Topics.Select(topic => new CompiledTopic(topic, phrases))];
        _entities = [.. entities.Entities.Select(entity => new CompiledEntity(entity, phrases))];
        _index = phrases.Build();
        var keys = new List<(int Phrase, int Rule)>();
        for (var topic = 0; topic < _topics.Length; topic++)
        {
            foreach (var rule in _topics[topic].Keys.GroupBy(key => key.Rule, key => key.Phrase))
            {
                keys.AddRange(rule.Select(phrase => (phrase, _rules.Count)));
                _rules.Add((topic, rule.Key));
            }
        }

        _rulesByPhrase = ByPhrase(keys);
        _entitiesByPhrase = ByPhrase(_entities.SelectMany((entity, number) => entity.Keys.Distinct().Select(phrase => (phrase, number))));
    }

    /// <summary>Tags a story. Any text will do, empty or of any length: the first 50,000 characters of a body are read.</summary>
    public Model.Topics.Tagging Tag(TaggableText text) => Tag(text, []);

    /// <summary>Tags a story of which a language model gave its opinion on some topics.</summary>
    public Model.Topics.Tagging Tag(TaggableText text, IReadOnlyList<TopicOpinion> opinions)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(opinions);
        var story = new StoryTokens(text);
        var matches = _index.Find(story);
        return new Model.Topics.Tagging(TopicsOf(matches, story.Shape, text.Language, opinions, least: 1), EntitiesOf(matches));
    }

    /// <summary>The topics, surest first, on which an opinion could change what the definitions decide: those just found and those just missed.</summary>
    public IReadOnlyList<TopicTag> Doubtful(TaggableText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var story = new StoryTokens(text);
        var topics = TopicsOf(_index.Find(story), story.Shape, text.Language, [], least: 1 - OpinionWeight);
        return [.. topics.Where(topic => topic.Score < 1 + OpinionWeight)];
    }

    private TopicTag[] TopicsOf(PatternMatches matches, TextShape shape, string? language, IReadOnlyList<TopicOpinion> opinions, double least)
    {
        var tags = new List<TopicTag>();
        var numbers = NumbersOf(matches, _rulesByPhrase);
        var ruleNumbers = new List<int>();
        for (var i = 0; i < numbers.Count;)
        {
            var topic = _rules[numbers[i]].Topic;
            ruleNumbers.Clear();
            for (; i < numbers.Count && _rules[numbers[i]].Topic == topic; i++)
            {
                ruleNumbers.Add(_rules[numbers[i]].Rule);
            }

            if (_topics[topic].Score(matches, shape, language, CollectionsMarshal.AsSpan(ruleNumbers), opinions, least) is { } tag)
            {
                tags.Add(tag);
            }
        }

        return [.. tags.OrderByDescending(tag => tag.Score).ThenBy(tag => tag.Topic, StringComparer.Ordinal)];
    }

    private EntityTag[] EntitiesOf(PatternMatches matches)
    {
        var tags = new List<EntityTag>();
        foreach (var number in NumbersOf(matches, _entitiesByPhrase))
        {
            if (_entities[number].Find(matches) is { } tag)
            {
                tags.Add(tag);
            }
        }

        return [.. tags.OrderByDescending(tag => tag.Mentions).ThenByDescending(tag => tag.InTitle).ThenBy(tag => tag.Name, StringComparer.Ordinal)];
    }

    /// <summary>The numbers that the found phrases stand for, each once, rising.</summary>
    private static List<int> NumbersOf(PatternMatches matches, int[][] byPhrase)
    {
        var all = new List<int>();
        foreach (var phrase in matches.Phrases)
        {
            all.AddRange(byPhrase[phrase]);
        }

        all.Sort();
        var once = 0;
        for (var i = 0; i < all.Count; i++)
        {
            if (once == 0 || all[i] != all[once - 1])
            {
                all[once++] = all[i];
            }
        }

        all.RemoveRange(once, all.Count - once);
        return all;
    }

    private int[][] ByPhrase(IEnumerable<(int Phrase, int Number)> keys)
    {
        var lookup = keys.ToLookup(key => key.Phrase, key => key.Number);
        return [.. Enumerable.Range(0, _index.Count).Select(phrase => lookup[phrase].ToArray())];
    }
}
