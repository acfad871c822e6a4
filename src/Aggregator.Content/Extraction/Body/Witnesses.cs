using Aggregator.Content.Extraction.Body.Learned;
using Aggregator.Content.Extraction.Metadata;

namespace Aggregator.Content.Extraction.Body;

/// <summary>What others say about the article's text: the headline, its description, JSON-LD's articleBody, the feed's own entry. Each may be missing or wrong.</summary>
internal sealed class Witnesses
{
    /// <summary>Below this, in characters, a text is taken for a summary and compared with nothing.</summary>
    private const int FullText = 400;

    private readonly HashSet<ulong>? _claimed;
    private readonly HashSet<ulong>? _fed;
    private readonly HashSet<ulong> _described;
    private readonly HashSet<string> _livePosts;

    /// <param name="metadata">What the page says about itself.</param>
    /// <param name="fed">The feed's own text of the entry as plain text (null: none), and whether it is more than a beginning.</param>
    public Witnesses(PageMetadata metadata, (string? Text, bool IsFull) fed)
    {
        Title = TextKey.Of(metadata.Title);
        Authors = [.. metadata.Authors.Select(TextKey.Of)];
        _claimed = metadata.ArticleBody is { Length: > FullText } body ? Shingles(body) : null;
        _fed = fed.Text is { Length: > 60 } text ? Shingles(text) : null;
        HasFullFeedText = fed.IsFull;
        _livePosts = [.. metadata.LivePosts.Select(TextKey.Of).Where(key => key.Length > 0 && key != Title)];
        _described = [.. WordHashes.Of(TextKey.Of(metadata.Description), 4)];
    }

    /// <summary>The feed tells the whole text: then how much a candidate agrees with it says more than how much text it has.</summary>
    public bool HasFullFeedText { get; }

    /// <summary>The headline, for comparing. Empty: unknown.</summary>
    public string Title { get; }

    /// <summary>The authors' names, for comparing.</summary>
    public IReadOnlyList<string> Authors { get; }

    /// <summary>Whether a line is the headline, give or take a site's name or a word.</summary>
    public bool IsTitle(TextBlock line)
    {
        if (Title.Length == 0 || line.Length > 300)
        {
            return false;
        }

        var key = line.Key;
        return key == Title || (key.Length > 15 && Title.Length > 15 && key.Length < Title.Length * 2 && Title.Length < key.Length * 2
            && (key.StartsWith(Title, StringComparison.Ordinal) || Title.StartsWith(key, StringComparison.Ordinal)));
    }

    /// <summary>Whether a line is the headline of one of a live blog's posts.</summary>
    public bool IsLivePost(TextBlock line) => _livePosts.Count > 0 && line.Length < 300 && _livePosts.Contains(line.Key);

    /// <summary>Whether a line is an author's name and little else.</summary>
    public bool IsAuthor(TextBlock line)
    {
        if (line.Length > 90)
        {
            return false;
        }

        var key = line.Key;
        foreach (var author in Authors)
        {
            if (author.Length > 4 && key.Length < author.Length + 12 && key.Contains(author, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a paragraph introduces an author ("Jane Doe is a writer ...").</summary>
    public bool IntroducesAuthor(TextBlock line)
    {
        var key = line.Key;
        foreach (var author in Authors)
        {
            if (author.Length > 4 && line.Length < 900 && key.StartsWith(author, StringComparison.Ordinal) && key.Length > author.Length + 4
                && key[author.Length..].Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [var verb, ..]
                && verb is "is" or "was" or "has" or "writes" or "covers" or "works" or "joined" or "ist" or "schreibt" or "arbeitet" or "est" or "es" or "è" or "lives" or "specializes")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// How well the body agrees with the witnesses, in four-word shingles, 0 to 1.4; 0 without a witness. Of a feed's beginning of the
    /// text only the share found in the body counts; of a full text also how little else the body holds.
    /// </summary>
    public double Agreement(PageTree tree, SelectedBody body)
    {
        if (_claimed is null && _fed is null)
        {
            return 0;
        }

        var mine = Shingles(body.Text(tree));
        var fed = _fed is null ? 0
            : HasFullFeedText ? Agreement(mine, _fed)
            : 0.4 * _fed.Count(mine.Contains) / Math.Max(1, _fed.Count);
        return (0.4 * Agreement(mine, _claimed)) + fed;
    }

    /// <summary>Share of a line's shingles that JSON-LD's articleBody has too; -1: there is none; -0.5: the line is too short to have any.</summary>
    public double ClaimedShare(TextBlock line) => Share(line, _claimed);

    /// <summary>Share of a line's shingles that the feed's own text has too; -1: there is none; -0.5: the line is too short to have any.</summary>
    public double FedShare(TextBlock line) => Share(line, _fed);

    /// <summary>Share of the description's words that a line has; -1: there is no description of any length.</summary>
    public double DescribedShare(TextBlock line) =>
        _described.Count <= 4 ? -1 : (double)WordHashes.Of(line.Key, 4).Count(_described.Contains) / _described.Count;

    private static double Share(TextBlock line, HashSet<ulong>? theirs)
    {
        if (theirs is null)
        {
            return -1;
        }

        var mine = WordHashes.Shingles(line.Key);
        return mine.Count == 0 ? -0.5 : (double)mine.Count(theirs.Contains) / mine.Count;
    }

    private static double Agreement(HashSet<ulong> mine, HashSet<ulong>? theirs) =>
        theirs is null ? 0 : 2.0 * mine.Count(theirs.Contains) / Math.Max(1, mine.Count + theirs.Count);

    private static HashSet<ulong> Shingles(string text) => WordHashes.Shingles(TextKey.Of(text.Length > 20_000 ? text[..20_000] : text));
}
