using Aggregator.Model.Stories;
using Aggregator.Service.Secrets;

namespace Aggregator.Service.Fetching;

/// <summary>Where articles' pages come from: the web, or what was kept of it.</summary>
public interface IPageSource
{
    /// <summary>
    /// Asks for a page; only if it changed, where it was read before and is <paramref name="known"/>. What comes over the network waits until there
    /// is memory for it and has it in <paramref name="share"/> until that is disposed; null: it does not wait. Expected failures are results; only cancellation throws.
    /// </summary>
    Task<PageResult> FetchAsync(Uri page, PageValidators? known, FeedAccess access, BodyShare? share, CancellationToken cancellationToken);
}
