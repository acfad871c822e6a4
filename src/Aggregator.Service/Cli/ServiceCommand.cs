using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Aggregator.Service.Hosting;
using Aggregator.Service.Installing;

namespace Aggregator.Service.Cli;

/// <summary>service: install it with the system's service manager, look at it, remove it.</summary>
internal static class ServiceCommand
{
    /// <summary>It is installed and does not run; as systemctl status has it.</summary>
    private const int NotRunning = 3;

    /// <summary>It is not installed; as systemctl status has it.</summary>
    private const int NotInstalled = 4;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create(CommonOptions common) =>
        new("service", "Run it with the machine: install it with systemd or as a Windows service, look at it, remove it") { CreateInstall(common), CreateStatus(), CreateUninstall(), CreateHealth(common), CreateUnit() };

    private static Command CreateInstall(CommonOptions common)
    {
        var (name, dry) = (Name(), Dry());
        var listen = new Option<string?>("--listen") { Description = "Where to listen, for example http://127.0.0.1:5080 (the default); goes into aggregator.json", HelpName = "address" };
        var install = new Command("install", "Install it, or bring an installation up to date, and start it. feeds.json is copied if none is there (--feeds; else the one that comes with the program); --data: another data folder; over an installation that is there, its own is kept") { name, listen, dry };
        install.SetAction(parsed =>
        {
            var data = parsed.GetValue(common.Data);
            var place = ServiceManager.PlaceOf(UsualCase(parsed.GetValue(name)!), data is null ? null : Path.GetFullPath(data));
            var address = parsed.GetValue(listen);
            if (address is not null && SettingsCheck.FindFaults<HostingOptions>(new ConfigurationBuilder().AddInMemoryCollection([new("Hosting:Listen", address)]).Build(), HostingOptions.Section).FirstOrDefault() is { } fault)
            {
                throw new StartException($"--listen: {fault}");
            }

            ServiceManager.Install(new InstallWish(place, ProgramFile.Current(), FeedsText(parsed.GetValue(common.Feeds)), address) { IsDataGiven = data is not null }, parsed.GetValue(dry), Console.Out);
            return ExitCode.Done;
        });
        return install;
    }

    private static Command CreateUninstall()
    {
        var (name, dry) = (Name(), Dry());
        var uninstall = new Command("uninstall", "Stop it and remove it. Data and settings stay.") { name, dry };
        uninstall.SetAction(parsed =>
        {
            ServiceManager.Uninstall(UsualCase(parsed.GetValue(name)!), parsed.GetValue(dry), Console.Out);
            return ExitCode.Done;
        });
        return uninstall;
    }

    private static Command CreateStatus()
    {
        var name = Name();
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var status = new Command("status", "Say how it is. Exit code 0: it runs and answers; 1: it runs and does not answer, or you may not ask it; 3: it does not run; 4: it is not installed.") { name, json };
        status.SetAction(async (parsed, cancellationToken) =>
        {
            var report = await ReportAsync(UsualCase(parsed.GetValue(name)!), cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(report, Json) : string.Join(Environment.NewLine, Lines(report)));
            return !report.Installed ? NotInstalled : !report.Running ? NotRunning : report.Answers == true ? ExitCode.Done : ExitCode.Fault;
        });
        return status;
    }

    private static Command CreateHealth(CommonOptions common)
    {
        var health = new Command("health", "Ask the service that runs on the data folder whether it is well, for containers. Exit code 1: it does not answer.");
        health.SetAction(async (parsed, cancellationToken) =>
        {
            var endpoint = await ServiceEndpoint.FindAsync(common.Paths(parsed).EndpointFile, cancellationToken);
            Console.WriteLine(endpoint is null ? "no service answers" : $"{endpoint.Address} answers");
            return endpoint is null ? ExitCode.Fault : ExitCode.Done;
        });
        return health;
    }

    private static Command CreateUnit()
    {
        var name = Name();
        var program = new Option<string>("--program") { Description = "The program's path", DefaultValueFactory = _ => "/usr/lib/aggregator/aggregator" };
        var sysusers = new Option<bool>("--sysusers") { Description = "The line for systemd-sysusers instead" };
        var unit = new Command("unit", "Print the systemd unit that install would write, for packages") { name, program, sysusers };
        unit.SetAction(parsed =>
        {
            var place = ServicePlace.OnLinux(parsed.GetValue(name)!, null);
            Console.Write(parsed.GetValue(sysusers)
                ? SystemdUnit.Sysusers(place)
                : new SystemdUnit { Place = place, Command = [parsed.GetValue(program)!], SystemdVersion = 0 }.Write());
            return ExitCode.Done;
        });
        return unit;
    }

