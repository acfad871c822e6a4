using Aggregator.Content.Extraction.Body;
using AngleSharp.Css.Dom;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Finds the day of publication: structured data, meta elements, marked elements, the address, then what is written near the headline.</summary>
internal static class DateReader
{
    private static readonly string[] PublishedNames =
    [
        "article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time", "parsely-pub-date", "sailthru.date", "dc.date.issued",
        "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "dc.created", "publishdate", "publish-date", "publish_date", "published-date", "publication_date", "pubdate", "pub_date",
        "publication-date", "citation_publication_date", "citation_date", "citation_online_date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "date", "article.published", "article:post_date", "created", "rbpubdate",
        "originalpublicationdate", "timestamp", "releasedate", "release_date", "dateposted", "article_date_original", "bt:pubdate", "displaydate", "ptime", "pdate", "date.publish", "news_publish_date", "published", "article.created", "date_published", "displaydate", "datecreated", "uploaddate", "posted", "weibo:article:create_at",
    ];

    private static readonly string[] ModifiedNames =
        ["article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "article:modified", "date.updated", "revision_date", "updated_time", "modified"];

    private static readonly ISelector Times = MarkedElements.Selectors("time[datetime]")[0];

    private static readonly ISelector[] Marks = MarkedElements.Selectors(
    [
        "[itemprop~=datePublished]", "time[pubdate]", "time.published", "time.entry-date", ".published", "abbr.published", "[property='dc:date']", "[property='datePublished']", "[property='dc:created']", "[property$=dateCreated]", "[property$=datePublished]", "article time[datetime]", "header time[datetime]", "time[datetime]",
        "[itemprop~=dateCreated]", "[class*=publish]", "[class*=pubdate]", "[class*=PubDate]", "[class*=post-date]", "[class*=entry-date]", "[class*=article-date]", "[class*=dateline]", "[class*=timestamp]", "[class*=date]", "[class*=Date]", "[id*=date]", "[class*=datum]", "[class*=fecha]", "[class*=time]", "time",
        "[class*=byline]", "[class*=meta]", "[class*=info]", "[class*=author]",
    ]);

    public static (DateTimeOffset? Published, DateTimeOffset? Modified) Read(PageTree tree, MarkedElements elements, MetaTags meta, StructuredData data, string html, Uri address)
    {
        var modified = DateText.Machine(data.Modified) ?? First(meta, ModifiedNames);
        var published = DateText.Machine(data.Published) ?? First(meta, PublishedNames);
        if (published is not null)
        {
            return (WithStatedZone(published.Value, meta, elements), modified);
        }

        published = Marked(elements, strict: true) ?? (address.IsAbsoluteUri ? DateText.Address(address) : null) ?? Embedded(html) ?? Marked(elements, strict: false) ?? Written(tree) ?? modified;
        return (published, modified);
    }

    /// <summary>
    /// An instant given in UTC may lie on another day than the one that the site's readers see. Where the page also writes it with the
    /// site's own offset, that form is taken; the instant stays the same.
    /// </summary>
    private static DateTimeOffset WithStatedZone(DateTimeOffset published, MetaTags meta, MarkedElements elements)
    {
        if (published.Offset != TimeSpan.Zero || published.TimeOfDay == TimeSpan.Zero)
        {
            return published;
        }

        var times = elements.All(Times, 6).Select(time => time.GetAttribute("datetime"));
        foreach (var text in PublishedNames.SelectMany(meta.All).Concat(times))
        {
            if (DateText.Machine(text) is { } local && local.Offset != TimeSpan.Zero && (local - published).Duration() < TimeSpan.FromMinutes(2))
            {
                return local;
            }
        }

        return published;
    }

    /// <summary>A date of publication in a script's data (state of a client-side application), where nothing better is given.</summary>
    private static DateTimeOffset? Embedded(string html)
    {
        foreach (var name in (ReadOnlySpan<string>)["datePublished", "publishedAt", "published_at", "publishDate", "publishedDate", "publish_date", "publicationDate", "published_time", "pubDate"])
        {
            var at = html.IndexOf(name, StringComparison.Ordinal);
            for (var tries = 0; at >= 0 && tries < 4; tries++)
            {
                var start = at + name.Length;
                var value = html.AsSpan(start, Math.Min(90, html.Length - start)).ToString().Replace("&quot;", "\"", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);
                var parts = value.Split('"', 4);
                if (parts.Length == 4 && parts[1].Trim() == ":" && DateText.Machine(parts[2]) is { } date)
                {
                    return date;
                }

                at = html.IndexOf(name, start, StringComparison.Ordinal);
            }
        }

        return null;
    }

    private static DateTimeOffset? First(MetaTags meta, string[] names)
    {
        foreach (var name in names)
        {
            foreach (var value in meta.All(name))
            {
                if (DateText.Machine(value) is { } date)
                {
                    return date;
                }
            }
        }

        return null;
    }

    private static DateTimeOffset? Marked(MarkedElements elements, bool strict)
    {
        foreach (var mark in Marks)
        {
            foreach (var element in elements.All(mark, 8))
            {
                if (IsElsewhere(element, strict))
                {
                    continue;
                }

                var stated = element.GetAttribute("datetime") ?? element.GetAttribute("content") ?? (element.LocalName is "abbr" or "time" ? element.GetAttribute("title") : null);
                if (DateText.Machine(stated) is { } machine)
                {
                    return machine;
                }

                if (MarkedElements.ShortText(element, 250) is { Length: > 5 } text && DateText.Human(text.Trim()) is { } human)
                {
                    return human;
                }
            }
        }

        return null;
    }

    /// <summary>The first short line with a date that the page shows outside lists of other stories.</summary>
    private static DateTimeOffset? Written(PageTree tree)
    {
        foreach (var block in tree.Blocks)
        {
            if (!block.Furniture && block.Length is > 7 and < 120 && DateText.Human(block.Text) is { } date)
            {
                return date;
            }
        }

        return null;
    }

    private static bool IsElsewhere(IElement element, bool strict)
    {
        for (var node = element; node is not null; node = node.ParentElement)
        {
            if (strict && node.LocalName is ("aside" or "footer" or "nav"))
            {
                return true;
            }

            var name = node.ClassName;
            if (name is { Length: > 0 and < 200 } && node.LocalName is not ("body" or "html" or "main")
                && (name.Contains("comment", StringComparison.OrdinalIgnoreCase) || name.Contains("related", StringComparison.OrdinalIgnoreCase)
                    || name.Contains("sidebar", StringComparison.OrdinalIgnoreCase)
                    || name.Contains("recommend", StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }
}
