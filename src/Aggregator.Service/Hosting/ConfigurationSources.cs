namespace Aggregator.Service.Hosting;

/// <summary>Where settings come from.</summary>
public static class ConfigurationSources
{
    /// <summary>The file aggregator.json, the environment (AGGREGATOR_Section__Name) and the command line: the later wins.</summary>
    public static IConfigurationBuilder AddServiceConfiguration(
        this IConfigurationBuilder builder, ServicePaths paths, IReadOnlyDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return builder
            .AddJsonFile(paths.ConfigurationFile, optional: true, reloadOnChange: false)
            .AddEnvironmentVariables("AGGREGATOR_")
            .AddInMemoryCollection(settings);
    }
}
