using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Aggregator.Model.Feeds;

namespace Aggregator.Model.Stories;

/// <summary>A question asked of the stored stories. Conditions of different kinds all hold.</summary>
public sealed record StoryQuery
{
    /// <summary>The most stories an answer may hold.</summary>
    public const int MaxLimit = 500;

    /// <summary>Topic slugs; a story must carry all of them. Empty: any.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Feeds; a story must come from one of them. Null: any. Empty: no story matches.</summary>
    public IReadOnlyList<FeedId>? Feeds { get; init; }

    /// <summary>The slug of a saved feed a story must be in. Null: any.</summary>
    public string? SavedFeed { get; init; }

    /// <summary>Whether stories that a rule mutes are among the answer. They are not unless this is set.</summary>
    public MutedStories Muted { get; init; }

    /// <summary>Only stories of this cluster. Null: any.</summary>
    public ClusterId? Cluster { get; init; }

    /// <summary>Only stories with <see cref="Story.Corrections"/>.</summary>
    public bool Corrected { get; init; }

    /// <summary>Only stories that are pinned.</summary>
    public bool Pinned { get; init; }

    /// <summary>Only stories whose <see cref="Story.OrderedAt"/> is this or later. Null: no bound.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only stories whose <see cref="Story.OrderedAt"/> is earlier than this. Null: no bound.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What the text must hold. Null: anything. Only where <see cref="Storage.IStoryStore.CanSearchText"/>.</summary>
    public TextCondition? Text { get; init; }

    /// <summary>
    /// Whether the stories come in the order of how well they fit <see cref="Text"/>, which must be set, and not the newest first. Such an
    /// answer is one page.
    /// </summary>
    public bool ByRelevance { get; init; }

    /// <summary>Continue after this place. Null: from the newest.</summary>
    public StoryCursor? After { get; init; }

    /// <summary>How many stories at most, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Whether the stories come with their <see cref="Story.Body"/>.</summary>
    public bool WithBody { get; init; }
}

/// <summary>What an answer does with stories that a rule mutes.</summary>
public enum MutedStories
{
    /// <summary>Leaves them out.</summary>
    LeftOut,

    /// <summary>Holds them like all others.</summary>
    Included,

    /// <summary>Holds nothing else.</summary>
    Only,
}

/// <summary>A place in the order of stories: just after one story. Paging by place neither skips nor repeats while stories arrive.</summary>
/// <param name="OrderedAt">That story's <see cref="Story.OrderedAt"/>.</param>
/// <param name="Id">That story's id.</param>
public sealed record StoryCursor(DateTimeOffset OrderedAt, StoryId Id)
{
    /// <summary>The place just after <paramref name="story"/>.</summary>
    public static StoryCursor After(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return new StoryCursor(story.OrderedAt, story.Id);
    }

    /// <summary>The cursor as it travels in addresses; opaque to callers.</summary>
    public string Encode() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"1:{OrderedAt.ToUnixTimeMilliseconds()}:{Id}")));

    /// <summary>Reads what <see cref="Encode"/> wrote; false for anything else.</summary>
    public static bool TryDecode(string? text, out StoryCursor? cursor)
    {
        cursor = null;
        if (text is null || text.Length > 100 || !Base64Url.IsValid(text))
        {
            return false;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split(':');
        if (parts is not ["1", _, _]
            || !long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
            || milliseconds < DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            || !StoryId.TryParse(parts[2], out var id))
        {
            return false;
        }

        cursor = new StoryCursor(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), id);
        return true;
    }
}

/// <summary>One page of an answer.</summary>
/// <param name="Stories">Newest first, equal times by id; or in the order asked for.</param>
/// <param name="Next">Where the next page begins. Null: this was the last.</param>
public sealed record StoryPage(IReadOnlyList<Story> Stories, StoryCursor? Next)
{
    /// <summary>Of an answer by relevance: only so many stories were compared, the newest that fit. Null: all that fit were.</summary>
    public int? ComparedOnly { get; init; }
}
