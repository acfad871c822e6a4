using Aggregator.Content.Tagging;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;
using Aggregator.Service.Catalog;
using Aggregator.Service.History;
using Aggregator.Service.Polling;
using Aggregator.Service.Rules;
using Aggregator.Service.Topics;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Opinions;

/// <summary>
/// Goes through the latest stories and asks about each topic that the definitions just found or just missed. The answers are stored with
/// the story and counted in among the other reasons (<see cref="TopicTagger.OpinionWeight"/>), now and whenever it is tagged again.
/// </summary>
public sealed partial class OpinionRound(
    TopicAdviser adviser,
    StoryHistory history,
    IStoryStore store,
    FeedCatalog catalog,
    TopicsInForce topics,
    RulesInForce rules,
    StoreChanges changes,
    IOptions<SecondOpinionOptions> options,
    TimeProvider clock,
    ILogger<OpinionRound> logger)
{
    /// <summary>A text about which asking failed so often is left alone until the next start.</summary>
    private const int MostTries = 3;

    /// <summary>By text and definitions, how often the texts of the last round were tried; of those that need no further look, the most.</summary>
    private Dictionary<(StoryId Story, DateTimeOffset Updated, string Definitions), int> _tries = [];

    /// <summary>Asks about all stories that are new since the last round.</summary>
    /// <remarks>What the language model's client throws passes through; what was answered until then is stored.</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - options.Value.MaxAge;
        var tries = new Dictionary<(StoryId, DateTimeOffset, string), int>();
        await foreach (var story in history.ReadAsync(null, cancellationToken))
        {
            if (story.OrderedAt < since)
            {
                break; // newest first: the rest is older
            }

            var definitions = topics.Definitions;
            var key = (story.Id, story.Updated, definitions.Version);
            if (_tries.GetValueOrDefault(key) is < MostTries and var before)
            {
                // Counted before it is asked about: one that the endpoint cannot stand is not in the way of all others for ever.
                _tries[key] = before + 1;
                await AskAsync(story, definitions, cancellationToken);
                _tries[key] = MostTries;
            }

            tries[key] = MostTries;
        }

        _tries = tries;
    }

    private async Task AskAsync(Story story, TopicDefinitions definitions, CancellationToken cancellationToken)
    {
        var opinions = new List<TopicOpinion>(story.Opinions);
        try
        {
            foreach (var doubtful in definitions.Tagger.Doubtful(StoryTagger.TextOf(story)))
            {
                if (await AskAsync(story, doubtful, opinions, definitions, cancellationToken) is { } opinion)
                {
                    opinions.Add(opinion);
                    LogOpinion(story.Id, EvidenceWords.Of(opinion));
                }
            }
        }
        finally
        {
            if (opinions.Count > story.Opinions.Count)
            {
                await SaveAsync(story with { Opinions = opinions }, cancellationToken);
            }
        }
    }

    /// <summary>What the model says of one topic. Null: it is settled already, or the answer cannot be read.</summary>
    private async Task<TopicOpinion?> AskAsync(
        Story story, TopicTag doubtful, List<TopicOpinion> opinions, TopicDefinitions definitions, CancellationToken cancellationToken)
    {
        var isSettled = opinions.Exists(opinion => string.Equals(opinion.Topic, doubtful.Topic, StringComparison.OrdinalIgnoreCase))
            || story.Corrections.Any(correction => correction.Slug == doubtful.Slug);
        if (isSettled || definitions.Topics.Topics.FirstOrDefault(topic => topic.Name == doubtful.Topic) is not { } topic)
        {
            return null;
        }

        await Task.Delay(TimeSpan.FromHours(1) / options.Value.QuestionsPerHour, clock, cancellationToken);
        return await adviser.AskAsync(topic, story, cancellationToken);
    }

    /// <summary>Stores the opinions, and the tags as the definitions make them that are in force now: the questions may have taken minutes.</summary>
    private async Task SaveAsync(Story story, CancellationToken cancellationToken)
    {
        var now = StoryTagger.Tag(story, catalog.SourcesOf(story), topics.Definitions, rules.Rules).Story;
        var tagging = new StoryTagging(story.Id, story.Updated, now.FoundTopics(), now.Entities) { Rules = now.Rules, Opinions = story.Opinions };
        if (await store.RetagAsync([tagging], clock.GetUtcNow(), cancellationToken) > 0)
        {
            changes.Happened();
        }
    }

    [LoggerMessage(720, LogLevel.Information, "Second opinion on story {Story}: {Opinion}")]
    private partial void LogOpinion(StoryId story, string opinion);
}
