using Aggregator.Model.Stories;
using Aggregator.Service.Secrets;

namespace Aggregator.Service.Fetching;

/// <summary>Where articles' pages come from: the web, or what was kept of it.</summary>
public interface IPageSource
{
    /// <summary>
    /// Asks for a page; only if it changed, where it was read before and is <paramref name="known"/>. Expected failures are results; only cancellation
    /// throws.
    /// </summary>
    Task<PageResult> FetchAsync(Uri page, PageValidators? known, FeedAccess access, CancellationToken cancellationToken);
}
