using System.Globalization;
using Aggregator.Model.Topics;

namespace Aggregator.Model.Stories;

/// <summary>
/// What the user says of a story's topics, laid over what was found. Nothing found is lost by it: tags taken away are kept beside
/// the others (<see cref="Story.Overruled"/>), so taking the correction back restores them.
/// </summary>
public static class CorrectedTags
{
    /// <summary>The story with what was found replaced and its corrections laid over that.</summary>
    public static Story WithFound(this Story story, IReadOnlyList<TopicTag> topics, IReadOnlyList<EntityTag> entities)
    {
        ArgumentNullException.ThrowIfNull(story);
        return Lay(story with { Entities = entities }, topics, story.Corrections);
    }

    /// <summary>The story with these corrections in place of its own.</summary>
    public static Story WithCorrections(this Story story, IReadOnlyList<TopicCorrection> corrections)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(corrections);
        return Lay(story, story.FoundTopics(), corrections);
    }

    /// <summary>The story with one correction more, in place of an earlier one on the same topic.</summary>
    public static Story WithCorrection(this Story story, TopicCorrection correction)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return story.WithCorrections([.. story.WithoutCorrection(correction.Slug).Corrections, correction]);
    }

    /// <summary>The story with the correction on a topic taken back, if there is one.</summary>
    public static Story WithoutCorrection(this Story story, string slug)
    {
        ArgumentNullException.ThrowIfNull(story);
        return story.WithCorrections([.. story.Corrections.Where(correction => correction.Slug != slug)]);
    }

    /// <summary>The topics as they were before the user's word, surest first.</summary>
    public static IReadOnlyList<TopicTag> FoundTopics(this Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return story.Corrections.Count == 0
            ? story.Topics
            : [.. story.Topics.Select(WithoutUsersWord).OfType<TopicTag>().Concat(story.Overruled).OrderByDescending(tag => tag.Score)];
    }

    /// <summary>Whether two states of a story have the same tags for the same reasons, the same done to them by rules, and the same opinions.</summary>
    public static bool HasTagsOf(this Story story, Story other)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(other);
        return Same(story.Topics, other.Topics) && Same(story.Overruled, other.Overruled) && story.Entities.SequenceEqual(other.Entities)
            && story.Rules.SequenceEqual(other.Rules) && story.Opinions.SequenceEqual(other.Opinions);

        static bool Same(IReadOnlyList<TopicTag> one, IReadOnlyList<TopicTag> another) =>
            one.Count == another.Count
            && one.Zip(another).All(pair => pair.First.Topic == pair.Second.Topic
                && pair.First.Score.Equals(pair.Second.Score)
                && pair.First.Evidence.SequenceEqual(pair.Second.Evidence));
    }

    private static Story Lay(Story story, IReadOnlyList<TopicTag> found, IReadOnlyList<TopicCorrection> corrections)
    {
        if (corrections.Count == 0)
        {
            return story with { Topics = found, Overruled = [], Corrections = [] };
        }

        var removed = corrections.Where(correction => !correction.Carries).Select(correction => correction.Slug).ToHashSet();
        var given = corrections.Where(correction => correction.Carries).ToList();
        var bySlug = found.DistinctBy(tag => tag.Slug).ToDictionary(tag => tag.Slug);
        var confirmed = given.Select(correction => WithUsersWord(correction, bySlug.GetValueOrDefault(correction.Slug)));
        return story with
        {
            Topics = [.. confirmed, .. found.Where(tag => !removed.Contains(tag.Slug) && !given.Exists(correction => correction.Slug == tag.Slug))],
            Overruled = [.. found.Where(tag => removed.Contains(tag.Slug))],
            Corrections = corrections,
        };
    }

    private static TopicTag WithUsersWord(TopicCorrection correction, TopicTag? found)
    {
        var word = new Evidence(
            string.Create(CultureInfo.InvariantCulture, $"added by the user, {correction.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC"), StoryPart.Setting, 1, 1)
        {
            Kind = EvidenceKind.Correction,
        };
        return found is null ? new TopicTag(correction.Topic, 1, [word]) : found with { Evidence = [word, .. found.Evidence] };
    }

    /// <summary>The tag as it was found. Null: there is nothing to it but the user's word.</summary>
    private static TopicTag? WithoutUsersWord(TopicTag tag)
    {
        if (!tag.Evidence.Any(reason => reason.Kind == EvidenceKind.Correction))
        {
            return tag;
        }

        var found = tag.Evidence.Where(reason => reason.Kind != EvidenceKind.Correction).ToList();
        return found.Count == 0 ? null : tag with { Evidence = found };
    }
}
