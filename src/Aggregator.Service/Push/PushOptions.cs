using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>How news are pushed to those who subscribed. Section "Push" of the configuration.</summary>
public sealed class PushOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Push";

    /// <summary>Subscribers at our hub, in all. Default: 5,000.</summary>
    [Range(0, 100_000)]
    public int MostSubscribers { get; init; } = 5_000;

    /// <summary>Subscribers whose callbacks are on one host. Default: 2,000.</summary>
    [Range(0, 100_000)]
    public int MostSubscribersOfAHost { get; init; } = 2_000;

    /// <summary>Feeds that are subscribed to: each is looked through whenever stories come. Default: 500.</summary>
    [Range(0, 10_000)]
    public int MostTopics { get; init; } = 500;

    /// <summary>Of these, those that callbacks on one host brought. Default: 50.</summary>
    [Range(0, 10_000)]
    public int MostTopicsOfAHost { get; init; } = 50;

    /// <summary>Streams of events open at a time. Default: 1,000.</summary>
    [Range(0, 100_000)]
    public int MostStreams { get; init; } = 1_000;

    /// <summary>Different feeds that streams of events are of: each is looked through like a topic. Default: 100.</summary>
    [Range(0, 10_000)]
    public int MostStreamedFeeds { get; init; } = 100;

    /// <summary>The least time between two looks for news: what comes meanwhile is pushed as one. Default: 0.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan Every { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a subscriber has to answer. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long it is tried to reach somebody who does not answer well. A subscriber at our hub is forgotten then, and what a webhook did not take becomes a dead letter.
    /// Default: 24 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The first wait after a try that came to nothing; each is four times as long as the one before, and an hour at most. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan FirstRetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Checks <see cref="PushOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class PushOptionsValidator : IValidateOptions<PushOptions>;
