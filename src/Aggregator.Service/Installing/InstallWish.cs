using Aggregator.Service.Hosting;

namespace Aggregator.Service.Installing;

/// <summary>What is to be installed.</summary>
/// <param name="Place">Where.</param>
/// <param name="Program">What is run.</param>
/// <param name="Feeds">The text of the list of feeds to begin with.</param>
/// <param name="Listen">Where to listen, if not at the usual address.</param>
internal sealed record InstallWish(ServicePlace Place, ProgramFile Program, string Feeds, string? Listen)
{
    /// <summary>Whether the operator named the data folder; else an installation that is there keeps its own.</summary>
    public bool IsDataGiven { get; init; }

    /// <summary>The same in the place of the service that is installed already: what it has gathered lies there, and would be missing elsewhere.</summary>
    /// <exception cref="StartException">Another data folder was named.</exception>
    public InstallWish Over(InstalledService? installed)
    {
        if (installed is null)
        {
            return this;
        }

        var (wanted, used) = (Path.TrimEndingDirectorySeparator(Place.DataFolder), Path.TrimEndingDirectorySeparator(installed.Place.DataFolder));
        return !IsDataGiven || wanted.Equals(used, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
            ? this with { Place = installed.Place }
            : throw new StartException($"{Place.Name} is installed with its data in {used}, and an installation does not move them. To have them in {wanted}: stop the service, \"aggregator service uninstall\" (data and settings stay), move {used} to {wanted}, then install with --data {wanted}");
    }
}
