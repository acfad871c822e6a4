using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aggregator.Service.Hosting;
using Aggregator.Service.Installing;

namespace Aggregator.Service.Diagnosis;

/// <summary>Looks at what readers come through: the addresses to listen on, and the certificate.</summary>
internal static class DoorCheck
{
    private const int PrivilegedPorts = 1024;
    private const string LowPorts = "CAP_NET_BIND_SERVICE";
    private static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(14);

    public static IEnumerable<Finding> Look(HostingOptions hosting, InstalledService? installed, bool serviceAnswers, TimeProvider clock)
    {
        foreach (var address in HostingOptions.Split(hosting.Listen))
        {
            yield return serviceAnswers ? Finding.Well("port", $"{address}: the service of this folder runs") : TryListen(address, installed);
        }

        if (!hosting.ListensWithTls)
        {
            yield break;
        }

        foreach (var finding in LookAtCertificate(hosting, clock.GetUtcNow()))
        {
            yield return finding;
        }
    }

    private static List<Finding> LookAtCertificate(HostingOptions hosting, DateTimeOffset now)
    {
        ServiceCertificate certificate;
        try
        {
            certificate = ServiceCertificate.Load(hosting)!;
        }
        catch (StartException fault)
        {
            return [Finding.Bad("certificate", fault.Message, "without it the service does not start")];
        }

        List<Finding> doubts = [.. certificate.FindDoubts(hosting.PublicAddress, now).Select(doubt => Finding.Bad("certificate", $"{certificate.File}: {doubt}", "renew it; a new file is taken into use within seconds"))];
        var ends = certificate.Leaf.NotAfter.ToUniversalTime();
        var words = string.Create(CultureInfo.InvariantCulture, $"{certificate.File} is good until {ends:yyyy-MM-dd HH:mm} UTC");
        return doubts.Count > 0 ? doubts : [ends - now.UtcDateTime < ExpiresSoon ? Finding.Doubtful("certificate", words, "renew it; a new file is taken into use within seconds") : Finding.Well("certificate", words)];
    }

    /// <summary>What lets a service listen on a port below 1024. A package's unit is replaced with every upgrade, so what changes it stands beside it.</summary>
    internal static string RemedyForLowPort(InstalledService? installed) => installed is { Definition: var unit } && unit.StartsWith("/usr/lib/", StringComparison.Ordinal)
        ? $"listen on a port from {PrivilegedPorts} on, or give the service that right: systemctl edit {installed.Place.Name}, write the lines \"[Service]\", \"AmbientCapabilities={LowPorts}\", \"CapabilityBoundingSet={LowPorts}\" and \"PrivateUsers=no\", then systemctl restart {installed.Place.Name}"
        : $"listen on a port from {PrivilegedPorts} on; a service that was installed for a lower one may: aggregator service install";

    /// <summary>By its unit, or by what stands beside that.</summary>
    private static bool MayListenLow(InstalledService installed)
    {
        var beside = $"/etc/systemd/system/{installed.Place.Name}.service.d";
        string[] files = [installed.Definition, .. Directory.Exists(beside) ? Directory.EnumerateFiles(beside, "*.conf") : []];
        return files.Any(file => File.ReadLines(file).Any(line => line.StartsWith("AmbientCapabilities=", StringComparison.Ordinal) && line.Contains(LowPorts, StringComparison.Ordinal)));
    }

    private static Finding TryListen(string text, InstalledService? installed)
    {
        var address = BindingAddress.Parse(text);
        var host = address.Host is "*" or "+" ? IPAddress.IPv6Any : IPAddress.TryParse(address.Host.Trim('[', ']'), out var literal) ? literal : IPAddress.Loopback;
        try
        {
            using var listener = new TcpListener(host, address.Port);
            if (host.Equals(IPAddress.IPv6Any))
            {
                listener.Server.DualMode = true;
            }

            listener.Start();

            // Root may what the service's user may not.
            if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && address.Port is > 0 and < PrivilegedPorts && installed is not null && !MayListenLow(installed))
            {
                return Finding.Bad("port", $"{text} is free, but the installed service may not listen below {PrivilegedPorts}", RemedyForLowPort(installed));
            }

            return Finding.Well("port", $"{text} is free");
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => Finding.Bad("port", $"{text} is in use by another program", "stop that one, or listen elsewhere (Hosting:Listen)"),
                SocketError.AccessDenied => Finding.Bad("port", $"this user may not listen on {text}", RemedyForLowPort(installed)),
                _ => Finding.Bad("port", $"{text} cannot be listened on: {fault.Message}", "correct Hosting:Listen: is the address one of this machine's?"),
            };
        }
    }
}
