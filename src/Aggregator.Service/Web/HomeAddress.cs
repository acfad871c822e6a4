using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Web;

/// <summary>The address that links in what is published begin with.</summary>
public static class HomeAddress
{
    /// <summary>
    /// The address readers know this service by: the one configured, else the one they asked, else, since a request may name none
    /// (HTTP/1.0) or one that cannot be, the one the service listens on. It ends with a slash; <see cref="BasePath.Below"/> joins a path to it.
    /// </summary>
    public static Uri Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var services = http.RequestServices;
        return services.GetRequiredService<IOptions<HostingOptions>>().Value.PublicAddress?.Below("/")
            ?? (Uri.TryCreate($"{http.Request.Scheme}://{http.Request.Host}{BasePath.Of(http)}/", UriKind.Absolute, out var asked) ? asked : null)
            ?? EndpointFileWriter.ListeningAddress(services.GetRequiredService<IServer>());
    }
}
