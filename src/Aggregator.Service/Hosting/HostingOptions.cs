using System.ComponentModel.DataAnnotations;
using Aggregator.Content.Publishing;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Hosting;

/// <summary>Where the service lives and how it is reached. Section "Hosting" of the configuration.</summary>
public sealed class HostingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Hosting";

    /// <summary>
    /// Address the service listens on, or several parted by semicolons, such as http://127.0.0.1:5080;https://*:443. Default: http://127.0.0.1:5080, this machine only.
    /// Https needs a <see cref="Certificate"/>.
    /// </summary>
    [Required, ListenAddress]
    public string Listen { get; init; } = "http://127.0.0.1:5080";

    /// <summary>
    /// The address readers reach the service by, if it differs from <see cref="Listen"/>: every link begins with it. May have a path, such as
    /// https://example.org/news/; a proxy before the service may pass that path on or take it away.
    /// </summary>
    [PublicAddress]
    public Uri? PublicAddress { get; init; }

    /// <summary>
    /// The proxies whose X-Forwarded-For, -Proto, -Host and -Prefix are believed: IP addresses, or networks such as 10.0.0.0/8. Default: none. A proxy listed here must
    /// set these headers itself, or take them away: what it passes on of its client, it says.
    /// </summary>
    [TrustedProxies]
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>
    /// The file of the certificate for https: PFX, or PEM with the certificate first and then its chain. A renewed file is taken into use within seconds.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>The PEM file of its private key, where that is not in the same file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>The password of the PFX file or of the key, where it has one.</summary>
    [Secret]
    public string? CertificatePassword { get; init; }

    /// <summary>
    /// The authority of the ids in published feeds (RFC 4151: a name and a year that were the operator's). Never change it once
    /// readers have subscribed: every entry would be new to them.
    /// </summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9.@-]+,[0-9]{4}(-[0-9]{2}){0,2}$", ErrorMessage = "expected a name and a year that were yours, such as \"news.example.org,2026\" (RFC 4151)")]
    public string TagAuthority { get; init; } = "aggregator.localhost,2026";

    /// <summary>The file with the secrets of feeds. Default: secrets.json in the data folder.</summary>
    public string? SecretsFile { get; init; }

    /// <summary>
    /// The least time between two commits of the store, 0 to 1 s, while they are small: each makes the disk flush two files, and what
    /// comes meanwhile shares the next one. What comes alone waits for nothing. Default: 100 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan CommitsApart { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Entries in a published feed at most, whoever asks for more.</summary>
    public const int MostFeedEntries = 500;

    /// <summary>Entries in a published feed that nobody asks for more or fewer of, 1 to 500. Default: 50.</summary>
    [Range(1, MostFeedEntries)]
    public int FeedEntries { get; init; } = 50;

    /// <summary>
    /// How old a merged feed may be that is sent while stories come and a newer one is being made, 0 to 1 min; so readers need not wait for that. One that nobody asked
    /// for as long is always new, and so is one that is made within milliseconds. Default: 1 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan FeedsMayLag { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How much of a story published feeds tell at most: Full, Summary or Title. Default: Full where only this machine is answered, for its operator; Summary where
    /// <see cref="Listen"/>, <see cref="PublicAddress"/> or <see cref="TrustedProxies"/> lets others read, since most publishers' texts may not be republished whole.
    /// </summary>
    public FeedContent? FeedContent { get; init; }

    /// <summary>Whether nobody but this machine, and what runs on it, reaches the service without a proxy.</summary>
    public bool IsOnLoopbackOnly => Split(Listen).All(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback);

    /// <summary>Whether somebody else than this machine is meant to reach the service, itself or through a proxy.</summary>
    public bool LetsOthersIn => !IsOnLoopbackOnly || PublicAddress is not null || TrustedProxies.Count > 0;

    /// <summary>Whether the service itself speaks TLS on one of its addresses.</summary>
    public bool ListensWithTls => Split(Listen).Any(address => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase));

    /// <summary>The addresses of <see cref="Listen"/>.</summary>
    internal static IReadOnlyList<string> Split(string listen) => listen.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The same as <see cref="FeedContent"/>, with its default.</summary>
    public FeedContent MostContent => FeedContent
        ?? (LetsOthersIn ? Content.Publishing.FeedContent.Summary : Content.Publishing.FeedContent.Full);

    /// <summary>
    /// Whether an entry of a merged feed counts as updated when another outlet reports the event; many readers show it as unread again
    /// then. Default: false, only a change of its own text counts.
    /// </summary>
    public bool NewReportsUpdateEntries { get; init; }
}

/// <summary>Checks <see cref="HostingOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class HostingOptionsValidator : IValidateOptions<HostingOptions>;
