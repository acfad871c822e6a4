using System.Text;
using Aggregator.Content.Extraction.Body;
using Aggregator.Content.Extraction.Metadata;
using Aggregator.Model.Articles;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Extraction.Quality;

/// <summary>Judges whether what was extracted is the article's text, and says in words why not.</summary>
internal static class PageQuality
{
    /// <summary>Below this no text is believed to be an article, in letters of an alphabet.</summary>
    private const int NoBody = 60;

    /// <summary>A body shorter than this is not believed to be a whole article.</summary>
    private const int ShortBody = 250;

    /// <summary>A paid article of which less is shown, in characters, is cut off, whatever the page looks like. Metered sites show all.</summary>
    private const int ShortPaid = 1_000;

    /// <summary>Below this a page with many links is a list of them, in characters outside of links; a long text may be full of links.</summary>
    private const int ListText = 1_500;

    /// <summary>Lines after the body in which a paywall is looked for.</summary>
    private const int LinesAfterBody = 12;

    /// <summary>Share of the feed's full text below which the page was not read well.</summary>
    private const double MuchLess = 0.6;

    /// <summary>The verdict on a body, with reasons where it is not good. The worst reason decides; an unusable text has one.</summary>
    public static (BodyVerdict Verdict, List<string> Reasons) Judge(PageTree tree, SelectedBody? body, string text, PageMetadata metadata, FeedEntry? entry, bool isWhole)
    {
        if (body is null || text.Length == 0)
        {
            return Unusable(Wall.Of(PageText(tree), metadata) ?? (tree.Length(tree.Root) < ShortBody ? "the page has no text (perhaps scripts would fill it)" : "no text found on the page"));
        }

        if (text.Count(char.IsLetter) < text.Length * 0.25)
        {
            return Unusable("the text is not written in words");
        }

        var reasons = new List<string>();
        if (text.Length <= Wall.Longest && Wall.Of(text, metadata) is { } wall)
        {
            if (text.Length < Wall.Longest / 2)
            {
                return Unusable(wall);
            }

            reasons.Add(wall);
        }

        var weight = Weight(text);
        if (weight < NoBody)
        {
            return Unusable($"the text is short ({text.Length} characters)");
        }

        var links = LinkShare(tree, body);
        if (links > 0.8)
        {
            return Unusable("the text is mostly links");
        }

        var (feedText, feedIsFull) = EntryText.Of(entry);
        if (OtherLanguage(text, feedText, entry, metadata) is var (language, isSure))
        {
            if (isSure)
            {
                return Unusable(language);
            }

            reasons.Add(language);
        }

        var isOther = EntryLikeness.IsOfAnotherPage(entry, feedText, metadata.Title + "\n" + metadata.Description + "\n" + text);
        if (isOther is true)
        {
            return Unusable("the page does not tell what the feed's entry tells");
        }

        if (isOther is false)
        {
            reasons.Add("the page hardly tells what the feed's entry tells");
        }

        if (IsCutOff(tree, body, text, metadata))
        {
            reasons.Add("the rest of the article is behind a paywall");
        }

        if (weight < ShortBody)
        {
            reasons.Add($"the text is short ({text.Length} characters)");
        }

        if (links > 0.5 && text.Length * (1 - links) < ListText)
        {
            reasons.Add("the text is mostly links");
        }

        if (feedIsFull && text.Length < feedText!.Length * MuchLess)
        {
            reasons.Add("the page has much less of the text than the feed");
        }

        if (!isWhole && body.LastKept == tree.Blocks.Count - 1)
        {
            reasons.Add("the page is too long to be read to its end");
        }

        return (reasons.Count == 0 ? BodyVerdict.Good : BodyVerdict.Doubtful, reasons);
    }

    private static (BodyVerdict Verdict, List<string> Reasons) Unusable(string reason) => (BodyVerdict.Unusable, [reason]);

    /// <summary>Whether the page shows the beginning only: it says so in or just after the body, or the article is paid and little of it is there.</summary>
    private static bool IsCutOff(PageTree tree, SelectedBody body, string text, PageMetadata metadata)
    {
        if (text.Length > Wall.Longest)
        {
            return false;
        }

        if (metadata.Paid && (text.Length < ShortPaid || text[^1] is '…' || text.EndsWith("...", StringComparison.Ordinal)))
        {
            return true;
        }

        var around = new StringBuilder();
        for (var i = Math.Max(0, body.LastKept - 1); i < Math.Min(tree.Blocks.Count, body.LastKept + LinesAfterBody); i++)
        {
            var line = tree.Blocks[i].Text;
            around.Append(line.Length > 600 ? line[..600] : line).Append('\n');
        }

        return WallPhrases.IsPaywall(around.ToString());
    }

    /// <summary>
    /// What is said of a language that is not the feed's, and whether that is sure: the feed's own text is in another, or, less sure, both
    /// feed and page state another. One statement alone proves nothing: templates come with "en-US".
    /// </summary>
    private static (string Reason, bool IsSure)? OtherLanguage(string text, string? feedText, FeedEntry? entry, PageMetadata metadata)
    {
        if (entry is null)
        {
            return null;
        }

        var found = TextLanguage.Of(text);
        var expected = TextLanguage.Of(entry.Title + "\n" + feedText);
        if (found.IsUnlike(expected))
        {
            return ($"the text is in another language than the feed's ({found.Language ?? found.Script} for {expected.Language ?? expected.Script})", true);
        }

        return expected.Language is null && found.IsUnlike(entry.Language) && found.IsUnlike(metadata.Language)
            ? ($"the text is in another language than the feed's ({found.Language} for {entry.Language})", false)
            : null;
    }

    private static double LinkShare(PageTree tree, SelectedBody body)
    {
        var links = 0;
        for (var i = body.Root.FirstBlock; i < body.Root.EndBlock; i++)
        {
            links += body.Keeps(i) ? tree.Blocks[i].LinkLength : 0;
        }

        return links / Math.Max(1.0, body.KeptLength);
    }

    /// <summary>Length in letters of an alphabet: an ideograph or syllable sign says as much as about three.</summary>
    private static int Weight(string text) => text.Length + (2 * text.Count(c => c is >= '\u2E80' and <= '\uD7FF'));

    /// <summary>The beginning of all that the page shows: where no article was found, perhaps a wall.</summary>
    private static string PageText(PageTree tree)
    {
        var text = new StringBuilder();
        foreach (var block in tree.Blocks)
        {
            if (text.Length >= Wall.Longest)
            {
                break;
            }

            text.Append(block.Text).Append('\n');
        }

        return text.Length > Wall.Longest ? text.ToString(0, Wall.Longest) : text.ToString();
    }
}
