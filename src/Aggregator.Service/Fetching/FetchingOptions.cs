using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>How the service behaves towards the sites it asks. Section "Fetching" of the configuration.</summary>
public sealed class FetchingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Fetching";

    /// <summary>
    /// Where publishers reach the operator: an address on the web or a mail address. Goes into the default <see cref="UserAgent"/>.
    /// Null or empty: not told, which a publisher may take amiss.
    /// </summary>
    [RegularExpression(@"^(https?://[!-~-[()<>]]+|[!-~-[()<>@:]]+@[!-~-[()<>@]]+)$", ErrorMessage = "expected a web or mail address in plain letters, such as https://news.example.org/about or desk@example.org")]
    public string? Contact { get; init; }

    /// <summary>
    /// What every request calls itself (RFC 9110 section 10.1.5), if not what <see cref="Identity"/> makes of the program's name and
    /// <see cref="Contact"/>. Begins with the token that robots.txt is read for; should say how to reach the operator.
    /// </summary>
    [RegularExpression(@"^[A-Za-z][A-Za-z0-9_-]*/[ -~]+$", ErrorMessage = "expected a name, a version and how to reach you, such as \"Aggregator/1.0 (+https://news.example.org/about)\"")]
    public string? UserAgent { get; init; }

    /// <summary>The User-Agent that is sent.</summary>
    public string Identity => UserAgent is { Length: > 0 } own ? own : $"Aggregator/{typeof(FetchingOptions).Assembly.GetName().Version?.ToString(3)} (+{(Contact is { Length: > 0 } contact ? contact : "https://aggregator.invalid/contact-not-set")})";

    /// <summary>An outbound HTTP proxy. Default: none, and the environment's is not used. With one, targets are checked by their text.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>
    /// Private hosts or networks that may be asked all the same: "192.168.1.10", "10.0.0.0/8", "::1/128", "wiki.internal". Default: none.
    /// </summary>
    [AllowedNetworks]
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

    /// <summary>
    /// Bytes of feeds and pages that are received, or read and not done with, at the same time, after decompression; half of it for feeds and half for pages. What they are made into
    /// takes several times as much for a moment. Smaller: the service takes less memory and is slower where large feeds are read. Default: 64 MB.
    /// </summary>
    [Range(4_000_000, 2_000_000_000)]
    public int MostBytesInHand { get; init; } = 64_000_000;

    /// <summary>Redirects followed in one request. Default: 5.</summary>
    [Range(0, 20)]
    public int MaxRedirects { get; init; } = 5;

    /// <summary>The least time between the starts of two requests to one host. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan PerHostSpacing { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Requests to one host at the same time. Default: 2.</summary>
    [Range(1, 6)]
    public int PerHostConnections { get; init; } = 2;

    /// <summary>
    /// Ports that may be asked besides 80, 443 and those from 1024 on that are not known to belong to databases and the like. Default: none.
    /// </summary>
    [Ports]
    public IReadOnlyList<string> AllowedPorts { get; init; } = [];

    /// <summary>
    /// Whether a feed, too, is asked for only if its site's robots.txt allows it. Default: no; a feed is published to be fetched by programs.
    /// </summary>
    public bool RobotsForFeeds { get; init; }

    /// <summary>How long a robots.txt is believed (RFC 9309 section 2.4: at most a day). Default: 24 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan RobotsLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The same for what readers wait for at this moment, as a browser would ask for it: so many connections to a host, one request after the other.</summary>
    internal FetchingOptions AsForReaders(int connections) => new()
    {
        Contact = Contact,
        UserAgent = UserAgent,
        Proxy = Proxy,
        AllowedNetworks = AllowedNetworks,
        AllowedPorts = AllowedPorts,
        ConnectTimeout = ConnectTimeout,
        HeaderTimeout = HeaderTimeout,
        BodyTimeout = BodyTimeout,
        SlowBodyAfter = SlowBodyAfter,
        MaxRedirects = MaxRedirects,
        PerHostSpacing = TimeSpan.Zero,
        PerHostConnections = connections,
    };

    /// <summary>The name robots.txt rules are looked up under: <see cref="Identity"/> up to its slash.</summary>
    public string ProductToken => Identity[..Identity.IndexOf('/', StringComparison.Ordinal)];
}

/// <summary>Checks <see cref="FetchingOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class FetchingOptionsValidator : IValidateOptions<FetchingOptions>;
