using System.Text.Json;
using Aggregator.Service.Fetching;
using Aggregator.Service.Mcp;
using Aggregator.Service.Opinions;
using Aggregator.Service.Polling;
using Aggregator.Service.Push;
using Aggregator.Service.Watching;

namespace Aggregator.Service.Hosting;

/// <summary>Where settings come from.</summary>
public static class ConfigurationSources
{
    /// <summary>
    /// The settings in force: the file aggregator.json, the environment (AGGREGATOR_Section__Name) and the command line; the later wins.
    /// Checked, so that whoever binds them meets no value that cannot be used.
    /// </summary>
    /// <exception cref="StartException">The file is no JSON, or a setting has a value that cannot be used.</exception>
    public static IConfiguration Read(ServicePaths paths, IReadOnlyDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var configuration = Load(paths.ConfigurationFile, settings);
        List<string> faults =
        [
            .. SettingsCheck.FindFaults<HostingOptions>(configuration, HostingOptions.Section),
            .. SettingsCheck.FindFaults<StorageOptions>(configuration, StorageOptions.Section),
            .. SettingsCheck.FindFaults<PollingOptions>(configuration, PollingOptions.Section),
            .. SettingsCheck.FindFaults<FetchingOptions>(configuration, FetchingOptions.Section),
            .. SettingsCheck.FindFaults<PushOptions>(configuration, PushOptions.Section),
            .. SettingsCheck.FindFaults<McpOptions>(configuration, McpOptions.Section),
            .. SettingsCheck.FindFaults<SecondOpinionOptions>(configuration, SecondOpinionOptions.Section),
            .. SettingsCheck.FindFaults<WatchingOptions>(configuration, WatchingOptions.Section),
        ];
        return faults.Count == 0 ? configuration : throw new StartException(string.Join(Environment.NewLine, faults));
    }

    private static IConfiguration Load(string file, IReadOnlyDictionary<string, string?> settings)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(file, optional: true, reloadOnChange: false)
                .AddEnvironmentVariables("AGGREGATOR_")
                .AddInMemoryCollection(settings)
                .Build();
        }
        catch (InvalidDataException fault)
        {
            throw new StartException(fault.GetBaseException() is JsonException json
                ? FormattableString.Invariant($"{file}:{json.LineNumber + 1}:{json.BytePositionInLine + 1}: this is no JSON: {Reason(json)}")
                : $"{file}: {fault.GetBaseException().Message}", fault);
        }
    }

    private static string Reason(JsonException fault)
    {
        var end = fault.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end > 0 ? fault.Message[..end] : fault.Message;
    }
}
