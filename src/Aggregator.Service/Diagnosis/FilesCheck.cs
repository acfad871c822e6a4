using Aggregator.Content.Extraction.Rules;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Rules;
using Aggregator.Service.Secrets;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Diagnosis;

/// <summary>Looks at the files that the operator writes.</summary>
internal static class FilesCheck
{
    private const int MostTold = 5;

    public static IEnumerable<Finding> Look(IServiceProvider services, ServicePaths paths, HostingOptions hosting)
    {
        foreach (var finding in LookAtFeeds(services, paths))
        {
            yield return finding;
        }

        yield return Try("topics.json", paths.TopicsFile, "aggregator topics test tells more", () => services.GetRequiredService<TopicsFile>().LoadAtStart());
        yield return Try("rules.json", paths.RulesFile, "aggregator rules test tells more", () => services.GetRequiredService<RulesFile>().LoadAtStart());
        var siteRules = services.GetRequiredService<IConfiguration>()[SiteRuleFolder.Setting];
        yield return Try("site rules", siteRules ?? paths.SiteRulesFolder, $"correct {SiteRuleFolder.Setting}", () => services.GetRequiredService<SiteRules>(), isNeeded: siteRules is not null);
        yield return LookAtSecrets(string.IsNullOrWhiteSpace(hosting.SecretsFile) ? paths.SecretsFile : Path.GetFullPath(hosting.SecretsFile));
    }

    private static List<Finding> LookAtFeeds(IServiceProvider services, ServicePaths paths)
    {
        const string Subject = "feeds.json";
        var read = Try(Subject, paths.FeedsFile, "correct it; while it is broken, a running service keeps the last good list", () => services.GetRequiredService<FeedListFile>().LoadAtStart(), isNeeded: true);
        if (read.Level == FindingLevel.Fail)
        {
            return [read];
        }

        var catalog = services.GetRequiredService<FeedCatalog>();
        var enabled = catalog.Feeds.Values.Where(feed => feed.Enabled).ToList();
        List<Finding> findings = [enabled.Count == 0 ? Finding.Doubtful(Subject, $"{paths.FeedsFile} lists no feed to poll", "aggregator feeds add ADDRESS") : Finding.Well(Subject, $"{paths.FeedsFile} lists {enabled.Count} feeds to poll")];
        findings.AddRange(catalog.Problems.Take(MostTold).Select(problem => Finding.Doubtful(Subject, problem.ToString(), "correct the line")));
        if (catalog.Problems.Count > MostTold)
        {
            findings.Add(Finding.Doubtful(Subject, $"{catalog.Problems.Count - MostTold} more problems", "aggregator feeds list tells all"));
        }

        foreach (var feed in enabled.Where(feed => feed.Auth is not null))
        {
            if (services.GetRequiredService<FeedSecrets>().For(feed).Missing is { } missing)
            {
                findings.Add(Finding.Bad("secrets", $"{feed.Address.Host}: {missing}", "write it there"));
            }
        }

        return findings;
    }

    private static Finding LookAtSecrets(string file)
    {
        const string Subject = "secrets";
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        try
        {
            if (!File.Exists(file))
            {
                return Finding.Well(Subject, $"{file} is not there, and need not be");
            }

            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            {
                return Finding.Doubtful(Subject, $"{file} can be read by other users of this machine", $"chmod 600 {file}");
            }

            var list = SecretsReader.ReadFile(File.ReadAllBytes(file), file);
            return (list.Broken ?? (list.Problems.Count > 0 ? list.Problems[0] : null)) is { } problem ? Finding.Bad(Subject, problem, "correct it") : Finding.Well(Subject, $"{file} holds {list.Secrets.Count}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Finding.Bad(Subject, $"{file} cannot be read: {fault.Message}", "give it to the service's user, with mode 600");
        }
    }

    private static Finding Try(string subject, string path, string remedy, Action read, bool isNeeded = false)
    {
        if (!isNeeded && !File.Exists(path) && !Directory.Exists(path))
        {
            return Finding.Well(subject, $"{path} is not there, and need not be");
        }

        try
        {
            read();
            return Finding.Well(subject, $"{path} can be used");
        }
        catch (StartException fault)
        {
            return Finding.Bad(subject, fault.Message, remedy);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Finding.Bad(subject, $"{path} cannot be read: {fault.Message}", "look as root (sudo aggregator doctor), or let this user read it");
        }
    }
}
