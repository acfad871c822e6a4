using Aggregator.Model.Topics;

namespace Aggregator.Content.Tagging;

/// <summary>
/// Finds a story's topics and the organisations and products it names, by weighted phrases.
/// <para>
/// One walk over the text finds every phrase of every definition (<see cref="PhraseIndex"/>); then each rule that has something to
/// go by adds to its topic, by where its phrases stand (<see cref="PartWeights"/>). What the lead adds does not grow with the
/// article, and what the rest adds is a rate, so a lead alone and the whole article come to about the same.
/// </para>
/// The same text always gives the same tags. Thread-safe.
/// </summary>
public sealed class TopicTagger
{
    /// <summary>Characters of a title that are read.</summary>
    private const int MaxTitle = 1_000;

    /// <summary>Characters of a body that are read: what a story is about has been said by then.</summary>
    private const int MaxBody = 50_000;

    /// <summary>Words of the body that are its lead: two or three paragraphs of a news story.</summary>
    private const int LeadWords = 120;

    /// <summary>A phrase that comes once in so many words of the rest of the body goes through it.</summary>
    private const double WordsPerMention = 150;

    /// <summary>In a body of fewer words than this one mention is more than in passing.</summary>
    private const double ShortBody = 60;

    private readonly PhraseIndex _index = new();
    private readonly CompiledTopic[] _topics;

    /// <summary>By phrase, the rules that may go by it, as topic and rule number: only those are tried, however many there are.</summary>
    private readonly ILookup<int, (int Topic, int Rule)> _rules;

    /// <summary>By phrase, the entities it may name, likewise.</summary>
    private readonly ILookup<int, CompiledEntity> _entities;

    /// <summary>A tagger that knows <paramref name="topics"/> and <paramref name="entities"/>.</summary>
    public TopicTagger(TopicSet topics, EntitySet entities)
    {
        ArgumentNullException.ThrowIfNull(topics);
        ArgumentNullException.ThrowIfNull(entities);
        _topics = [.. topics.Topics.Select(topic => new CompiledTopic(topic, _index))];
        _rules = _topics.SelectMany((topic, number) => topic.Keys.Select(key => (key.Phrase, Rule: (number, key.Rule)))).ToLookup(key => key.Phrase, key => key.Rule);
        _entities = entities.Entities
            .Select(entity => new CompiledEntity(entity, _index))
            .SelectMany(entity => entity.Keys.Distinct().Select(key => (key, entity)))
            .ToLookup(pair => pair.key, pair => pair.entity);
    }

    /// <summary>Tags a story. Any text will do, empty or of any length: the first 50,000 characters of a body are read.</summary>
    public Model.Topics.Tagging Tag(TaggableText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var title = Cut(text.Title, MaxTitle);
        var whole = $"{title}\n{Cut(text.Body, MaxBody)}";
        var tokens = new List<Token>();
        TextTokens.Cut(title, 0, StoryPart.Title, tokens);
        tokens.Add(new Token(title.Length, 0, StoryPart.Title));
        var firstOfBody = tokens.Count;
        TextTokens.Cut(whole.AsSpan(title.Length + 1), title.Length + 1, StoryPart.Body, tokens);
        var bodyWords = MarkLead(tokens, firstOfBody);

        var matches = new PatternMatches(_index.Find(whole, tokens));
        var shape = new TextShape(
            FullBodyCount: Math.Max(1, (bodyWords - LeadWords) / WordsPerMention),
            Shortness: Math.Max(0, 1 - (bodyWords / ShortBody)));
        var topics = matches.Phrases
            .SelectMany(phrase => _rules[phrase])
            .Distinct()
            .Order()
            .GroupBy(rule => rule.Topic, rule => rule.Rule)
            .Select(rules => _topics[rules.Key].Score(matches, shape, rules))
            .OfType<TopicTag>()
            .OrderByDescending(tag => tag.Score)
            .ThenBy(tag => tag.Topic, StringComparer.Ordinal);
        var entities = matches.Phrases
            .SelectMany(phrase => _entities[phrase])
            .Distinct()
            .Select(entity => entity.Find(matches))
            .OfType<EntityTag>()
            .OrderByDescending(tag => tag.Mentions)
            .ThenByDescending(tag => tag.InTitle)
            .ThenBy(tag => tag.Name, StringComparer.Ordinal);
        return new Model.Topics.Tagging([.. topics], [.. entities]);
    }

    private static string Cut(string? text, int length) => text is null ? "" : text.Length <= length ? text : text[..length];

    /// <summary>Marks the first words of the body as lead. The number of words of the body.</summary>
    private static int MarkLead(List<Token> tokens, int firstOfBody)
    {
        var words = 0;
        for (var i = firstOfBody; i < tokens.Count; i++)
        {
            words += tokens[i].Length > 0 ? 1 : 0;
            if (words <= LeadWords)
            {
                tokens[i] = tokens[i] with { Part = StoryPart.Lead };
            }
        }

        return words;
    }
}
