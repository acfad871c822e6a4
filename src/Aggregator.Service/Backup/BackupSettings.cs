using Aggregator.Service.Hosting;

namespace Aggregator.Service.Backup;

/// <summary>The operator's own files that a backup holds beside the stories.</summary>
/// <param name="Paths">The files of the service.</param>
/// <param name="SecretsFile">The file with the secrets of feeds, if it is another than usual.</param>
/// <param name="SiteRules">The folder of site rules.</param>
public sealed record BackupSettings(ServicePaths Paths, string? SecretsFile, string SiteRules)
{
    /// <summary>Those that the settings name.</summary>
    public static BackupSettings Of(ServicePaths paths, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var hosting = configuration.GetSection(HostingOptions.Section).Get<HostingOptions>() ?? new HostingOptions();
        return new BackupSettings(paths, hosting.SecretsFile, SiteRuleFolder.FolderOf(paths, configuration));
    }

    /// <summary>The files that there may be: their names in a backup, where they belong, and whether they are for the service alone.</summary>
    /// <param name="siteRules">The folder whose site rules are meant: the operator's own, or that of a backup.</param>
    public IEnumerable<(string Name, string Path, bool IsPrivate)> List(string siteRules)
    {
        (string, string, bool)[] files =
        [
            (BackupContent.SettingsFolder + "feeds.json", Paths.FeedsFile, false),
            (BackupContent.SettingsFolder + "topics.json", Paths.TopicsFile, false),
            (BackupContent.SettingsFolder + "rules.json", Paths.RulesFile, false),
            (BackupContent.SettingsFolder + "aggregator.json", Paths.ConfigurationFile, false),
            (BackupContent.SettingsFolder + "secrets.json", SecretsFile ?? Paths.SecretsFile, true),
            (BackupContent.SettingsFolder + "images.key", Paths.ImageKeyFile, true),
            (BackupContent.SettingsFolder + "queries.json", Paths.QueriesFile, true),
        ];
        return files.Concat(SiteRuleFolder.FilesIn(siteRules).Select(Path.GetFileName).OfType<string>()
            .Select(name => (BackupContent.SiteRulesFolder + name, Path.Combine(SiteRules, name), false)));
    }
}
