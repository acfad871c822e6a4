using Aggregator.Model.Feeds;

namespace Aggregator.Model.Stories;

/// <summary>A further feed that carried a story's article, and how it told it.</summary>
/// <param name="Feed">The feed.</param>
/// <param name="FeedName">What people call it.</param>
/// <param name="Category">Its category. Null: none.</param>
/// <param name="Entry">The id that the feed's entry has; it leads to the story.</param>
/// <param name="Title">The entry's title.</param>
/// <param name="Link">The entry's link: the same page, maybe by another address.</param>
/// <param name="FirstSeen">When this service first saw it there.</param>
public sealed record StoryCarrier(FeedId Feed, string FeedName, string? Category, StoryId Entry, string Title, Uri Link, DateTimeOffset FirstSeen)
{
    /// <summary>Feeds that are remembered of a story beside its own.</summary>
    public const int MostKept = 100;

    /// <summary>The page where that feed's readers discuss it. Null: none.</summary>
    public Uri? Comments { get; init; }

    /// <summary>The feed of a story that turned out to be the article of another.</summary>
    public static StoryCarrier Of(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return new StoryCarrier(story.Feed, story.FeedName, story.Category, story.Id, story.Title, story.Link, story.FirstSeen) { Comments = story.Comments };
    }
}
