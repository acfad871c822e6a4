using Aggregator.Service.Hosting;

namespace Aggregator.Service.Installing;

/// <summary>A service under Windows: installed, looked at, removed. What is installed over is stopped and brought up to date; the operator's files and the data are never touched.</summary>
internal sealed class WindowsService(IWindowsServices windows, TextWriter output, string programFiles)
{
    /// <summary>What the event log knows all services of this program by.</summary>
    public const string EventSource = "Aggregator";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(60);

    /// <summary>Installs, or brings an installation up to date, and starts it.</summary>
    /// <exception cref="StartException">It cannot be; the message says why and what to do.</exception>
    public void Install(InstallWish wish, bool isDry)
    {
        EnsureAdministrator("install", isDry);
        wish = wish.Over(Find(wish.Place));
        var place = wish.Place;
        var program = wish.Program.IsWhole ? ProgramFileOf(place) : wish.Program.Path;
        IEnumerable<string> command = wish.Program.IsWhole ? [program] : wish.Program.Command;
        var service = new WindowsServiceDefinition(place.Name, CommandLine([.. command, "run", "--feeds", place.FeedsFile, "--data", place.DataFolder]));
        var found = windows.Find(place.Name);
        FirstSettings.EnsureListens(wish.Listen, ListenOf(place), place.SettingsFile);
        var steps = new Steps(output, isDry);

        if (found?.State.IsRunning == true)
        {
            steps.Take($"stops    service {place.Name}", () => windows.Stop(place.Name, StopsWithin));
        }

        if (wish.Program.IsWhole && !Path.GetFullPath(wish.Program.Path).Equals(program, StringComparison.OrdinalIgnoreCase))
        {
            steps.Take($"copies   {wish.Program.Path} to {program}", () => Copy(wish.Program.Path, program));
        }

        var sid = ServiceSid.Of(place.Name);
        steps.Take($"makes    {place.SettingsFolder} (administrators and {service.Account}, which reads)", () => windows.MakeFolder(place.SettingsFolder, sid, mayWrite: false));
        steps.Take($"makes    {place.DataFolder} (administrators and {service.Account}, which writes)", () => windows.MakeFolder(place.DataFolder, sid, mayWrite: true));
        WriteFirst(steps, place.FeedsFile, wish.Feeds, isDry);
        WriteFirst(steps, place.SettingsFile, FirstSettings.SettingsFile(wish.Listen), isDry);
        steps.Take($"makes    the source {EventSource} of the event log", () => windows.MakeEventSource(EventSource));
        if (found is null)
        {
            steps.Take($"makes    service {place.Name}, which runs {service.CommandLine} as {service.Account}", () => windows.Create(service));
        }
        else if (found.Value.CommandLine == service.CommandLine)
        {
            steps.Take($"keeps    service {place.Name}", () => windows.Update(service));
        }
        else
        {
            steps.Take($"updates  service {place.Name}: it runs {service.CommandLine} instead of {found.Value.CommandLine}", () => windows.Update(service));
        }

        steps.Take(
            $"sets     description, delayed start, restarts after {string.Join(", ", WindowsServiceDefinition.RestartsAfter.Select(time => $"{time.TotalMinutes:0} min"))} also where it ended by an exit code, its own identity, no privileges but {string.Join(", ", WindowsServiceDefinition.Privileges)}",
            () => windows.Configure(service));
        steps.Take($"starts   service {place.Name}", () => windows.Start(place.Name, StartsWithin));
        output.WriteLine(isDry
            ? "Nothing was done. Without --dry-run, the above is."
            : $"{place.Name} runs. Its feeds: {place.FeedsFile}; settings: {place.SettingsFile}; data: {place.DataFolder}; log: the event log, source {EventSource}");
    }

