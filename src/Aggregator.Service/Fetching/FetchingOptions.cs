using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>How the service behaves towards the sites it asks. Section "Fetching" of the configuration.</summary>
public sealed class FetchingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Fetching";

    /// <summary>
    /// What every request calls itself (RFC 9110 section 10.1.5). Begins with the token that robots.txt is read for; should say how to
    /// reach the operator.
    /// </summary>
    [Required]
    [RegularExpression(@"^[A-Za-z][A-Za-z0-9_-]*/[^\x00-\x1F\x7F]+$", ErrorMessage = "Fetching:UserAgent must look like \"Aggregator/1.0 (+https://news.example.org/about)\"")]
    public string UserAgent { get; init; } = $"Aggregator/{typeof(FetchingOptions).Assembly.GetName().Version?.ToString(3)} (+https://aggregator.invalid/contact-not-set)";

    /// <summary>An outbound HTTP proxy. Default: none, and the environment's is not used. With one, targets are checked by their text.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>
    /// Private hosts or networks that may be asked all the same: "192.168.1.10", "10.0.0.0/8", "::1/128", "wiki.internal". Default: none.
    /// </summary>
    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    /// <summary>Time to connect. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time until the answer's headers are there. Default: 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time for the whole answer. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A body that brings less than 1 KiB/s over this time is cut. Default: 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan SlowBodyAfter { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The largest feed, bytes after decompression. Default: 10 MB.</summary>
    [Range(10_000, 200_000_000)]
    public int MaxFeedBytes { get; init; } = 10_000_000;

    /// <summary>The largest page, bytes after decompression. Default: 5 MB.</summary>
    [Range(10_000, 100_000_000)]
    public int MaxPageBytes { get; init; } = 5_000_000;

    /// <summary>Redirects followed in one request. Default: 5.</summary>
    [Range(0, 20)]
    public int MaxRedirects { get; init; } = 5;

    /// <summary>The least time between the starts of two requests to one host. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan PerHostSpacing { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Requests to one host at the same time. Default: 2.</summary>
    [Range(1, 6)]
    public int PerHostConnections { get; init; } = 2;

    /// <summary>How long a robots.txt is believed (RFC 9309 section 2.4: at most a day). Default: 24 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan RobotsLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The name robots.txt rules are looked up under: <see cref="UserAgent"/> up to its slash.</summary>
    public string ProductToken => UserAgent[..UserAgent.IndexOf('/', StringComparison.Ordinal)];
}

/// <summary>Checks <see cref="FetchingOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class FetchingOptionsValidator : IValidateOptions<FetchingOptions>;
