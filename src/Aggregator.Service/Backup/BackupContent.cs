using Aggregator.Service.Hosting;

namespace Aggregator.Service.Backup;

/// <summary>
/// What a backup holds: a tar file compressed with gzip, so that it can be read without this program. In it lie the store's files under
/// <see cref="StoreFolder"/>, the operator's own files under <see cref="SettingsFolder"/>, and last <see cref="Checksums"/>, without which it is not whole.
/// </summary>
public static class BackupContent
{
    /// <summary>Where the store's files lie in a backup.</summary>
    public const string StoreFolder = "store/";

    /// <summary>Where the operator's own files lie in a backup.</summary>
    public const string SettingsFolder = "settings/";

    /// <summary>The last file of a backup: SHA-256 of all others in the form of the tool sha256sum.</summary>
    public const string Checksums = "SHA256SUMS";

    /// <summary>The operator's own files that there may be: their names in a backup, where they belong, and whether they are for the service alone.</summary>
    public static IReadOnlyList<(string Name, string Path, bool IsPrivate)> Settings(ServicePaths paths, string? secretsFile)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return
        [
            (SettingsFolder + "feeds.json", paths.FeedsFile, false),
            (SettingsFolder + "topics.json", paths.TopicsFile, false),
            (SettingsFolder + "rules.json", paths.RulesFile, false),
            (SettingsFolder + "aggregator.json", paths.ConfigurationFile, false),
            (SettingsFolder + "secrets.json", secretsFile ?? paths.SecretsFile, true),
            (SettingsFolder + "images.key", paths.ImageKeyFile, true),
            (SettingsFolder + "queries.json", paths.QueriesFile, true),
        ];
    }
}
