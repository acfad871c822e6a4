using System.Diagnostics;
using Aggregator.Service.Catalog;
using Aggregator.Service.History;
using Aggregator.Service.Rules;

namespace Aggregator.Service.Topics;

/// <summary>Tags stored history with other definitions beside those in force, and changes nothing. One trial at a time.</summary>
public sealed class TrialRunner(StoryHistory history, FeedCatalog catalog, TopicsInForce topics, RulesInForce rules, HistoryPace pace) : IDisposable
{
    private const int StoriesBetweenRests = 100;

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>What <paramref name="definitions"/> would change of the stories since then (null: of all). Null: another trial is under way.</summary>
    public async Task<Trial?> RunAsync(TopicDefinitions definitions, DateTimeOffset? since, int sample, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return null;
        }

        try
        {
            return await WalkAsync(definitions, since, new Trial(sample), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<Trial> WalkAsync(TopicDefinitions definitions, DateTimeOffset? since, Trial trial, CancellationToken cancellationToken)
    {
        var inForce = topics.Definitions;
        var began = Stopwatch.GetTimestamp();
        await foreach (var story in history.ReadAsync(null, cancellationToken))
        {
            if (story.OrderedAt < since)
            {
                break; // newest first: the rest is older
            }

            var sources = catalog.SourcesOf(story);
            trial.Add(
                StoryTagger.Tag(story, sources, inForce, rules.Rules).Story,
                StoryTagger.Tag(story, sources, definitions, rules.Rules).Story);
            if (trial.Stories % StoriesBetweenRests == 0)
            {
                await pace.RestAsync(began, cancellationToken);
                began = Stopwatch.GetTimestamp();
            }
        }

        return trial;
    }
}
