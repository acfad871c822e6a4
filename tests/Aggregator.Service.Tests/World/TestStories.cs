using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Service.Tests.World;

/// <summary>Stories as they are stored, without a poll.</summary>
internal static class TestStories
{
    public static DateTimeOffset Morning { get; } = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    /// <summary>A story named by a number, seen so many minutes after the morning began; alone in its cluster unless <paramref name="cluster"/> names the story that began it.</summary>
    public static Story Make(int number, int? cluster = null, params string[] topics)
    {
        var seen = Morning.AddMinutes(number);
        return new Story
        {
            Id = IdOf(number),
            Feed = new FeedId("0123456789abcdef"),
            FeedName = "The Test",
            Link = new Uri($"https://test.example/{number}"),
            Title = $"Story {number}",
            FirstSeen = seen,
            Updated = seen,
            Summary = $"Summary {number}",
            Topics = [.. topics.Select(topic => new TopicTag(topic, 2, []))],
            Cluster = new ClusterId(IdOf(cluster ?? number).Value),
            Fingerprint = $"{number}",
            Body = new StoryBody($"<p>Body {number}</p>", $"Body {number}"),
        };
    }

    private static StoryId IdOf(int number) => StoryId.Of(new FeedId("0123456789abcdef"), $"{number}");
}
