using Aggregator.Model.Stories;

namespace Aggregator.Storage.LiteDb;

/// <summary>A change of what is said of a story, its tags or its cluster, made by the writer from the story as it is stored by then. Its text stays.</summary>
/// <param name="Story">The story.</param>
/// <param name="Make">The story after the change. Null: it is to be left as it is.</param>
/// <param name="At">When it changed.</param>
internal sealed record StoryChange(StoryId Story, Func<Story, Story?> Make, DateTimeOffset At);
