using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using Aggregator.Service.Secrets;

namespace Aggregator.Service.Archive;

/// <summary>
/// The web's pages, which are kept as they come. Not kept are pages that a secret opens, and those whose publisher asks that no copy be made
/// (X-Robots-Tag: noarchive).
/// </summary>
public sealed class ArchivingPages(PageFetcher web, PageArchive archive) : IPageSource
{
    /// <inheritdoc/>
    public async Task<PageResult> FetchAsync(Uri page, PageValidators? known, FeedAccess access, BodyShare? share, CancellationToken cancellationToken)
    {
        var result = await web.FetchAsync(page, known, access, share, cancellationToken);
        if (result is PageResult.Page { NoArchive: false } fetched && access == FeedAccess.Open)
        {
            archive.Keep(page, fetched);
        }

        return result;
    }
}
