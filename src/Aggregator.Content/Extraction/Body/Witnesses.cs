using Aggregator.Content.Extraction.Metadata;

namespace Aggregator.Content.Extraction.Body;

/// <summary>What others say about the article's text: the headline, its description, JSON-LD's articleBody, the feed's own entry. Each may be missing or wrong.</summary>
internal sealed class Witnesses
{
    private readonly List<HashSet<string>> _texts = [];

    public Witnesses(PageMetadata metadata, params IEnumerable<string?> texts)
    {
        Title = TextKey.Of(metadata.Title);
        Description = TextKey.Of(metadata.Description);
        foreach (var text in texts)
        {
            if (text is { Length: > 400 })
            {
                _texts.Add(Shingles(text));
            }
        }

        Authors = metadata.Authors;
    }

    /// <summary>The headline, for comparing. Empty: unknown.</summary>
    public string Title { get; }

    /// <summary>The description, for comparing. Empty: unknown.</summary>
    public string Description { get; }

    public IReadOnlyList<string> Authors { get; }

    /// <summary>How much of what the best witness tells is in the body and the other way round (F1 of four-word shingles), 0 to 1; 0 without a witness.</summary>
    public double Agreement(PageTree tree, SelectedBody body)
    {
        if (_texts.Count == 0)
        {
            return 0;
        }

        var mine = Shingles(body.Text(tree));
        var best = 0.0;
        foreach (var text in _texts)
        {
            var both = mine.Count(text.Contains);
            best = Math.Max(best, 2.0 * both / Math.Max(1, mine.Count + text.Count));
        }

        return best;
    }

    private static HashSet<string> Shingles(string text)
    {
        var words = TextKey.Of(text.Length > 20_000 ? text[..20_000] : text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var shingles = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + 4 <= words.Length; i++)
        {
            shingles.Add(string.Join(' ', words, i, 4));
        }

        return shingles;
    }
}
