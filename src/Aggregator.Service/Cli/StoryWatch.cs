using System.Globalization;
using Aggregator.Service.Api;

namespace Aggregator.Service.Cli;

/// <summary>
/// Tells of stories as they come: asks again and again for the newest and hands on those that were not there before, the oldest first. A story
/// that slides into the answer only because others left it is no news.
/// </summary>
/// <param name="ask">Asks for the newest stories, or, with a cursor, for those after it.</param>
/// <param name="tell">Is told of each new one.</param>
/// <param name="atFirst">How many of the first answer are told.</param>
/// <param name="clock">Times the waiting.</param>
internal sealed class StoryWatch(Func<string?, CancellationToken, Task<WatchedStories>> ask, Action<WatchedStory> tell, int atFirst, TimeProvider clock)
{
    private readonly HashSet<string> _known = [];

    /// <summary>What is older was there before, seen or not.</summary>
    private DateTimeOffset _from = DateTimeOffset.MinValue;

    /// <summary>Watches until it is cancelled, which it ends by as if all was done.</summary>
    public async Task RunAsync(TimeSpan every, CancellationToken cancellationToken)
    {
        try
        {
            for (var isFirst = true; ; isFirst = false)
            {
                var news = await AskAsync(isFirst, cancellationToken);
                foreach (var story in news.Take(isFirst ? atFirst : news.Count).Reverse())
                {
                    tell(story);
                }

                await Task.Delay(every, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Watching has no other end.
        }
    }

    /// <summary>A time between two questions: 5s, 2m, 1h; a second at least. Null: not understood.</summary>
    public static TimeSpan? ReadEvery(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 1 and < 7 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? text[^1] switch { 's' => TimeSpan.FromSeconds(count), 'm' => TimeSpan.FromMinutes(count), 'h' => TimeSpan.FromHours(count), _ => null }
            : null;
    }

    /// <summary>The stories that are new, the newest first: those of one page at first, later all.</summary>
    private async Task<List<WatchedStory>> AskAsync(bool isFirst, CancellationToken cancellationToken)
    {
        var page = await ask(null, cancellationToken);
        var (news, seenFrom) = (Unknown(page), page is { Next: not null, Stories: [.., var last] } ? last.Date : _from);
        while (!isFirst && page is { Next: not null, Stories: [.., var oldest] } && oldest.Date > _from)
        {
            page = await ask(page.Next, cancellationToken);
            news.AddRange(Unknown(page));
        }

        _from = seenFrom > _from ? seenFrom : _from;
        return news;
    }

    private List<WatchedStory> Unknown(WatchedStories page) => [.. page.Stories.Where(story => story.Date >= _from && _known.Add(story.Id))];
}

/// <summary>An answer to one who watches.</summary>
/// <param name="Stories">The newest first.</param>
/// <param name="Next">Not null: there are older ones.</param>
internal sealed record WatchedStories(IReadOnlyList<WatchedStory> Stories, string? Next)
{
    /// <summary>What is asked of each story.</summary>
    public const string Fields = "title,link,source,date,topics";
}

/// <summary>What one who watches is told of a story.</summary>
internal sealed record WatchedStory(string Id, string Title, string Link, SourceAnswer Source, DateTimeOffset Date, IReadOnlyList<TopicAnswer> Topics);
