using System.Globalization;
using System.Text;
using System.Xml;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;

namespace Aggregator.Service.Web;

/// <summary>
/// The pages that crawlers may come back to (sitemaps.org, protocol 0.9): that of all stories and of each scope that has a feed of its own. Pages of single stories
/// ask not to be indexed, and those of searches are without number.
/// </summary>
public sealed class Sitemap(MergedFeedScopes scopes, StorySearch search, StoreChanges changes)
{
    /// <summary>What the protocol allows in one file.</summary>
    public const int MostPages = 50_000;

    private const string Namespace = "http://www.sitemaps.org/schemas/sitemap/0.9";

    /// <summary>About what a page shows.</summary>
    private const int StoriesLookedAt = 40;

    private volatile KnownDates _known = new(-1, []);

    /// <summary>The document, with all addresses below <paramref name="home"/>.</summary>
    public async Task<byte[]> WriteAsync(Uri home, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(home);
        var pages = scopes.ListFor(Caller.Nobody).Select(listed => listed.Scope).DistinctBy(scope => scope.PagePath).Take(MostPages).ToList();
        var dates = await FindDatesAsync(pages, cancellationToken);
        return Write(pages.Select(page => (home.Below(page.PagePath), dates.TryGetValue(page.Key, out var date) ? date : (DateTimeOffset?)null)));
    }

    /// <summary>The document of some pages, each with when it changed, where that is known.</summary>
    public static byte[] Write(IEnumerable<(Uri Address, DateTimeOffset? Changed)> pages)
    {
        ArgumentNullException.ThrowIfNull(pages);
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("urlset", Namespace);
            foreach (var (address, changed) in pages)
            {
                xml.WriteStartElement("url", Namespace);
                xml.WriteElementString("loc", Namespace, address.AbsoluteUri);
                if (changed is { } date)
                {
                    xml.WriteElementString("lastmod", Namespace, date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    /// <summary>
    /// When the stories that pages show last changed, by the pages' keys; looked up once a change of the stored stories. Only of pages whose stories an index of the store
    /// lists: what a condition finds, a crawler is not worth looking for.
    /// </summary>
    private async Task<IReadOnlyDictionary<string, DateTimeOffset>> FindDatesAsync(List<MergedFeedScope> pages, CancellationToken cancellationToken)
    {
        var version = changes.Version;
        if (_known is var known && known.Version == version && pages.TrueForAll(page => page.Fixed is not null || known.Looked.ContainsKey(page.Key)))
        {
            return known.Dates;
        }

        var looked = new Dictionary<string, DateTimeOffset?>();
        foreach (var page in pages.Where(page => page.Fixed is null))
        {
            var query = page.Query;
            var found = await search.FindAsync(query with { Range = query.Range with { Limit = StoriesLookedAt, WithBody = false } }, cancellationToken);
            looked[page.Key] = found.Stories.Count == 0 ? null : found.Stories.Max(story => story.Retagged > story.Updated ? story.Retagged.Value : story.Updated);
        }

        var fresh = new KnownDates(version, looked);
        _known = fresh;
        return fresh.Dates;
    }

    private sealed record KnownDates(long Version, Dictionary<string, DateTimeOffset?> Looked)
    {
        public IReadOnlyDictionary<string, DateTimeOffset> Dates { get; } =
            Looked.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!.Value);
    }
}