    private static async Task<StatusAnswer> ReportAsync(string name, CancellationToken cancellationToken)
    {
        if (ServiceManager.Find(name) is not { } service)
        {
            return new StatusAnswer { Name = name, ProgramVersion = ProgramFile.Version };
        }

        var state = ServiceManager.StateOf(name);
        var paths = service.Place.Paths;
        var endpoint = state.IsRunning ? ServiceEndpoint.Read(paths.EndpointFile) : null;
        return new StatusAnswer
        {
            Name = name,
            Installed = true,
            Running = state.IsRunning,
            State = state.Words,
            StartsAtBoot = state.StartsAtBoot,
            Pid = state.ProcessId,
            Since = state.Since,
            Address = endpoint?.Address,

            // Who may not read the file cannot ask either.
            Answers = endpoint is null ? null : await ServiceEndpoint.FindAsync(paths.EndpointFile, cancellationToken) is not null,
            Definition = service.Definition,
            Feeds = paths.FeedsFile,
            Settings = paths.ConfigurationFile,
            Data = paths.DataFolder,
            Program = service.Command[^1],
            InstalledVersion = service.Version,
            ProgramVersion = ProgramFile.Version,
        };
    }

    private static IEnumerable<string> Lines(StatusAnswer status)
    {
        if (!status.Installed)
        {
            yield return $"{status.Name} is not installed as a service. To install it: aggregator service install";
            yield break;
        }

        yield return $"{status.Name}: {status.State}{(status.StartsAtBoot == false ? ", not started with the machine" : "")}";
        if (status.Running)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  process   {status.Pid}{(status.Since is { } since ? $", since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC" : "")}");
            yield return $"  listens   {status.Address?.ToString() ?? "not known: its data folder is closed to you (sudo)"}";
            yield return $"  answers   {(status.Answers switch { true => "yes", false => "no: its log says why", null => "not asked" })}";
        }

        yield return $"  feeds     {status.Feeds}";
        yield return $"  settings  {status.Settings}";
        yield return $"  data      {status.Data}";
        yield return $"  program   {status.Program}, version {status.InstalledVersion ?? "not known"}{(status.InstalledVersion == status.ProgramVersion ? "" : $"; this program is {status.ProgramVersion}: \"service install\" brings it up to date")}";
        yield return $"  known by  {status.Definition}";
    }

    private static string FeedsText(string? file)
    {
        var path = file ?? Path.Combine(Environment.CurrentDirectory, "feeds.json");
        if (file is null && !File.Exists(path))
        {
            return FirstSettings.BuiltInFeeds();
        }

        // One that cannot be read would stop the service at its first start.
        Catalog.FeedListFile.ReadOnce(Path.GetFullPath(path));
        return File.ReadAllText(path);
    }

    private static string UsualCase(string name) => OperatingSystem.IsWindows() && name == ServicePlace.UsualName ? WindowsService.EventSource : name;

    private static Option<string> Name() => new("--name") { Description = "Its name, where several are installed", DefaultValueFactory = _ => ServicePlace.UsualName };

    private static Option<bool> Dry() => new("--dry-run") { Description = "Only say which files and commands it would be" };
}

/// <summary>How an installed service is.</summary>
internal sealed record StatusAnswer
{
    public required string Name { get; init; }
    public bool Installed { get; init; }
    public bool Running { get; init; }
    public string? State { get; init; }
    public bool? StartsAtBoot { get; init; }
    public int? Pid { get; init; }
    public DateTimeOffset? Since { get; init; }
    public Uri? Address { get; init; }
    public bool? Answers { get; init; }
    public string? Definition { get; init; }
    public string? Feeds { get; init; }
    public string? Settings { get; init; }
    public string? Data { get; init; }
    public string? Program { get; init; }
    public string? InstalledVersion { get; init; }
    public required string ProgramVersion { get; init; }
}
