using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Aggregator.Model.Text;
using Aggregator.Service.Push;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Aggregator.Service.Hosting;

/// <summary>A setting as it is in force.</summary>
/// <param name="Name">Section and name: Hosting:Listen.</param>
/// <param name="Value">In words; of a secret, that it is hidden. Null: there is none.</param>
/// <param name="Source">"default", the path of aggregator.json or of an installed service's variables, the name of a variable of the environment, or "--set".</param>
internal sealed record EffectiveSetting(string Name, string? Value, string Source)
{
    /// <summary>The source of a setting that was set nowhere.</summary>
    public const string Default = "default";
}

/// <summary>All settings with their values and where those came from, and what was set but is no setting.</summary>
internal sealed class EffectiveSettings
{
    private readonly IConfigurationRoot _configuration;
    private readonly string _file;
    private readonly IReadOnlyCollection<string> _variables;

    /// <summary>Of a configuration that was read from a file, the environment and the command line.</summary>
    public EffectiveSettings(IConfigurationRoot configuration, string file, IReadOnlyCollection<string> variables)
    {
        (_configuration, _file, _variables) = (configuration, file, variables);
        All = [.. SettingSections.Typed.SelectMany(section => OfSection(section.Section, section.Options, section.Defaults)), .. OfNames()];
        Unknown = [.. FindUnknown()];
    }

    /// <summary>All settings, those of the operator's own names last.</summary>
    public IReadOnlyList<EffectiveSetting> All { get; }

    /// <summary>What was set and is not used, one sentence each, with what may have been meant.</summary>
    public IReadOnlyList<string> Unknown { get; }

    private IEnumerable<EffectiveSetting> OfSection(string section, Type options, object defaults)
    {
        foreach (var property in SettingSections.PropertiesOf(options))
        {
            var name = $"{section}:{property.Name}";
            string[] set = SettingSections.IsList(property) ? [.. _configuration.GetSection(name).GetChildren().Select(element => element.Path)] : [name];
            var found = set.Select(key => (Key: key, Value: _configuration[key])).Where(pair => pair.Value is not null).ToList();
            if (found.Count == 0)
            {
                yield return new EffectiveSetting(name, TextOf(property.GetValue(defaults)), EffectiveSetting.Default);
            }

            foreach (var (key, value) in found)
            {
                yield return new EffectiveSetting(key, Shown(value!, property), SourceOf(key));
            }
        }
    }

    private IEnumerable<EffectiveSetting> OfNames() =>
        from pair in _configuration.AsEnumerable()
        where pair.Value is not null && SettingSections.Named.Any(pattern => Matches(pair.Key, pattern))
        orderby pair.Key
        select new EffectiveSetting(pair.Key, ShownByName(pair.Key, pair.Value), SourceOf(pair.Key));

    private string SourceOf(string key)
    {
        foreach (var provider in _configuration.Providers.Reverse())
        {
            if (provider.TryGet(key, out _))
            {
                return provider switch
                {
                    JsonConfigurationProvider => _file,
                    EnvironmentVariablesConfigurationProvider => VariableOf(key),
                    EnvironmentFileSource.Provider environment => environment.File!,
                    _ => "--set",
                };
            }
        }

        return EffectiveSetting.Default;
    }

    private bool IsVariable(string key) =>
        _configuration.Providers.LastOrDefault(provider => provider.TryGet(key, out _)) is EnvironmentVariablesConfigurationProvider or EnvironmentFileSource.Provider;

    private string VariableOf(string key)
    {
        var usual = ConfigurationSources.Prefix + key.Replace(":", "__", StringComparison.Ordinal);
        return _variables.FirstOrDefault(name => name.Equals(usual, StringComparison.OrdinalIgnoreCase)) ?? usual;
    }

    private IEnumerable<string> FindUnknown()
    {
        List<string> names =
        [
            .. SettingSections.Typed.SelectMany(section => SettingSections.PropertiesOf(section.Options).Select(property => $"{section.Section}:{property.Name}")),
            .. SettingSections.Named.Where(pattern => !pattern.Contains('*', StringComparison.Ordinal)),
        ];
        foreach (var key in _configuration.AsEnumerable().Where(pair => pair.Value is not null).Select(pair => pair.Key).Order(StringComparer.OrdinalIgnoreCase).Where(key => !IsKnown(key)))
        {
            var source = SourceOf(key);

            // Variables without a section are for others, or are the paths that have names of their own.
            if (IsVariable(key) && (!key.Contains(':', StringComparison.Ordinal) || key.StartsWith("SECRETS:", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            var last = key[(key.LastIndexOf(':') + 1)..];
            var meant = names.FirstOrDefault(name => name.EndsWith(":" + last, StringComparison.OrdinalIgnoreCase)) ?? NearNames.Nearest(key, names);
            yield return $"{source}: there is no setting {key}; it is not used{(meant is null ? "" : $". Did you mean {meant}?")}";
        }
    }

    private static bool IsKnown(string key) =>
        SettingSections.Foreign.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase))
        || SettingSections.Named.Any(pattern => Matches(key, pattern))
        || SettingSections.Typed.Any(section => SettingSections.PropertiesOf(section.Options).Any(property =>
            key.Equals($"{section.Section}:{property.Name}", StringComparison.OrdinalIgnoreCase)
            || (SettingSections.IsList(property) && key.StartsWith($"{section.Section}:{property.Name}:", StringComparison.OrdinalIgnoreCase))));

    private static bool Matches(string key, string pattern)
    {
        var (parts, wanted) = (key.Split(':'), pattern.Split(':'));
        return parts.Length == wanted.Length && parts.Zip(wanted).All(pair => pair.Second == "*" || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }

    private static string Shown(string value, PropertyInfo property) => property.GetCustomAttribute<SecretAttribute>() is { } secret
        ? value.Length == 0 ? "" : PartsOf(value, secret.Shows)
        : ShownText.Of(value, property.PropertyType == typeof(Uri));

    private static string ShownByName(string name, string value) =>
        name.EndsWith(":Secret", StringComparison.OrdinalIgnoreCase) ? SecretAttribute.Hidden
        : Matches(name, $"{Webhooks.Section}:*:Address") ? ShownText.HostOf(value)
        : ShownText.Of(value);

    private static string PartsOf(string value, string[] shows)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = value };
            var shown = shows.Where(parts.ContainsKey).Select(name => $"{name}={parts[name]}").ToList();
            return shown.Count == 0 ? SecretAttribute.Hidden : $"{string.Join(';', shown)};{SecretAttribute.Hidden}";
        }
        catch (ArgumentException)
        {
            return SecretAttribute.Hidden;
        }
    }

    private static string? TextOf(object? value) => value switch
    {
        null => null,
        IReadOnlyList<string> list => list.Count == 0 ? null : string.Join(", ", list),
        bool yes => yes ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        "" => null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
