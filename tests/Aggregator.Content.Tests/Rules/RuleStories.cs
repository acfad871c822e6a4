using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Tests.Rules;

/// <summary>Stories for queries and rules to look at.</summary>
internal static class RuleStories
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static Story Make(string title, string body = "") => new()
    {
        Id = StoryId.Of(new FeedId("00000000000000aa"), title),
        Feed = new FeedId("00000000000000aa"),
        FeedName = "The Wire",
        Link = new Uri("https://wire.example/1"),
        Title = title,
        Published = Now.AddDays(-1),
        FirstSeen = Now,
        Updated = Now,
        Cluster = new ClusterId("c"),
        Fingerprint = "f",
        Body = new StoryBody("", body),
    };
}
