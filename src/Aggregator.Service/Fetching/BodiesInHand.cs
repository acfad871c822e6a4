using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>
/// Bounds the memory of what is read, however many feeds and pages are read at once, to <see cref="FetchingOptions.MostBytesInHand"/>. Feeds and pages have half of it each: a poll
/// has its feed's share while it waits for those of its pages, so the two must not be one.
/// </summary>
public sealed class BodiesInHand(IOptions<FetchingOptions> options)
{
    /// <summary>For feeds: a body, and the entries made of it, until the poll is over.</summary>
    public BodyPool Feeds { get; } = new(options.Value.MostBytesInHand / 2);

    /// <summary>For pages: each until its article is taken out.</summary>
    public BodyPool Pages { get; } = new(options.Value.MostBytesInHand / 2);
}
