namespace Aggregator.Training.Topics;

/// <summary>Tells which stories are of one event, roughly: those whose titles share most of their longer words.</summary>
internal static class Events
{
    private const int LeastLetters = 4;
    private const int LeastShared = 2;
    private const double LeastShare = 0.4;

    public static void Number(IReadOnlyList<LabelledStory> stories)
    {
        var words = stories.Select(story => TitleWords(story.Text.Title)).ToList();
        for (var i = 0; i < stories.Count; i++)
        {
            stories[i].Event = i;
            for (var j = 0; j < i; j++)
            {
                if (stories[j].Event != stories[i].Event && AreAlike(words[i], words[j]))
                {
                    var (from, to) = (stories[i].Event, stories[j].Event);
                    foreach (var story in stories.Take(i + 1).Where(story => story.Event == from))
                    {
                        story.Event = to;
                    }
                }
            }
        }
    }

    private static bool AreAlike(HashSet<string> a, HashSet<string> b)
    {
        var shared = a.Count(b.Contains);
        return shared >= LeastShared && shared >= LeastShare * Math.Min(a.Count, b.Count);
    }

    private static HashSet<string> TitleWords(string title) =>
        [.. title.ToLowerInvariant().Split([' ', ',', '.', ':', '\'', '’', '"', '|', '-', '?'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length >= LeastLetters)];
}
