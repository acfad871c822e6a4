using System.ComponentModel.DataAnnotations;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Watching;

/// <summary>How the service is watched: its log, its metrics, its traces. Section "Watching" of the configuration. Nothing leaves the machine unless it is set here.</summary>
public sealed class WatchingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Watching";

    /// <summary>How the log is written: Text, a line an event for people, or Json, an object a line for programs. Default: Text.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>
    /// Who may read /metrics: Operator, that is whoever asks from this machine or with a key; Everybody who reaches the service; or Nobody, and then nothing is
    /// measured unless <see cref="OtlpEndpoint"/> is set. Default: Operator.
    /// </summary>
    public MetricsAudience Metrics { get; init; } = MetricsAudience.Operator;

    /// <summary>
    /// Addresses and networks from which /metrics may be read as well, such as 10.0.0.5/32: those of the machines that scrape. It is the connection that counts, not what a
    /// header says; whoever comes through a proxy does not. Default: none.
    /// </summary>
    [WatchingNetworks]
    public IReadOnlyList<string> MetricsNetworks { get; init; } = [];

    /// <summary>The collector that metrics and traces are sent to (OTLP), such as http://127.0.0.1:4317. Default: none, and nothing is sent.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>How the collector is spoken to: Grpc, or HttpProtobuf. Default: Grpc.</summary>
    public OtlpProtocol OtlpProtocol { get; init; } = OtlpProtocol.Grpc;

    /// <summary>Headers that the collector wants, such as "api-key=...", several parted by commas. A secret: give it in the environment. Default: none.</summary>
    [Secret]
    public string? OtlpHeaders { get; init; }

    /// <summary>How many of a hundred polls, pushes and requests are traced, 0 to 100, where <see cref="OtlpEndpoint"/> is set. Default: 100.</summary>
    [Range(0, 100)]
    public int TracedPercent { get; init; } = 100;

    /// <summary>Whether anything is to be measured at all.</summary>
    public bool Measures => Metrics != MetricsAudience.Nobody || MetricsNetworks.Count > 0 || OtlpEndpoint is not null;
}

/// <summary>How the log is written.</summary>
public enum LogFormat
{
    /// <summary>A line an event, for people.</summary>
    Text,

    /// <summary>An object a line, for programs.</summary>
    Json,
}

/// <summary>Who may read /metrics.</summary>
public enum MetricsAudience
{
    /// <summary>Whoever asks from this machine or with the service's key.</summary>
    Operator,

    /// <summary>Whoever reaches the service.</summary>
    Everybody,

    /// <summary>None of them.</summary>
    Nobody,
}

/// <summary>How a collector is spoken to.</summary>
public enum OtlpProtocol
{
    /// <summary>OTLP over gRPC, mostly port 4317.</summary>
    Grpc,

    /// <summary>OTLP over HTTP with protobuf, mostly port 4318.</summary>
    HttpProtobuf,
}

/// <summary>Checks <see cref="WatchingOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class WatchingOptionsValidator : IValidateOptions<WatchingOptions>;

/// <summary>A list of networks.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WatchingNetworksAttribute : ValidationAttribute
{
    public WatchingNetworksAttribute() => ErrorMessage = "expected a network without bits behind its prefix (10.0.0.0/8, or 10.0.0.5/32 for one address)";

    public override bool IsValid(object? value) => value switch
    {
        null => true,
        string entry => AllowedNetworksAttribute.IsNetwork(entry),
        IEnumerable<string> entries => entries.All(IsValid),
        _ => false,
    };
}
