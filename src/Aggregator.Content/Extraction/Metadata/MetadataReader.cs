using Aggregator.Content.Extraction.Body;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Puts the page's metadata together from all its sources; the feed's entry fills what the page leaves open.</summary>
internal static class MetadataReader
{
    public static PageMetadata Read(IDocument document, PageTree tree, string html, PageContext context)
    {
        var (address, entry) = (context.Address, context.Entry);
        var meta = new MetaTags(document);
        var data = StructuredData.Read(html);
        var siteName = TitleReader.Clean(meta.First("og:site_name", "application-name", "al:android:app_name", "publisher") ?? data.Publisher);
        var title = TitleReader.Read(document, meta, data, siteName, address) ?? entry?.Title;
        var headline = HeadlineBlock.Of(tree, title);
        var elements = new MarkedElements(document.Body!, title);
        var language = Language(document.DocumentElement?.GetAttribute("lang")) ?? Language(data.Language) ?? Language(meta.First("og:locale", "content-language", "dc.language", "language"));
        var (published, modified) = DateReader.Read(tree, elements, meta, data, html, context, headline, language);
        var sites = TitleReader.SiteNames(siteName, address);
        sites.Add(TitleReader.Squeezed(data.Publisher));
        sites.Add(TitleReader.Squeezed(address.Host.StartsWith("www.", StringComparison.Ordinal) ? address.Host[4..] : address.Host));
        var authors = AuthorReader.Read(tree, elements, meta, data, headline, sites, entry);
        var types = new List<string>(data.Types);
        if (meta.First("og:type") is { } type)
        {
            types.Add(type.ToLowerInvariant());
        }

        return new PageMetadata
        {
            Title = title,
            Description = meta.First("og:description", "description", "twitter:description") ?? data.Description,
            Authors = authors,
            Published = published,
            Modified = modified,
            Language = language,
            CanonicalAddress = PageAddresses.Canonical([document.QuerySelector("link[rel~=canonical]")?.GetAttribute("href"), meta.First("og:url")], address),
            Image = PageAddresses.Image([.. meta.All("og:image"), meta.First("og:image:url"), meta.First("og:image:secure_url"), meta.First("twitter:image"), meta.First("twitter:image:src"), data.Image], address),
            SiteName = siteName,
            ArticleBody = data.ArticleBody,
            LivePosts = data.LivePosts,
            Types = types,

            // What is addressed to a search engine's robot is none of our business.
            NoArchive = meta.All("robots").Concat(context.RobotName is { } name ? meta.All(name) : []).Any(ForbidsArchiving),
            Paid = data.Paid,
        };
    }

    /// <summary>Whether one of the directives, separated by commas, is that the text is not to be kept or quoted: "index, max-snippet:0".</summary>
    private static bool ForbidsArchiving(string directives) =>
        directives.Split(',').Any(directive => string.Concat(directive.Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant() is "noarchive" or "nosnippet" or "max-snippet:0");

    /// <summary>"en_us" becomes "en-US", as BCP 47 (RFC 5646 section 2.1.1) writes it; what is no language tag becomes null.</summary>
    private static string? Language(string? stated)
    {
        var tag = stated?.Trim().Replace('_', '-');
        if (tag is not { Length: >= 2 and <= 20 } || !tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return null;
        }

        var parts = tag.Split('-', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0 || parts[0].Length is < 2 or > 3 || !parts[0].All(char.IsAsciiLetter))
        {
            return null;
        }

        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = i > 0 && parts[i].Length == 2 ? parts[i].ToUpperInvariant()
                : i > 0 && parts[i].Length == 4 ? char.ToUpperInvariant(parts[i][0]) + parts[i][1..].ToLowerInvariant()
                : parts[i].ToLowerInvariant();
        }

        return string.Join('-', parts);
    }
}
