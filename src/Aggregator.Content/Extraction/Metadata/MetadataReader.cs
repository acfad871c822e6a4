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
        var elements = new MarkedElements(document.Body!, title);
        var language = Language(document.DocumentElement?.GetAttribute("lang") ?? data.Language ?? meta.First("og:locale", "content-language", "dc.language", "language"));
        var (published, modified) = DateReader.Read(tree, elements, meta, data, html, context, title, language);
        var sites = TitleReader.SiteNames(siteName, address);
        sites.Add(TitleReader.Squeezed(data.Publisher));
        sites.Add(TitleReader.Squeezed(address.Host.StartsWith("www.", StringComparison.Ordinal) ? address.Host[4..] : address.Host));
        var authors = AuthorReader.Read(tree, elements, meta, data, title, sites, entry);
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
            CanonicalAddress = Addresses.Absolute(document.QuerySelector("link[rel~=canonical]")?.GetAttribute("href") ?? meta.First("og:url"), address),
            Image = Addresses.Absolute(meta.First("og:image", "og:image:url", "twitter:image", "twitter:image:src") ?? data.Image, address),
            SiteName = siteName,
            ArticleBody = data.ArticleBody,
            Types = types,

            // What is addressed to a search engine's robot is none of our business.
            NoArchive = meta.All("robots").Concat(context.RobotName is { } name ? meta.All(name) : []).Any(ForbidsArchiving),
            Paid = data.Paid,
        };
    }

    /// <summary>Whether one of the directives, separated by commas, is that the text is not to be kept or quoted: "index, max-snippet:0".</summary>
    private static bool ForbidsArchiving(string directives) =>
        directives.Split(',').Any(directive => string.Concat(directive.Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant() is "noarchive" or "nosnippet" or "max-snippet:0");

    /// <summary>"en_US" becomes "en-US"; what is no language tag becomes null.</summary>
    private static string? Language(string? stated)
    {
        var tag = stated?.Trim().Replace('_', '-');
        return tag is { Length: >= 2 and <= 20 } && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && char.IsAsciiLetter(tag[0]) ? tag : null;
    }
}