    /// <summary>Stops it, waits for its end, and removes what is ours.</summary>
    /// <exception cref="StartException">It cannot be; the message says why and what to do.</exception>
    public void Uninstall(ServicePlace usual, bool isDry)
    {
        EnsureAdministrator("uninstall", isDry);
        if (windows.Find(usual.Name) is not { } found)
        {
            throw new StartException($"there is no service {usual.Name}");
        }

        var place = Find(usual)?.Place ?? usual;
        var steps = new Steps(output, isDry);
        if (found.State.IsRunning)
        {
            steps.Take($"stops    service {place.Name}", () => windows.Stop(place.Name, StopsWithin));
        }

        steps.Take($"removes  service {place.Name}", () => windows.Delete(place.Name));
        if (place.Name.Equals(EventSource, StringComparison.OrdinalIgnoreCase))
        {
            steps.Take($"removes  the source {EventSource} of the event log", () => windows.RemoveEventSource(EventSource));
        }

        if (File.Exists(ProgramFileOf(place)))
        {
            // It cannot be removed by itself, and that is who runs when the installed program is asked.
            var isOneself = Path.GetFullPath(ProgramFileOf(place)).Equals(Environment.ProcessPath, StringComparison.OrdinalIgnoreCase);
            steps.Take(isOneself ? $"keeps    {ProgramFileOf(place)}: it runs right now; delete it yourself" : $"removes  {ProgramFileOf(place)}", () =>
            {
                if (!isOneself)
                {
                    File.Delete(ProgramFileOf(place));
                }
            });
        }

        output.WriteLine($"The data in {place.DataFolder} and the settings in {place.SettingsFolder} stay. To drop them too: rmdir /s \"{place.SettingsFolder}\"");
    }

    /// <summary>An installed service. Null: there is none of that name, or it is not ours.</summary>
    public InstalledService? Find(ServicePlace usual)
    {
        if (windows.Find(usual.Name) is not { } found)
        {
            return null;
        }

        var words = SplitCommandLine(found.CommandLine);
        var (run, feeds, data) = (words.IndexOf("run"), words.IndexOf("--feeds"), words.IndexOf("--data"));
        return run > 0 && feeds > 0 && data > 0 && Math.Max(feeds, data) + 1 < words.Count
            ? new InstalledService(usual with { SettingsFolder = Path.GetDirectoryName(words[feeds + 1])!, DataFolder = words[data + 1] }, $"service {usual.Name}", words[..run], VersionOf(words[run - 1]))
            : null;
    }

    /// <summary>What Windows says of it.</summary>
    public ServiceState StateOf(string name) => windows.Find(name)?.State ?? new ServiceState(false, "not installed", null, null, null);

    /// <summary>Arguments as a program of Windows splits them: in quotes where there is a space.</summary>
    internal static string CommandLine(IEnumerable<string> words) => string.Join(' ', words.Select(word =>
        word.Contains('"', StringComparison.Ordinal) ? throw new StartException($"a path cannot have a quotation mark: {word}")
        : word.Contains(' ', StringComparison.Ordinal) ? $"\"{word.TrimEnd('\\')}\"" : word));

    private static List<string> SplitCommandLine(string line) =>
        [.. line.Split('"').SelectMany((part, index) => index % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    private string ProgramFileOf(ServicePlace place) => Path.Combine(programFiles, place.Name, "aggregator.exe");

    private void EnsureAdministrator(string verb, bool isDry)
    {
        if (!isDry && !windows.IsAdministrator)
        {
            throw new StartException($"only an administrator can {verb} a service: do it in a terminal that was started \"as administrator\" (with --dry-run anybody can see what it would do)");
        }
    }

    private static string? ListenOf(ServicePlace place) => File.Exists(place.SettingsFile)
        ? (ConfigurationSources.Read(place.Paths, new Dictionary<string, string?>()).GetSection(HostingOptions.Section).Get<HostingOptions>() ?? new HostingOptions()).Listen
        : null;

    private static string? VersionOf(string program) =>
        File.Exists(program) && System.Diagnostics.FileVersionInfo.GetVersionInfo(program).ProductVersion is { Length: > 0 } version ? version.Split('+')[0] : null;

    private static void WriteFirst(Steps steps, string path, string content, bool isDry)
    {
        if (File.Exists(path))
        {
            steps.Take($"keeps    {path}: it is yours", () => { });
            return;
        }

        steps.Take($"writes   {path}{(isDry ? Environment.NewLine + string.Join(Environment.NewLine, content.TrimEnd('\n').Split('\n').Select(line => "  | " + line)) : "")}", () => File.WriteAllText(path, content));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to + ".new", overwrite: true);
        File.Move(to + ".new", to, overwrite: true);
    }

    private sealed class Steps(TextWriter output, bool isDry)
    {
        public void Take(string words, Action step)
        {
            output.WriteLine(words);
            if (!isDry)
            {
                step();
            }
        }
    }
}
