using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Installing;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Diagnosis;

/// <summary>Looks at everything the service needs. Changes nothing, and needs no service to run.</summary>
internal static class Doctor
{
    private const string AsRoot = "look as root: sudo aggregator doctor";

    /// <summary>What is found with the settings: first, since with bad ones nothing else can be looked at.</summary>
    public static IReadOnlyList<Finding> LookAtSettings(ServicePaths paths, IReadOnlyDictionary<string, string?> settings)
    {
        const string Subject = "settings";
        try
        {
            var configuration = ConfigurationSources.Load(paths, settings);
            List<Finding> findings =
            [
                .. ConfigurationSources.FindFaults(configuration).Select(fault => Finding.Bad(Subject, fault, "correct it; the service does not start with it")),
                .. ConfigurationSources.Explain(configuration, paths).Unknown.Select(words => Finding.Doubtful(Subject, words, "correct its name, or take it out")),
            ];
            return findings.Count > 0 ? findings : [Finding.Well(Subject, File.Exists(paths.ConfigurationFile) ? $"{paths.ConfigurationFile} can be used" : "there is no aggregator.json, and need not be")];
        }
        catch (Exception fault) when (fault is StartException or UnauthorizedAccessException or IOException)
        {
            return [Finding.Bad(Subject, fault.Message, fault is UnauthorizedAccessException || fault.InnerException is UnauthorizedAccessException ? AsRoot : "correct it; the service does not start with it")];
        }
    }

    /// <summary>What is found with everything else, in <paramref name="services"/> that read and fetch. <paramref name="isOffline"/>: nobody outside is asked.</summary>
    public static async Task<IReadOnlyList<Finding>> LookAsync(IServiceProvider services, ServicePaths paths, bool isOffline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(services);
        var clock = services.GetRequiredService<TimeProvider>();
        var configuration = services.GetRequiredService<IConfiguration>();
        var hosting = Of<HostingOptions>(configuration, HostingOptions.Section);
        var answers = await ServiceEndpoint.FindAsync(paths.EndpointFile, cancellationToken) is not null;
        List<Finding> findings =
        [
            .. Guarded("files", () => FilesCheck.Look(services, paths, hosting)),
            .. Guarded("data folder", () => DataFolderCheck.Look(paths, Of<StorageOptions>(configuration, StorageOptions.Section), answers)),
            .. Guarded("port", () => DoorCheck.Look(hosting, InstalledOn(paths), answers, clock)),
            .. Guarded("machine", () => MachineCheck.Look(paths, Of<PollingOptions>(configuration, PollingOptions.Section), clock)),
        ];
        if (!isOffline)
        {
            try
            {
                findings.AddRange(await NetworkCheck.LookAsync(services, Of<FetchingOptions>(configuration, FetchingOptions.Section), cancellationToken));
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                findings.Add(NotLookedAt("network", fault));
            }
        }

        return findings;
    }

    /// <summary>What a check finds. One that cannot go on says so with what it found so far, and does not keep the others from looking.</summary>
    internal static IReadOnlyList<Finding> Guarded(string subject, Func<IEnumerable<Finding>> look)
    {
        var findings = new List<Finding>();
        try
        {
            foreach (var finding in look())
            {
                findings.Add(finding);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            findings.Add(NotLookedAt(subject, fault));
        }

        return findings;
    }

    private static Finding NotLookedAt(string subject, Exception fault) =>
        Finding.Bad(subject, $"this could not be looked at to its end: {fault.Message}", fault is UnauthorizedAccessException ? AsRoot : "if the reason does not say what to do, the service's log may tell more");

    /// <summary>The installed service whose files these are. Null: they are another's.</summary>
    private static InstalledService? InstalledOn(ServicePaths paths) =>
        ServiceManager.FindUsual() is { } installed && (installed.Place.FeedsFile, installed.Place.DataFolder) == (paths.FeedsFile, paths.DataFolder) ? installed : null;

    private static T Of<T>(IConfiguration configuration, string section)
        where T : new() => configuration.GetSection(section).Get<T>() ?? new T();
}
