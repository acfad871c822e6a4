using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Diagnosis;

/// <summary>Looks at everything the service needs. Changes nothing, and needs no service to run.</summary>
internal static class Doctor
{
    /// <summary>What is found with the settings: first, since with bad ones nothing else can be looked at.</summary>
    public static IReadOnlyList<Finding> LookAtSettings(ServicePaths paths, IReadOnlyDictionary<string, string?> settings)
    {
        const string Subject = "settings";
        try
        {
            var configuration = ConfigurationSources.Load(paths.ConfigurationFile, settings);
            List<Finding> findings =
            [
                .. ConfigurationSources.FindFaults(configuration).Select(fault => Finding.Bad(Subject, fault, "correct it; the service does not start with it")),
                .. ConfigurationSources.Explain(configuration, paths).Unknown.Select(words => Finding.Doubtful(Subject, words, "correct its name, or take it out")),
            ];
            return findings.Count > 0 ? findings : [Finding.Well(Subject, File.Exists(paths.ConfigurationFile) ? $"{paths.ConfigurationFile} can be used" : "there is no aggregator.json, and need not be")];
        }
        catch (Exception fault) when (fault is StartException or UnauthorizedAccessException or IOException)
        {
            return [Finding.Bad(Subject, fault.Message, "correct it; the service does not start with it")];
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
            .. FilesCheck.Look(services, paths, hosting),
            .. DataFolderCheck.Look(paths, Of<StorageOptions>(configuration, StorageOptions.Section), answers),
            .. DoorCheck.Look(hosting, answers, clock),
            .. MachineCheck.Look(paths, Of<PollingOptions>(configuration, PollingOptions.Section), clock),
        ];
        if (!isOffline)
        {
            findings.AddRange(await NetworkCheck.LookAsync(services, Of<FetchingOptions>(configuration, FetchingOptions.Section), cancellationToken));
        }

        return findings;
    }

    private static T Of<T>(IConfiguration configuration, string section)
        where T : new() => configuration.GetSection(section).Get<T>() ?? new T();
}
