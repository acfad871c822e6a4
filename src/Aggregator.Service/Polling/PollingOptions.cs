using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>How often feeds are polled, and how many at once. Section "Polling" of the configuration.</summary>
public sealed class PollingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Polling";

    /// <summary>Time between polls of a feed whose rhythm is not known yet. Default: an hour.</summary>
    [Range(typeof(TimeSpan), "00:15:00", "7.00:00:00")]
    public TimeSpan DefaultInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// No feed is polled more often, whatever its rhythm and its publisher allow. More often than hourly happens only where the publisher
    /// states a shorter time (max-age, Expires, ttl, sy:updatePeriod). Default: 15 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:15:00", "1.00:00:00")]
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A feed that works is polled at least this often, however silent it is, unless its publisher wants less. Default: 24 h.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "7.00:00:00")]
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How often due feeds are looked for. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan DispatchEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A feed polled within this time is not polled again because a person asks. Default: 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ManualInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Feeds polled at the same time. Most of a poll is waiting for its turn at a host. Default: 256.</summary>
    [Range(1, 1024)]
    public int Concurrency { get; init; } = 256;

    /// <summary>Articles of one feed read at the same time. Default: 4.</summary>
    [Range(1, 32)]
    public int ArticlesAtOnce { get; init; } = 4;

    /// <summary>
    /// New stories of one feed that one poll brings into merged feeds, at most; as many again for every hour that the feed was not read. A feed that suddenly has more is
    /// broken or worse: what is beyond is stored and found with is:muted. The first poll of a feed brings all it has. Default: 100.
    /// </summary>
    [Range(1, 5000)]
    public int MostNewOfAPoll { get; init; } = 100;

    /// <summary>
    /// The longest that reading one article out of its page may keep a processor; what takes longer is left, and the feed's own text is
    /// kept. An ordinary page takes some 20 ms. Default: 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan PageBudget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A poll that takes longer is broken off; the next one goes on where it was. Default: 30 min.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>Checks <see cref="PollingOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class PollingOptionsValidator : IValidateOptions<PollingOptions>;
