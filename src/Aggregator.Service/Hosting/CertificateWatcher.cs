using Microsoft.Extensions.Options;

namespace Aggregator.Service.Hosting;

/// <summary>Takes a renewed certificate into use. While a key and its certificate are replaced one after the other, the one before is shown.</summary>
public sealed partial class CertificateWatcher(
    ServiceCertificate certificate, EndpointFileWriter endpoint, IOptions<HostingOptions> options, TimeProvider clock, ILogger<CertificateWatcher> logger)
    : FileWatcher(certificate.File, clock, logger)
{
    private readonly ILogger _logger = logger;
    private readonly TimeProvider _clock = clock;

    /// <inheritdoc/>
    protected override void TellDoubts()
    {
        foreach (var doubt in certificate.FindDoubts(options.Value.PublicAddress, _clock.GetUtcNow()))
        {
            LogDoubt(certificate.File, doubt);
        }
    }

    /// <inheritdoc/>
    protected override Task LookAsync(CancellationToken cancellationToken)
    {
        if (certificate.Refresh())
        {
            endpoint.Write();
            var until = new DateTimeOffset(certificate.Leaf.NotAfter);
            LogReplaced(certificate.File, until);
            TellDoubts();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override bool TryTell(Exception fault)
    {
        if (fault is StartException)
        {
            LogBroken(fault.Message);
        }

        return fault is StartException;
    }

    [LoggerMessage(420, LogLevel.Warning, "The certificate of {File} is doubtful: {Doubt}")]
    private partial void LogDoubt(string file, string doubt);

    [LoggerMessage(421, LogLevel.Information, "{File} changed: its certificate, good until {Until:u}, is shown from now on")]
    private partial void LogReplaced(string file, DateTimeOffset until);

    [LoggerMessage(422, LogLevel.Error, "The certificate before stays in use: {Reason}")]
    private partial void LogBroken(string reason);
}
