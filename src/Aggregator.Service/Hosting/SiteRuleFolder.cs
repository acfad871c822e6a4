using Aggregator.Content.Extraction.Rules;

namespace Aggregator.Service.Hosting;

/// <summary>
/// The user's site rules: a folder of text files, one a site, in the format of ftr-site-config. Read once, at the start. A file or line
/// that cannot be used is told in the log and left out; the rest counts.
/// </summary>
public sealed partial class SiteRuleFolder(ServicePaths paths, IConfiguration configuration, ILogger<SiteRuleFolder> logger)
{
    /// <summary>The setting that names the folder.</summary>
    public const string Setting = "Extraction:SiteRules";

    /// <summary>A file is a page or two; the longest of the 1,500 public ones has 15 KB.</summary>
    private const int MaxFileBytes = 256 * 1024;

    private const int MostFiles = 10_000;

    /// <summary>Problems told one by one.</summary>
    private const int MostTold = 20;

    /// <summary>Reads all "*.txt" of the folder. None there: no rules.</summary>
    /// <exception cref="StartException">The setting names a folder that does not exist or cannot be read.</exception>
    public SiteRules Load()
    {
        var named = configuration[Setting];
        var folder = FolderOf(paths, configuration);
        if (!Directory.Exists(folder))
        {
            return string.IsNullOrWhiteSpace(named) ? SiteRules.None : throw new StartException($"{Setting} names \"{folder}\", which is no folder: create it or correct the setting");
        }

        try
        {
            return Load(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the site rules in \"{folder}\" cannot be read: {fault.Message}");
        }
    }

    /// <summary>The folder that is read.</summary>
    public static string FolderOf(ServicePaths paths, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration[Setting] is { } named && !string.IsNullOrWhiteSpace(named) ? Path.GetFullPath(named) : paths.SiteRulesFolder;
    }

    /// <summary>The files of rules in a folder, in order, as many as are read. None where there is no such folder.</summary>
    public static IEnumerable<string> FilesIn(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal).Take(MostFiles) : [];

    private SiteRules Load(string folder)
    {
        var rules = new List<SiteRule>();
        var problems = new List<string>();
        foreach (var file in FilesIn(folder))
        {
            var name = Path.GetFileName(file);
            if (new FileInfo(file).Length > MaxFileBytes)
            {
                problems.Add($"{name} has over {MaxFileBytes / 1024} KB, which no rule needs; the file is left out");
                continue;
            }

            var (rule, faults) = SiteRuleReader.Read(name, File.ReadAllText(file));
            rules.Add(rule);
            problems.AddRange(faults);
        }

        foreach (var problem in problems.Take(MostTold))
        {
            LogProblem(problem);
        }

        if (problems.Count > MostTold)
        {
            LogMore(problems.Count - MostTold, folder);
        }

        if (rules.Count > 0)
        {
            LogRead(rules.Count, folder);
        }

        return new SiteRules(rules);
    }

    [LoggerMessage(410, LogLevel.Warning, "Site rules: {Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(411, LogLevel.Warning, "Site rules: {Count} more problems in {Folder}")]
    private partial void LogMore(int count, string folder);

    [LoggerMessage(412, LogLevel.Information, "Site rules: {Count} files read from {Folder}")]
    private partial void LogRead(int count, string folder);
}
