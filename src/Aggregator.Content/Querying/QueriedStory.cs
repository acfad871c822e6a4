using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Content.Querying;

/// <summary>
/// A story as queries look at it. Its words are cut once, when a query first asks for them, however many queries are held against it.
/// Not safe for concurrent use.
/// </summary>
/// <param name="story">The story; without its body its summary is read instead.</param>
/// <param name="now">The instant that times such as "7d" count back from.</param>
public sealed class QueriedStory(Story story, DateTimeOffset now)
{
    private WordIndex? _title;
    private WordIndex? _body;

    /// <summary>The story as it is now; may be replaced by one of the same title and body.</summary>
    public Story Story { get; set; } = story;

    /// <summary>The instant that times such as "7d" count back from.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>How many feeds tell the event. Null: not known; neither min_sources: nor its contrary holds then.</summary>
    public int? Sources { get; init; }

    /// <summary>Whether it speaks for its cluster. Null: not known; neither is:lead nor its contrary holds then.</summary>
    public bool? IsLead { get; init; }

    internal WordIndex Title => _title ??= new WordIndex(SearchTerms.Of(Story.Title, IsStemmed));

    internal WordIndex Body => _body ??= new WordIndex(SearchTerms.Of(Story.Body?.Text ?? Story.Summary, IsStemmed));

    private bool IsStemmed => SearchTerms.IsStemmed(Story.Language);
}
