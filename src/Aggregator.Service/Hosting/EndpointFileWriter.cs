using Aggregator.Service.Catalog;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Aggregator.Service.Hosting;

/// <summary>Leaves word in the data folder of where the service listens, while it does.</summary>
public sealed partial class EndpointFileWriter(
    ServicePaths paths, ServiceKey key, IServer server, FeedCatalog catalog, IHostApplicationLifetime lifetime, ILogger<EndpointFileWriter> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The port is known only once the server listens.
        lifetime.ApplicationStarted.Register(() =>
        {
            var address = ListeningAddress(server);
            new ServiceEndpoint(address, key.Value).Write(paths.EndpointFile);
            LogServing(address, catalog.Feeds.Values.Count(feed => feed.Enabled), paths.FeedsFile, paths.DataFolder);
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        File.Delete(paths.EndpointFile);
        return Task.CompletedTask;
    }

    /// <summary>An address by which this machine reaches the server.</summary>
    public static Uri ListeningAddress(IServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1";
        return new Uri(address.Replace("//*", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//+", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//[::]", "//[::1]", StringComparison.Ordinal));
    }

    [LoggerMessage(400, LogLevel.Information, "Aggregator serves on {Address} and polls the {Feeds} feeds of {FeedsFile}; its data lies in {DataFolder}")]
    private partial void LogServing(Uri address, int feeds, string feedsFile, string dataFolder);
}
