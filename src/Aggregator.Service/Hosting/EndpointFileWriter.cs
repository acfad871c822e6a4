using Aggregator.Service.Catalog;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Aggregator.Service.Hosting;

/// <summary>Leaves word in the data folder of where the service listens, while it does.</summary>
/// <param name="paths">Where the file lies.</param>
/// <param name="key">What changes need.</param>
/// <param name="server">Listens.</param>
/// <param name="catalog">The feeds.</param>
/// <param name="lifetime">Tells when the server listens.</param>
/// <param name="logger">Where the start is told.</param>
/// <param name="certificate">What is shown over TLS. Null: there is none.</param>
public sealed partial class EndpointFileWriter(
    ServicePaths paths, ServiceKey key, IServer server, FeedCatalog catalog, IHostApplicationLifetime lifetime, ILogger<EndpointFileWriter> logger, ServiceCertificate? certificate = null) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The port is known only once the server listens.
        lifetime.ApplicationStarted.Register(() =>
        {
            Write();
            var addresses = string.Join(", ", AddressesOf(server));
            LogServing(addresses, catalog.Feeds.Values.Count(feed => feed.Enabled), paths.FeedsFile, paths.DataFolder);
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        File.Delete(paths.EndpointFile);
        return Task.CompletedTask;
    }

    /// <summary>Writes the file, once the server listens; again when its certificate is another.</summary>
    public void Write()
    {
        if (lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            var address = ListeningAddress(server);
            new ServiceEndpoint(address, key.Value, address.Scheme == Uri.UriSchemeHttps ? certificate?.Fingerprint : null).Write(paths.EndpointFile);
        }
    }

    /// <summary>An address by which this machine reaches the server; one without TLS if there is one, since nobody is between.</summary>
    public static Uri ListeningAddress(IServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return AddressesOf(server).OrderBy(address => address.Scheme == Uri.UriSchemeHttps).FirstOrDefault() ?? new Uri("http://127.0.0.1");
    }

    /// <summary>The addresses the server listens on, as this machine reaches them.</summary>
    private static IEnumerable<Uri> AddressesOf(IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(Reachable) ?? [];

    /// <summary>An address the server listens on, as this machine reaches it.</summary>
    internal static Uri Reachable(string address) =>
        new(address.Replace("//*", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//+", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//[::]", "//[::1]", StringComparison.Ordinal));

    [LoggerMessage(400, LogLevel.Information, "Aggregator serves on {Address} and polls the {Feeds} feeds of {FeedsFile}; its data lies in {DataFolder}")]
    private partial void LogServing(string address, int feeds, string feedsFile, string dataFolder);
}
