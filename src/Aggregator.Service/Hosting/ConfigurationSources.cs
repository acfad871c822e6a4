using System.Text.Json;

namespace Aggregator.Service.Hosting;

/// <summary>Where settings come from.</summary>
public static class ConfigurationSources
{
    /// <summary>What the names of variables of the environment begin with.</summary>
    internal const string Prefix = "AGGREGATOR_";

    /// <summary>
    /// The settings in force: the file aggregator.json, the environment (AGGREGATOR_Section__Name; that of an installed service, then this process's) and the command line; the later wins.
    /// Checked, so that whoever binds them meets no value that cannot be used.
    /// </summary>
    /// <exception cref="StartException">The file is no JSON, or a setting has a value that cannot be used.</exception>
    public static IConfiguration Read(ServicePaths paths, IReadOnlyDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var configuration = Load(paths, settings);
        var faults = FindFaults(configuration);
        return faults.Count == 0 ? configuration : throw new StartException(string.Join(Environment.NewLine, faults));
    }

    /// <summary>One line for each setting that cannot be used.</summary>
    internal static IReadOnlyList<string> FindFaults(IConfiguration configuration) =>
        [.. SettingSections.Typed.SelectMany(section => SettingsCheck.FindFaults(configuration, section.Section, section.Options)), .. TopicKeepOptions.FindFaults(configuration)];

    /// <summary>What is in force, and where it came from.</summary>
    internal static EffectiveSettings Explain(IConfigurationRoot configuration, ServicePaths paths) =>
        new(configuration, paths.ConfigurationFile, [.. Environment.GetEnvironmentVariables().Keys.Cast<string>()]);

    /// <summary>The settings of file, environment and command line, unchecked.</summary>
    /// <exception cref="StartException">The file is no JSON, or that of the environment may not be read.</exception>
    internal static IConfigurationRoot Load(ServicePaths paths, IReadOnlyDictionary<string, string?> settings)
    {
        var file = paths.ConfigurationFile;
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(file, optional: true, reloadOnChange: false)
                .Add(new EnvironmentFileSource(paths.EnvironmentFile))
                .AddEnvironmentVariables(Prefix)
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
