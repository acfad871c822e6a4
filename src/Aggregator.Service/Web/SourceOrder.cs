using Aggregator.Service.Api;

namespace Aggregator.Service.Web;

/// <summary>An order of the table of sources: those that want looking at come first.</summary>
/// <param name="Name">What it is called in an address.</param>
/// <param name="Column">The head of its column.</param>
/// <param name="Meaning">What comes first.</param>
/// <param name="Sort">Puts sources into that order.</param>
internal sealed record SourceOrder(string Name, string Column, string Meaning, Func<IEnumerable<FeedAnswer>, IOrderedEnumerable<FeedAnswer>> Sort)
{
    /// <summary>All there are, in the order of the columns.</summary>
    public static IReadOnlyList<SourceOrder> All { get; } =
    [
        new("name", "Source", "by name", feeds => feeds.OrderBy(feed => feed.Name, StringComparer.OrdinalIgnoreCase)),
        new("health", "Health", "those in trouble first", feeds => feeds.OrderBy(Trouble).ThenBy(feed => feed.FailingSince ?? DateTimeOffset.MaxValue).ThenByDescending(feed => feed.Problems.Count).ThenBy(feed => feed.Figures?.PagesReadShare ?? 1)),
        new("success", "Last success", "the longest ago first", feeds => feeds.OrderBy(feed => feed.LastSuccess ?? DateTimeOffset.MinValue)),
        new("next", "Next poll", "the soonest first", feeds => feeds.OrderBy(feed => feed.NextPoll ?? DateTimeOffset.MaxValue)),
        new("items", "Items a day", "the most first", feeds => feeds.OrderByDescending(feed => feed.Figures?.ItemsPerDay ?? -1)),
        new("unmodified", "304", "those that send in vain first", feeds => feeds.OrderBy(feed => feed.Figures?.NotModifiedShare ?? 2)),
        new("bytes", "Bytes", "the most first", feeds => feeds.OrderByDescending(feed => feed.Figures?.Bytes ?? -1)),
        new("repairs", "Repaired", "the most often first", feeds => feeds.OrderByDescending(feed => feed.Figures is { Documents: > 0 } figures ? figures.Repaired / (double)figures.Documents : -1)),
        new("extraction", "Extraction", "the worst first", feeds => feeds.OrderBy(feed => feed.Figures?.PagesReadShare ?? 2)),
    ];

    /// <summary>An order by its name; without one, those in trouble first. Null: there is no such order.</summary>
    public static SourceOrder? Find(string? name) => string.IsNullOrEmpty(name) ? All[1] : All.FirstOrDefault(order => order.Name == name);

    /// <summary>The feeds in this order; those that are alike in it by name.</summary>
    public IEnumerable<FeedAnswer> Apply(IEnumerable<FeedAnswer> feeds) => Sort(feeds).ThenBy(feed => feed.Name, StringComparer.OrdinalIgnoreCase);

    private static int Trouble(FeedAnswer feed) => feed.Health switch
    {
        "failing" => 0,
        "gone" => 1,
        "healthy" when feed.Problems.Count > 0 || feed.MovedTo is not null => 2,
        "healthy" => 3,
        "new" => 4,
        _ => 5,
    };
}
