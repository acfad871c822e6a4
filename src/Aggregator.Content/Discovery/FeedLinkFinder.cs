using System.Text.RegularExpressions;
using Aggregator.Content.Extraction.Pages;
using Aggregator.Content.Sanitizing;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Aggregator.Content.Discovery;

/// <summary>
/// Finds the addresses in a page that may be its feeds: what its Link headers and link elements declare, then what it links to or
/// mentions that looks like a feed's address. Never throws for the page's sake.
/// </summary>
public static partial class FeedLinkFinder
{
    /// <summary>A page that lists more is a directory of feeds; the first ones are enough to choose from.</summary>
    private const int MostCandidates = 100;

    private const int MaxElements = 100_000;
    private const int MaxTitle = 200;

    /// <summary>How much of a page's scripts is searched, in characters. Large pages hold megabytes of them.</summary>
    private const int MaxScript = 1_000_000;

    private static readonly string[] FeedTypes = ["rss+xml", "atom+xml", "feed+json", "rdf+xml", "x-rss", "application/rss", "application/atom", "text/rss", "text/atom"];

    /// <summary>What <paramref name="page"/> says about feeds.</summary>
    public static PageFeeds Find(SitePage page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(page);
        var found = new List<FeedCandidate>();
        foreach (var link in LinkHeader.Read(page.LinkHeader))
        {
            AddDeclared(found, FoundBy.Header, page.Address, link.Target, Value(link, "rel"), Value(link, "type"), Value(link, "title"));
        }

        Uri? canonical = null;
        if (Parse(page, cancellationToken) is { } document)
        {
            var baseAddress = BaseOf(document, page.Address);
            AddLinks(found, document, baseAddress);
            AddData(found, document, baseAddress);
            canonical = document.QuerySelectorAll("link[rel][href]").Where(link => Has(link.GetAttribute("rel"), "canonical"))
                .Select(link => FeedAddress.Resolve(link.GetAttribute("href"), baseAddress)).FirstOrDefault(address => address is not null && address != page.Address);
        }

        return new PageFeeds(Order(found, page.Address), canonical);
    }

    private static string? Value(HeaderLink link, string name) => link.Parameters.GetValueOrDefault(name);

    private static IHtmlDocument? Parse(SitePage page, CancellationToken cancellationToken)
    {
        var html = PageDecoder.Decode(page.Body.Span, page.ContentType);
        var options = new HtmlParserOptions { SkipComments = true, SkipProcessingInstructions = true, DisableElementPositionTracking = true };
        return GuardedHtml.Parse(html.Length > GuardedHtml.MaxCharacters ? html[..GuardedHtml.MaxCharacters] : html, MaxElements, options, cancellationToken);
    }

    /// <summary>The first base element with an address is what relative ones are resolved against (HTML section 4.2.3).</summary>
    private static Uri BaseOf(IHtmlDocument document, Uri page) =>
        document.QuerySelector("base[href]")?.GetAttribute("href") is { } href && Uri.TryCreate(page, href.Trim(), out var address) && address.Scheme is "http" or "https"
            ? address
            : page;

    private static void AddLinks(List<FeedCandidate> found, IHtmlDocument document, Uri baseAddress)
    {
        foreach (var link in document.QuerySelectorAll("link[href], a[href], area[href]"))
        {
            var href = link.GetAttribute("href");
            if (AddDeclared(found, FoundBy.LinkElement, baseAddress, href, link.GetAttribute("rel"), link.GetAttribute("type"), link.GetAttribute("title"))
                || link is IHtmlLinkElement)
            {
                continue;
            }

            var title = link.GetAttribute("title") ?? link.TextContent;
            if (FeedAddress.Resolve(href, baseAddress) is { } address && !IsShareButton(address, baseAddress) && (FeedAddress.LooksLikeFeed(address) || NamesFeed(title, address, baseAddress)))
            {
                Add(found, address, FoundBy.PageLink, title, null);
            }
        }
    }

    /// <summary>Another site's address with an address in it: that one's "feed" is where the page is to be posted.</summary>
    private static bool IsShareButton(Uri address, Uri page) => FeedAddress.CarriesAddress(address) && !SameSite(address, page);

    /// <summary>A link of the same site called just "RSS" or "Atom feed" leads to one, whatever its address.</summary>
    private static bool NamesFeed(string title, Uri address, Uri page) => title.Length < 40 && address.IdnHost == page.IdnHost && FeedName().IsMatch(title);

