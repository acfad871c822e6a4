using Aggregator.Model.Articles;

namespace Aggregator.Content.Extraction.Parts;

/// <summary>Puts an article together that its site shows on several pages.</summary>
public static class ArticleParts
{
    /// <summary>Whether a page that continues an article has something to add.</summary>
    public static bool IsPart(Article page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page.Verdict != BodyVerdict.Unusable && page.BodyText.Length > 0;
    }

    /// <summary>The article with the body of the page that continues it. All else is the first page's; the next page is the last one's.</summary>
    public static Article Append(Article article, Article page)
    {
        ArgumentNullException.ThrowIfNull(article);
        ArgumentNullException.ThrowIfNull(page);
        return article with
        {
            BodyHtml = article.BodyHtml + page.BodyHtml,
            BodyText = article.BodyText + "\n" + page.BodyText,
            NoArchive = article.NoArchive || page.NoArchive,
            NextPage = page.NextPage,
        };
    }

    /// <summary>The article as far as it was read, and why there is no more of it.</summary>
    public static Article CutShort(Article article, int page, string reason)
    {
        ArgumentNullException.ThrowIfNull(article);
        return article with
        {
            Verdict = BodyVerdict.Doubtful,
            Reasons = [.. article.Reasons, FormattableString.Invariant($"the article goes on after its page {page - 1}: {reason}")],
            NextPage = null,
        };
    }
}
