using Aggregator.Content.Rules;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.History;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Rules;

/// <summary>
/// Tries rules on stored stories: each is tagged anew and put through the rules in force and those tried, as if it came now. Nothing
/// is changed.
/// </summary>
public sealed class RuleTrial(StoryHistory history, TopicsInForce topics, RulesInForce inForce, FeedCatalog catalog)
{
    /// <summary>How many stories are named for each line.</summary>
    private const int SampleSize = 5;

    /// <summary>What <paramref name="rules"/> would do to the stories whose place in time is <paramref name="since"/> or later (null: to all), and what would no longer be done.</summary>
    public async Task<RuleTrialResult> RunAsync(RuleSet rules, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var current = inForce.Rules;
        var lines = new OrderedDictionary<RuleEffect, Line>();
        foreach (var effect in rules.Rules.Concat(current.Rules).SelectMany(rule => rule.Effects))
        {
            lines.TryAdd(effect, new Line());
        }

        var stories = 0L;
        await foreach (var story in history.ReadAsync(null, cancellationToken))
        {
            if (story.OrderedAt < since)
            {
                break; // newest first: all that follow are older
            }

            stories++;
            var tagged = StoryTagger.Find(story, catalog.SourcesOf(story), topics.Definitions);
            var before = current.Apply(tagged).Story.Rules;
            var after = rules.Apply(tagged).Story.Rules;
            foreach (var effect in after)
            {
                lines[effect].Count(story, before.Contains(effect) ? Change.None : Change.Gained);
            }

            foreach (var effect in before.Except(after))
            {
                lines[effect].Count(story, Change.Lost);
            }
        }

        return new RuleTrialResult(stories, [.. lines.Select(pair => pair.Value.ToResult(pair.Key))]);
    }

    private enum Change
    {
        None,
        Gained,
        Lost,
    }

    /// <summary>Counts the stories that one effect meets.</summary>
    private sealed class Line
    {
        private readonly List<StorySample> _gained = [];
        private readonly List<StorySample> _lost = [];
        private long _gainedCount;
        private long _lostCount;
        private long _all;

        public void Count(Story story, Change change)
        {
            _all += change == Change.Lost ? 0 : 1;
            _gainedCount += change == Change.Gained ? 1 : 0;
            _lostCount += change == Change.Lost ? 1 : 0;
            var sample = change switch { Change.Gained => _gained, Change.Lost => _lost, _ => null };
            if (sample?.Count < SampleSize)
            {
                sample.Add(new StorySample(story.Id.Value, story.Title, story.FeedName));
            }
        }

        public RuleTrialLine ToResult(RuleEffect effect) => new(effect, _all, _gainedCount, _lostCount, _gained, _lost);
    }
}

/// <summary>What a trial of rules showed.</summary>
/// <param name="Stories">Stories looked at.</param>
/// <param name="Lines">A line for each thing that a rule tried or in force does, those tried first, in the order of their file.</param>
public sealed record RuleTrialResult(long Stories, IReadOnlyList<RuleTrialLine> Lines);

/// <summary>The stories that one rule does one thing to.</summary>
/// <param name="Effect">What is done, by which rule.</param>
/// <param name="Stories">Stories it would be done to.</param>
/// <param name="Gained">Those of them that it is not done to by the rules in force.</param>
/// <param name="Lost">Stories that it is done to by the rules in force and would not be done to any more.</param>
/// <param name="GainedSample">The newest few gained.</param>
/// <param name="LostSample">The newest few lost.</param>
public sealed record RuleTrialLine(
    RuleEffect Effect, long Stories, long Gained, long Lost, IReadOnlyList<StorySample> GainedSample, IReadOnlyList<StorySample> LostSample);

/// <summary>Names a story for people.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Source">What people call its feed.</param>
public sealed record StorySample(string Id, string Title, string Source);
