using Aggregator.Service.Installing;

namespace Aggregator.Service.Hosting;

/// <summary>The files the service works with.</summary>
/// <param name="FeedsFile">The list of feeds.</param>
/// <param name="DataFolder">Where everything the service writes lies.</param>
public sealed record ServicePaths(string FeedsFile, string DataFolder)
{
    /// <summary>The user's own topics and entities, beside feeds.json; need not exist.</summary>
    public string TopicsFile => Path.Combine(Path.GetDirectoryName(FeedsFile)!, "topics.json");

    /// <summary>The operator's rules, beside feeds.json; need not exist.</summary>
    public string RulesFile => Path.Combine(Path.GetDirectoryName(FeedsFile)!, "rules.json");

    /// <summary>The configuration file, beside feeds.json; need not exist.</summary>
    public string ConfigurationFile => Path.Combine(Path.GetDirectoryName(FeedsFile)!, "aggregator.json");

    /// <summary>The secrets of feeds, unless Hosting:SecretsFile names another file; need not exist. In the data folder, which others cannot read.</summary>
    public string SecretsFile => Path.Combine(DataFolder, "secrets.json");

    /// <summary>The keys that were made, hashed; there once one was.</summary>
    public string KeysFile => Path.Combine(DataFolder, "keys.json");

    /// <summary>What was changed, and by whom; there once something was.</summary>
    public string AuditFile => Path.Combine(DataFolder, "audit.log");

    /// <summary>The queries that were saved under names; there once one was.</summary>
    public string QueriesFile => Path.Combine(DataFolder, "queries.json");

    /// <summary>How to read the pages of single sites, unless Extraction:SiteRules names another folder; need not exist.</summary>
    public string SiteRulesFolder => Path.Combine(DataFolder, "site-rules");

    /// <summary>How far the tagging of history is; there once it was asked for.</summary>
    public string RetagFile => Path.Combine(DataFolder, "retag.json");

    /// <summary>What the addresses of pictures are signed with; there once pictures go through the service.</summary>
    public string ImageKeyFile => Path.Combine(DataFolder, "images.key");

    /// <summary>Pictures that readers asked for; likewise.</summary>
    public string ImagesFolder => Path.Combine(DataFolder, "images");

    /// <summary>The variables that an installed service is given, where these paths are those of one. Null: they are not, or the system has no such file.</summary>
    internal string? EnvironmentFile { get; init; }

    /// <summary>Says where a running service listens; there while one runs.</summary>
    public string EndpointFile => Path.Combine(DataFolder, "service.json");

    /// <summary>
    /// The paths in force: what the command line names, else the environment (AGGREGATOR_FEEDS, AGGREGATOR_DATA; STATE_DIRECTORY as
    /// systemd sets it), else feeds.json in the current folder, else those of the service that is installed on this machine, else feeds.json in
    /// the data folder or beside the program; and the folder "data" beside feeds.json.
    /// </summary>
    public static ServicePaths Resolve(string? feeds, string? data)
    {
        var names = new[] { feeds, data, Environment.GetEnvironmentVariable("AGGREGATOR_DATA"), Environment.GetEnvironmentVariable("STATE_DIRECTORY"), Environment.GetEnvironmentVariable("AGGREGATOR_FEEDS") };
        if (names.All(string.IsNullOrWhiteSpace) && !File.Exists(Path.Combine(Environment.CurrentDirectory, FeedsName)) && ServiceManager.FindUsual() is { } installed)
        {
            return installed.Place.Paths with { EnvironmentFile = OperatingSystem.IsWindows() ? null : Path.Combine(installed.Place.SettingsFolder, "environment") };
        }

        data = Named(data) ?? Named(Environment.GetEnvironmentVariable("AGGREGATOR_DATA")) ?? Named(Environment.GetEnvironmentVariable("STATE_DIRECTORY"));
        feeds = Named(feeds) ?? Named(Environment.GetEnvironmentVariable("AGGREGATOR_FEEDS")) ?? FindFeeds(data);
        return new ServicePaths(feeds, data ?? Path.Combine(Path.GetDirectoryName(feeds)!, "data"));
    }

    private const string FeedsName = "feeds.json";

    private static string FindFeeds(string? data)
    {
        string?[] folders = [Environment.CurrentDirectory, data, AppContext.BaseDirectory];
        var found = folders.OfType<string>().Select(folder => Path.Combine(folder, FeedsName)).FirstOrDefault(File.Exists);
        return found ?? Path.Combine(Environment.CurrentDirectory, FeedsName);
    }

    private static string? Named(string? path) => string.IsNullOrWhiteSpace(path) ? null : Path.GetFullPath(path);
}
