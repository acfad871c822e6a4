using System.Text.RegularExpressions;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Installing;

/// <summary>Where an installed service has its things.</summary>
/// <param name="Name">What the service manager calls it; on Linux also its user.</param>
/// <param name="SettingsFolder">feeds.json, aggregator.json, topics.json, rules.json.</param>
/// <param name="DataFolder">All that the service writes.</param>
internal sealed partial record ServicePlace(string Name, string SettingsFolder, string DataFolder)
{
    /// <summary>The name of a service that was given none.</summary>
    public const string UsualName = "aggregator";

    /// <summary>The list of feeds.</summary>
    public string FeedsFile => Path.Combine(SettingsFolder, "feeds.json");

    /// <summary>The settings.</summary>
    public string SettingsFile => Path.Combine(SettingsFolder, "aggregator.json");

    /// <summary>The same as the rest of the program takes it.</summary>
    public ServicePaths Paths => new(FeedsFile, DataFolder);

    /// <summary>Where a service of a name lies on Linux: /etc and /var/lib, as the file system's standard has it.</summary>
    /// <exception cref="StartException">The name cannot be one.</exception>
    public static ServicePlace OnLinux(string name, string? data) => IsName().IsMatch(name)
        ? new ServicePlace(name, $"/etc/{name}", data ?? $"/var/lib/{name}")
        : throw new StartException($"--name {name}: expected a small letter, then small letters, digits and \"-\", 31 at most: it becomes the name of a user as well");

    /// <summary>Where a service of a name lies on Windows: below %ProgramData%.</summary>
    /// <exception cref="StartException">The name cannot be one.</exception>
    public static ServicePlace OnWindows(string name, string? data, string programData)
    {
        if (!IsName().IsMatch(name.ToLowerInvariant()))
        {
            throw new StartException($"--name {name}: expected a letter, then letters, digits and \"-\", 31 at most");
        }

        var folder = Path.Combine(programData, name);
        return new ServicePlace(name, folder, data ?? Path.Combine(folder, "data"));
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,30}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsName();
}
