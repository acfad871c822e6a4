namespace Aggregator.Service.Backup;

/// <summary>
/// What a backup holds: a tar file compressed with gzip, so that it can be read without this program. In it lie the store's files under
/// <see cref="StoreFolder"/>, the operator's own files (<see cref="BackupSettings"/>) under <see cref="SettingsFolder"/> and <see cref="SiteRulesFolder"/>, and last <see cref="Checksums"/>, without which it is not whole.
/// </summary>
public static class BackupContent
{
    /// <summary>Where the store's files lie in a backup.</summary>
    public const string StoreFolder = "store/";

    /// <summary>Where the operator's own files lie in a backup.</summary>
    public const string SettingsFolder = "settings/";

    /// <summary>The last file of a backup: SHA-256 of all others in the form of the tool sha256sum.</summary>
    public const string Checksums = "SHA256SUMS";

    /// <summary>Where site rules lie in a backup.</summary>
    public const string SiteRulesFolder = "site-rules/";

    /// <summary>All folders of a backup.</summary>
    public static IReadOnlyList<string> Folders { get; } = [StoreFolder, SettingsFolder, SiteRulesFolder];
}
