using System.Text;
using Aggregator.Model.Stories;

namespace Aggregator.Model.Storage;

/// <summary>What a story takes on the disk, reckoned: its text as it is compressed, its share of the index of texts, and what is listed of it.</summary>
public static class StorySize
{
    /// <summary>The index of texts beside the texts, in the long run.</summary>
    private const double WithIndex = 2.6;

    /// <summary>What every story takes for its names, its places in lists, and the numbers in it.</summary>
    private const int Each = 600;

    /// <summary>What one list or name more takes.</summary>
    private const int EachList = 150;

    /// <summary>The rank of a story among what goes.</summary>
    public static KeepRank RankOf(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return story.IsPinned ? KeepRank.Pinned : story.Topics.Count > 0 ? KeepRank.Tagged : KeepRank.Untagged;
    }

    /// <summary>What a story takes.</summary>
    /// <param name="story">The story.</param>
    /// <param name="textBytes">What its body takes, compressed.</param>
    public static long Of(Story story, long textBytes)
    {
        ArgumentNullException.ThrowIfNull(story);
        var listed = Encoding.UTF8.GetByteCount(story.Title) + Encoding.UTF8.GetByteCount(story.Summary) + story.Link.AbsoluteUri.Length
            + story.Topics.Sum(topic => EachList + topic.Evidence.Sum(reason => 40 + reason.Feature.Length)) + story.Entities.Sum(entity => 40 + entity.Name.Length)
            + (EachList * (story.Carriers.Count + story.OtherAddresses.Count));
        return Each + listed + (long)(textBytes * WithIndex);
    }
}
