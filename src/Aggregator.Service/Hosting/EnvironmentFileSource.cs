namespace Aggregator.Service.Hosting;

/// <summary>The settings among the variables of an installed service's <see cref="EnvironmentFile"/>. Null: there is none.</summary>
internal sealed class EnvironmentFileSource(string? file) : IConfigurationSource
{
    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(file);

    /// <summary>The same, read.</summary>
    internal sealed class Provider(string? file) : ConfigurationProvider
    {
        /// <summary>Where the settings come from.</summary>
        public string? File => file;

        /// <inheritdoc/>
        public override void Load()
        {
            foreach (var (name, value) in EnvironmentFile.Read(file).Where(variable => variable.Key.StartsWith(ConfigurationSources.Prefix, StringComparison.OrdinalIgnoreCase)))
            {
                Data[name[ConfigurationSources.Prefix.Length..].Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)] = value;
            }
        }
    }
}
