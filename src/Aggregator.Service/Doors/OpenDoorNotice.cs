using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Doors;

/// <summary>Says at start what is open to others, unless the operator chose that in as many words.</summary>
public sealed partial class OpenDoorNotice(IOptions<DoorOptions> doors, IOptions<HostingOptions> hosting, IHostApplicationLifetime lifetime, ILogger<OpenDoorNotice> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (doors.Value.Reading is null && hosting.Value.LetsOthersIn)
        {
            lifetime.ApplicationStarted.Register(LogOpen);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(967, LogLevel.Warning, "Hosting:Listen or Hosting:PublicAddress lets others than this machine in: everybody who reaches the service may read, and changing anything needs a key. Doors:Reading=Everybody says that this is meant, Doors:Reading=Keys asks readers for keys")]
    private partial void LogOpen();
}
