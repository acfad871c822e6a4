using Aggregator.Model.Feeds;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Secrets;

/// <summary>
/// The secrets that open feeds, by the names that feeds.json gives them ("auth"). They come from a file of their own and from the
/// environment, which wins. The file is read when the first secret is asked for, and again when it changed; while it is broken, the last
/// good one stays in force. Safe for concurrent use.
/// </summary>
public sealed partial class FeedSecrets
{
    private readonly string _file;
    private readonly ILogger<FeedSecrets> _logger;
    private readonly IReadOnlyDictionary<string, FeedSecret> _environment;
    private readonly Lock _gate = new();
    private (DateTime Written, long Length)? _seen;
    private SecretList _list = new(new Dictionary<string, FeedSecret>(), [], null);
    private string? _broken;

    /// <summary>The secrets of the file that the settings name, and of the environment: that of an installed service, and this process's.</summary>
    public FeedSecrets(ServicePaths paths, IOptions<HostingOptions> options, ILogger<FeedSecrets> logger)
        : this(FileOf(paths, options.Value), EnvironmentFile.Variables(paths), logger)
    {
    }

    /// <summary>The secrets of a file and of given variables.</summary>
    internal FeedSecrets(string file, IEnumerable<KeyValuePair<string, string>> variables, ILogger<FeedSecrets> logger)
    {
        _file = file;
        _logger = logger;
        var list = SecretsReader.ReadEnvironment(variables);
        _environment = list.Secrets;
        foreach (var problem in list.Problems)
        {
            LogProblem(problem);
        }
    }

    /// <summary>How <paramref name="feed"/> is opened now.</summary>
    public FeedAccess For(FeedSource feed)
    {
        ArgumentNullException.ThrowIfNull(feed);
        if (feed.Auth is not { } name)
        {
            return FeedAccess.Open;
        }

        if (_environment.TryGetValue(SecretsReader.InEnvironment(name), out var own))
        {
            return FeedAccess.With(name, feed.Address, own);
        }

        lock (_gate)
        {
            Refresh();
            return _list.Secrets.TryGetValue(name, out var secret)
                ? FeedAccess.With(name, feed.Address, secret)
                : FeedAccess.Without(Explain(name));
        }
    }

    private string Explain(string name)
    {
        var there = _broken ?? _list.Problems.FirstOrDefault(problem => problem.Contains($"\"{name}\"", StringComparison.OrdinalIgnoreCase)) ?? "no such name there";
        return $"the secret \"{name}\" is missing: looked for it in {_file} ({there}) and in the environment ({SecretsReader.Variable(name, "TOKEN")} and the like)";
    }

    private static string FileOf(ServicePaths paths, HostingOptions options) =>
        string.IsNullOrWhiteSpace(options.SecretsFile) ? paths.SecretsFile : Path.GetFullPath(options.SecretsFile);

    /// <summary>Reads the file if it changed since it was last looked at.</summary>
    private void Refresh()
    {
        try
        {
            var file = new FileInfo(_file);
            var stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
            if (_seen == stamp)
            {
                return;
            }

            _seen = stamp;
            if (!file.Exists)
            {
                (_list, _broken) = (new SecretList(new Dictionary<string, FeedSecret>(), [], null), "there is no such file");
                return;
            }

            WarnOfOpenFile(file);
            var list = file.Length > SecretsReader.MaxBytes
                ? new SecretList(_list.Secrets, [], $"{_file} is larger than {SecretsReader.MaxBytes / 1024} KiB")
                : SecretsReader.ReadFile(File.ReadAllBytes(_file), _file);
            Take(list);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _seen = null;
            Take(new SecretList(_list.Secrets, [], $"it cannot be read: {fault.Message}"));
        }
    }

    private void Take(SecretList list)
    {
        if (list.Broken is { } broken && broken != _broken)
        {
            LogBroken(broken);
        }

        _broken = list.Broken;
        _list = list.Broken is null ? list : _list;
        foreach (var problem in list.Problems)
        {
            LogProblem(problem);
        }
    }

    private void WarnOfOpenFile(FileInfo file)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (file.UnixFileMode & Others) != 0)
        {
            LogOpenFile(_file);
        }
    }

    [LoggerMessage(350, LogLevel.Warning, "{Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(351, LogLevel.Error, "The last good secrets stay in force: {Reason}")]
    private partial void LogBroken(string reason);

    [LoggerMessage(352, LogLevel.Warning, "{File} can be read by other users of this machine: chmod 600 {File}")]
    private partial void LogOpenFile(string file);
}
