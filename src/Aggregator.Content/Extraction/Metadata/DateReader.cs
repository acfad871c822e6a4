using Aggregator.Content.Extraction.Body;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Finds when the page was published and changed: asks structured data, meta elements, marked elements, the text, the address and the feed, and weighs the answers.</summary>
internal static class DateReader
{
    /// <summary>So many of the names below, the first, mean nothing but publication.</summary>
    private const int Sure = 7;

    private static readonly string[] PublishedNames =
    [
        "article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time", "parsely-pub-date", "sailthru.date", "dc.date.issued",
        "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "dc.created", "publishdate", "publish-date", "publish_date", "published-date", "publication_date", "pubdate", "pub_date",
        "publication-date", "citation_publication_date", "citation_date", "citation_online_date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "date", "article.published", "article:post_date", "created", "rbpubdate",
        "originalpublicationdate", "timestamp", "releasedate", "release_date", "dateposted", "article_date_original", "bt:pubdate", "displaydate", "ptime", "pdate", "date.publish", "news_publish_date", "published", "article.created", "date_published", "displaydate", "datecreated", "uploaddate", "posted", "weibo:article:create_at",
    ];

    private static readonly string[] ModifiedNames =
        ["article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "article:modified", "date.updated", "revision_date", "updated_time", "modified"];

    /// <summary>Only dates in the midst of the text weigh less: then that of the last change is better than none.</summary>
    private const double Weak = 0.35;

    /// <summary>Above this a date is believed without looking into the page's scripts.</summary>
    private const double Plain = 1.0;

    public static (DateTimeOffset? Published, DateTimeOffset? Modified) Read(PageTree tree, MarkedElements elements, MetaTags meta, StructuredData data, string html, PageContext context, int headline, string? language)
    {
        var address = context.Address;
        var dayFirst = IsDayFirst(language, address);
        var candidates = new DateCandidates(instant => CountryZone.Of(address, instant));
        var modified = DateText.ReadMachine(data.Modified, dayFirst) ?? First(meta, ModifiedNames, dayFirst);
        candidates.Add(DateSource.Stated, 2.0, DateText.ReadMachine(data.Published, dayFirst));
        for (var i = 0; i < PublishedNames.Length; i++)
        {
            foreach (var value in meta.All(PublishedNames[i]))
            {
                candidates.Add(DateSource.Stated, i < Sure ? 1.8 : 1.4, DateText.ReadMachine(value, dayFirst));
            }
        }

        var changed = DateMarks.AddTo(candidates, elements, dayFirst);
        DateLines.AddTo(candidates, tree, headline, dayFirst);
        candidates.Add(DateSource.Address, 1.2, DateText.ReadAddress(address));
        candidates.Add(DateSource.Fed, 1.5, context.Entry?.Published is { } fed ? new Stamp(fed, HasTime: true, HasZone: true) : null);
        if (candidates.Lacks(Plain))
        {
            candidates.Add(DateSource.Stated, 1.0, Embedded(html, dayFirst));
        }

        candidates.LeaveOut(modified);
        modified ??= changed;
        if (candidates.Lacks(Weak))
        {
            candidates.Add(DateSource.Stated, Weak, modified);
        }

        return (candidates.Best(), modified?.Date);
    }

    /// <summary>Whether 03/02 is the third of February: everywhere but in the United States and where their language is written as they do.</summary>
    private static bool IsDayFirst(string? language, Uri address) =>
        language is not null && !language.StartsWith("en", StringComparison.OrdinalIgnoreCase)
            || language is "en-GB" or "en-AU" or "en-NZ" or "en-IE" or "en-IN" or "en-ZA"
            || (address.IsAbsoluteUri && address.Host[(address.Host.LastIndexOf('.') + 1)..] is "uk" or "au" or "nz" or "ie" or "za" or "in");

    /// <summary>A date of publication in a script's data (state of a client-side application), where nothing better is given.</summary>
    private static Stamp? Embedded(string html, bool dayFirst)
    {
        foreach (var name in (ReadOnlySpan<string>)["datePublished", "publishedAt", "first_publication_date", "publication_date", "published_at", "publishDate", "publishedDate", "publish_date", "publicationDate", "published_time", "pubDate"])
        {
            var at = html.IndexOf(name, StringComparison.Ordinal);
            for (var tries = 0; at >= 0 && tries < 4; tries++)
            {
                var start = at + name.Length;
                var value = html.AsSpan(start, Math.Min(90, html.Length - start)).ToString().Replace("&quot;", "\"", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);
                var parts = value.Split('"', 4);
                if (parts.Length == 4 && parts[1].Trim() == ":" && DateText.ReadMachine(parts[2], dayFirst) is { } date)
                {
                    return date;
                }

                at = html.IndexOf(name, start, StringComparison.Ordinal);
            }
        }

        return null;
    }

    private static Stamp? First(MetaTags meta, string[] names, bool dayFirst)
    {
        foreach (var name in names)
        {
            foreach (var value in meta.All(name))
            {
                if (DateText.ReadMachine(value, dayFirst) is { } stamp)
                {
                    return stamp;
                }
            }
        }

        return null;
    }
}