    private static void AddData(List<FeedCandidate> found, IHtmlDocument document, Uri baseAddress)
    {
        foreach (var attribute in document.All.SelectMany(element => element.Attributes).Where(attribute => attribute.Name.StartsWith("data-", StringComparison.Ordinal)))
        {
            AddIfFeed(found, baseAddress, attribute.Value.Trim());
        }

        var left = MaxScript;
        foreach (var script in document.QuerySelectorAll("script").TakeWhile(_ => left > 0))
        {
            var text = script.TextContent;
            text = text.Length > left ? text[..left] : text;
            left -= text.Length;
            foreach (Match quoted in QuotedAddress().Matches(text))
            {
                AddIfFeed(found, baseAddress, Unescape(quoted.Groups[1].Value));
            }
        }
    }

    private static string Unescape(string text) =>
        text.Replace("\\u002F", "/", StringComparison.OrdinalIgnoreCase).Replace("\\/", "/", StringComparison.Ordinal).Replace("\\u0026", "&", StringComparison.OrdinalIgnoreCase);

    private static void AddIfFeed(List<FeedCandidate> found, Uri baseAddress, string text)
    {
        if (text.Length > 4 && (text[0] == '/' || text.StartsWith("http", StringComparison.OrdinalIgnoreCase)) && !text.Contains(' ', StringComparison.Ordinal)
            && FeedAddress.Resolve(text, baseAddress) is { } address && FeedAddress.LooksLikeFeed(address) && !IsShareButton(address, baseAddress))
        {
            Add(found, address, FoundBy.PageData, null, null);
        }
    }

    /// <summary>Adds a link that says itself that it leads to a feed. Returns whether it does.</summary>
    private static bool AddDeclared(List<FeedCandidate> found, FoundBy by, Uri baseAddress, string? href, string? rel, string? type, string? title)
    {
        if (FeedAddress.Resolve(href, baseAddress) is not { } address || !DeclaresFeed(rel, type?.Trim().ToLowerInvariant() ?? "", address))
        {
            return false;
        }

        Add(found, address, by, title, string.IsNullOrWhiteSpace(type) ? null : type.Trim());
        return true;
    }

    private static bool DeclaresFeed(string? rel, string type, Uri address)
    {
        if (type.Contains("oembed", StringComparison.Ordinal) || Has(rel, "stylesheet"))
        {
            return false;
        }

        // "alternate" without a feed's own type may be a translation, an API or a print version: there the address must agree.
        return Has(rel, "feed")
            || (Has(rel, "alternate") && (Array.Exists(FeedTypes, known => type.Contains(known, StringComparison.Ordinal)) || (!type.Contains("html", StringComparison.Ordinal) && FeedAddress.LooksLikeFeed(address))));
    }

    private static bool Has(string? rel, string word) =>
        rel is not null && rel.Split((char[])[' ', '\t', '\n', '\r', '\f'], StringSplitOptions.RemoveEmptyEntries).Contains(word, StringComparer.OrdinalIgnoreCase);

    private static void Add(List<FeedCandidate> found, Uri address, FoundBy by, string? title, string? type)
    {
        if (found.Count < MostCandidates)
        {
            var name = title is null ? null : White().Replace(title, " ").Trim();
            name = string.IsNullOrEmpty(name) ? null : name.Length > MaxTitle ? name[..MaxTitle] : name;
            found.Add(new FeedCandidate(address, by) { Title = name, MediaType = type, IsComments = FeedAddress.SaysComments(address, name) });
        }
    }

    /// <summary>Each address once, by its best finding: no comments before comments, declared before linked, this site's before others', as in the page.</summary>
    private static List<FeedCandidate> Order(List<FeedCandidate> found, Uri page) =>
        [.. found.OrderBy(candidate => candidate.IsComments)
            .ThenBy(candidate => candidate.FoundBy)
            .ThenBy(candidate => candidate.FoundBy is FoundBy.PageLink or FoundBy.PageData && !SameSite(candidate.Address, page))
            .DistinctBy(candidate => candidate.Address)];

    /// <summary>Same host, or one below the other's, "www." aside: feeds.example.org belongs to www.example.org.</summary>
    private static bool SameSite(Uri address, Uri page)
    {
        var (host, home) = (Bare(address), Bare(page));
        return host == home || host.EndsWith("." + home, StringComparison.Ordinal) || home.EndsWith("." + host, StringComparison.Ordinal);
    }

    private static string Bare(Uri address) => address.IdnHost.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? address.IdnHost[4..] : address.IdnHost;

    [GeneratedRegex(@"^\W*((rss|atom|json)[\s-]*)?feeds?\W*$|^\W*(rss|atom)\b.{0,12}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FeedName();

    /// <summary>A quoted address in a script, slashes escaped or not, with a feed's word in it.</summary>
    [GeneratedRegex("""["'`]((?:https?:)?(?:\\?/|\\u002[Ff])[^"'`\s<>]{0,300}?(?:rss|feed|atom|\.xml|\.rdf)[^"'`\s<>]{0,100})["'`]""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex QuotedAddress();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex White();
}
