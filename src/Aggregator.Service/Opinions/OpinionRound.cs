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
    /// <summary>The texts looked at in the last round, with the definitions then in force: they need no second look.</summary>
    private HashSet<(StoryId Story, DateTimeOffset Updated, string Definitions)> _known = [];

    /// <summary>Asks about all stories that are new since the last round.</summary>
    /// <remarks>What the language model's client throws passes through; what was answered until then is stored.</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - options.Value.MaxAge;
        var known = new HashSet<(StoryId, DateTimeOffset, string)>();
        await foreach (var story in history.ReadAsync(null, cancellationToken))
        {
            if (story.OrderedAt < since)
            {
                break; // newest first: the rest is older
            }

            var definitions = topics.Definitions;
            var key = (story.Id, story.Updated, definitions.Version);
            // Known before it is asked about: one that the endpoint cannot stand is not in the way of all others for ever.
            if (_known.Add(key))
            {
                await AskAsync(story, definitions, cancellationToken);
            }

            known.Add(key);
        }

        _known = known;
    }

    private async Task AskAsync(Story story, TopicDefinitions definitions, CancellationToken cancellationToken)
    {
        var opinions = new List<TopicOpinion>(story.Opinions);
        foreach (var doubtful in definitions.Tagger.Doubtful(StoryTagger.TextOf(story)))
        {
            var isSettled = opinions.Exists(opinion => opinion.Topic == doubtful.Topic) || story.Corrections.Any(correction => correction.Slug == doubtful.Slug);
            if (!isSettled && definitions.Topics.Topics.FirstOrDefault(topic => topic.Name == doubtful.Topic) is { } topic)
            {
                await Task.Delay(TimeSpan.FromHours(1) / options.Value.QuestionsPerHour, clock, cancellationToken);
                if (await adviser.AskAsync(topic, story, cancellationToken) is { } opinion)
                {
                    opinions.Add(opinion);
                    LogOpinion(story.Id, opinion.Topic, opinion.Carries, opinion.Reason);
                }
            }
        }

        if (opinions.Count > story.Opinions.Count)
        {
            await SaveAsync(story with { Opinions = opinions }, definitions, cancellationToken);
        }
    }

    private async Task SaveAsync(Story story, TopicDefinitions definitions, CancellationToken cancellationToken)
    {
        var now = StoryTagger.Tag(story, catalog.Feeds.GetValueOrDefault(story.Feed), definitions, rules.Rules).Story;
        var tagging = new StoryTagging(story.Id, story.Updated, now.FoundTopics(), now.Entities) { Rules = now.Rules, Opinions = story.Opinions };
        if (await store.RetagAsync([tagging], clock.GetUtcNow(), cancellationToken) > 0)
        {
            changes.Happened();
        }
    }

    [LoggerMessage(720, LogLevel.Information, "Second opinion on story {Story}, topic {Topic}: {Carries}, {Reason}")]
    private partial void LogOpinion(StoryId story, string topic, bool carries, string reason);
}
