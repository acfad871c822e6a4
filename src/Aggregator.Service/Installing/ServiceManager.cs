using Aggregator.Service.Hosting;

namespace Aggregator.Service.Installing;

/// <summary>The service manager of this machine, whichever it is.</summary>
internal static class ServiceManager
{
    /// <summary>The service that was installed under its usual name. Null: none was.</summary>
    public static InstalledService? FindUsual()
    {
        try
        {
            return Find(ServicePlace.UsualName);
        }
        catch (Exception fault) when (fault is StartException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>An installed service. Null: there is none of that name.</summary>
    public static InstalledService? Find(string name) => OperatingSystem.IsWindows()
        ? OnWindows(TextWriter.Null).Find(WindowsPlace(name, null))
        : OnLinux(TextWriter.Null).Find(name);

    /// <summary>What the manager says of a service.</summary>
    public static ServiceState StateOf(string name) => OperatingSystem.IsWindows() ? OnWindows(TextWriter.Null).StateOf(name) : OnLinux(TextWriter.Null).StateOf(name);

    /// <summary>Where a service of a name lies here.</summary>
    public static ServicePlace PlaceOf(string name, string? data) => OperatingSystem.IsWindows() ? WindowsPlace(name, data) : ServicePlace.OnLinux(name, data);

    /// <summary>Installs, or brings an installation up to date.</summary>
    public static void Install(InstallWish wish, bool isDry, TextWriter output)
    {
        if (OperatingSystem.IsWindows())
        {
            OnWindows(output).Install(wish, isDry);
        }
        else
        {
            OnLinux(output).Install(wish, isDry);
        }
    }

    /// <summary>Removes an installation.</summary>
    public static void Uninstall(string name, bool isDry, TextWriter output)
    {
        if (OperatingSystem.IsWindows())
        {
            OnWindows(output).Uninstall(WindowsPlace(name, null), isDry);
        }
        else
        {
            OnLinux(output).Uninstall(name, isDry);
        }
    }

    private static ServicePlace WindowsPlace(string name, string? data) =>
        ServicePlace.OnWindows(name, data, Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData));

    private static SystemdService OnLinux(TextWriter output) => new(new LinuxMachine(), output);

    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static WindowsService OnWindows(TextWriter output) => new(new ServiceControlManager(), output, Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles));
}
