using Aggregator.Model.Stories;

namespace Aggregator.Storage.LiteDb;

/// <summary>A change of a story's tags, made by the writer from the story as it is stored by then.</summary>
/// <param name="Story">The story.</param>
/// <param name="Make">The story with other tags. Null: it is to be left as it is.</param>
/// <param name="At">When its tags changed.</param>
internal sealed record TagChange(StoryId Story, Func<Story, Story?> Make, DateTimeOffset At);
