using System.Globalization;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Installing;

/// <summary>A service under systemd: installed, looked at, removed. What is installed over is brought up to date; the operator's files and the data are never touched.</summary>
internal sealed class SystemdService(IMachine machine, TextWriter output)
{
    /// <summary>Where the units of the machine's operator lie; those of packages lie elsewhere.</summary>
    private const string Units = "/etc/systemd/system";
    private const string PackagedUnits = "/usr/lib/systemd/system";
    private const int PrivilegedPorts = 1024;
    private static readonly string[] Hidden = ["/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/", "/dev/"];

    /// <summary>Installs, or brings an installation up to date, and starts it.</summary>
    /// <exception cref="StartException">It cannot be; the message says why and what to do.</exception>
    public void Install(InstallWish wish, bool isDry)
    {
        var version = isDry ? machine.SystemdVersion ?? int.MaxValue : EnsureMayInstall("install");
        EnsureIsNoPackages(wish.Place, "upgrade the package (apt-get install ./aggregator_*.deb)");
        EnsureIsOurs(wish.Place);
        wish = wish.Over(Find(wish.Place.Name));
        var place = wish.Place;
        EnsureVisible("the data folder", place.DataFolder);
        var inForce = ListenOf(place);
        FirstSettings.EnsureListens(wish.Listen, inForce, place.SettingsFile);
        var command = CommandOf(wish);
        var unit = new SystemdUnit { Place = place, Command = command, ListensLow = ListensLow(inForce ?? wish.Listen), SystemdVersion = version };

        var runner = new StepRunner(machine, isDry, output);
        runner.Take(Files(wish, unit));
        runner.Take(isDry || runner.HasChanged
            ? [new InstallStep.Command("systemctl", "daemon-reload"), new InstallStep.Command("systemctl", "enable", UnitName(place)), new InstallStep.Command("systemctl", "restart", UnitName(place))]
            : [new InstallStep.Command("systemctl", "enable", UnitName(place)), new InstallStep.Command("systemctl", "start", UnitName(place))]);
        output.WriteLine(isDry
            ? "Nothing was done. Without --dry-run, the above is."
            : $"{UnitName(place)} runs. Its feeds: {place.FeedsFile}; settings: {place.SettingsFile}; data: {place.DataFolder}; log: journalctl -u {place.Name}");
    }

    /// <summary>Stops it and removes what is ours.</summary>
    /// <exception cref="StartException">It cannot be; the message says why and what to do.</exception>
    public void Uninstall(string name, bool isDry)
    {
        var place = Find(name)?.Place ?? ServicePlace.OnLinux(name, null);
        if (!isDry)
        {
            EnsureMayInstall("uninstall");
        }

        EnsureIsNoPackages(place, "remove the package (apt-get remove aggregator)");
        EnsureIsOurs(place);
        if (!File.Exists(machine.Real(UnitFile(place))))
        {
            throw new StartException($"there is no service {place.Name}: {UnitFile(place)} is not there");
        }

        new StepRunner(machine, isDry, output).Take(
        [
            new InstallStep.Command("systemctl", "disable", "--now", UnitName(place)),
            new InstallStep.Remove(UnitFile(place)),
            new InstallStep.Remove(SysusersFile(place)),
            .. IsOurLink(place) ? [new InstallStep.Remove(LinkOf(place))] : Array.Empty<InstallStep>(),
            new InstallStep.Remove(ProgramFileOf(place)),
            new InstallStep.Command("systemctl", "daemon-reload"),
            new InstallStep.Command("systemctl", "reset-failed", UnitName(place)) { MayFail = true },
        ]);
        output.WriteLine($"The data in {place.DataFolder}, the settings in {place.SettingsFolder} and the user {place.Name} stay. To drop them too: rm -r {place.DataFolder} {place.SettingsFolder} /var/cache/{place.Name} && userdel {place.Name}");
    }

    /// <summary>An installed service. Null: there is none of that name.</summary>
    public InstalledService? Find(string name)
    {
        var place = ServicePlace.OnLinux(name, null);
        foreach (var folder in new[] { Units, PackagedUnits })
        {
            var file = $"{folder}/{UnitName(place)}";
            if (File.Exists(machine.Real(file)))
            {
                var text = File.ReadAllText(machine.Real(file));
                return SystemdUnit.Read(text) is { } said
                    ? new InstalledService(place with { SettingsFolder = Path.GetDirectoryName(said.Feeds)!, DataFolder = said.Data }, file, said.Command, SystemdUnit.VersionOf(text))
                    : null;
            }
        }

        return null;
    }

    /// <summary>What systemd says of it.</summary>
    public ServiceState StateOf(string name)
    {
        var (exitCode, text) = machine.Run("systemctl", ["show", name + ".service", "--timestamp=utc", "-p", "ActiveState,SubState,MainPID,ActiveEnterTimestamp,UnitFileState,NRestarts,Result"]);
        var said = text.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1].Trim());
        if (exitCode != 0 || !said.TryGetValue("ActiveState", out var active))
        {
            return new ServiceState(false, "unknown: systemd does not answer", null, null, null);
        }

        var words = active == "failed" ? $"failed ({said.GetValueOrDefault("Result")})" : $"{active} ({said.GetValueOrDefault("SubState")})";
        var pid = int.TryParse(said.GetValueOrDefault("MainPID"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : (int?)null;
        return new ServiceState(active == "active", words, pid, InstantOf(said.GetValueOrDefault("ActiveEnterTimestamp")), said.GetValueOrDefault("UnitFileState") == "enabled");
    }

    private static string UnitName(ServicePlace place) => place.Name + ".service";

    private static string UnitFile(ServicePlace place) => $"{Units}/{UnitName(place)}";

    private static string SysusersFile(ServicePlace place) => $"/etc/sysusers.d/{place.Name}.conf";

    private static string ProgramFileOf(ServicePlace place) => $"/usr/local/lib/{place.Name}/aggregator";

    private static string LinkOf(ServicePlace place) => $"/usr/local/bin/{place.Name}";

    private bool IsOurLink(ServicePlace place) => new FileInfo(machine.Real(LinkOf(place))).LinkTarget == ProgramFileOf(place);

    private IEnumerable<InstallStep> Files(InstallWish wish, SystemdUnit unit)
    {
        const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        const UnixFileMode SharedFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        var place = wish.Place;
        var environment = $"{place.SettingsFolder}/environment";
        yield return new InstallStep.Own(SysusersFile(place), SystemdUnit.Sysusers(place), Public);
        yield return new InstallStep.Command("systemd-sysusers", SysusersFile(place));
        yield return new InstallStep.Folder(place.SettingsFolder, SharedFolder);
        yield return new InstallStep.First(place.FeedsFile, wish.Feeds, Shared);
        yield return new InstallStep.First(place.SettingsFile, FirstSettings.SettingsFile(wish.Listen), Shared);
        yield return new InstallStep.First(environment, FirstSettings.EnvironmentFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        // Webhooks' secrets may stand in aggregator.json: for root and the service, and nobody else.
        yield return new InstallStep.Command("chgrp", place.Name, place.SettingsFolder, place.FeedsFile, place.SettingsFile);
        if (!place.DataFolder.StartsWith("/var/lib/", StringComparison.Ordinal))
        {
            yield return new InstallStep.Folder(place.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            yield return new InstallStep.Command("chown", "--recursive", "--no-dereference", $"{place.Name}:{place.Name}", place.DataFolder);
        }

        if (wish.Program.IsWhole)
        {
            yield return new InstallStep.Program(wish.Program.Path, ProgramFileOf(place));
            if (IsOurLink(place) || !File.Exists(machine.Real(LinkOf(place))))
            {
                yield return new InstallStep.Command("ln", "--symbolic", "--force", "--no-target-directory", ProgramFileOf(place), LinkOf(place));
            }
        }

        yield return new InstallStep.Own(UnitFile(place), unit.Write(), Public);
    }

    private static IReadOnlyList<string> CommandOf(InstallWish wish)
    {
        if (wish.Program.IsWhole)
        {
            return [ProgramFileOf(wish.Place)];
        }

        EnsureVisible("the program", wish.Program.Path);
        return wish.Program.Command;
    }

    private int EnsureMayInstall(string verb)
    {
        var version = machine.SystemdVersion ?? throw new StartException(
            "this machine is not run by systemd, so there is nothing to install a service with. Have what runs it start \"aggregator run --feeds FILE --data FOLDER\" as a user of its own; --dry-run shows the unit that systemd would get");
        return machine.IsRoot ? version : throw new StartException($"only root can {verb} a service: sudo aggregator service {verb} (with --dry-run anybody can see what it would do)");
    }

    private void EnsureIsNoPackages(ServicePlace place, string remedy)
    {
        var packaged = $"{PackagedUnits}/{UnitName(place)}";
        if (!File.Exists(machine.Real(UnitFile(place))) && File.Exists(machine.Real(packaged)))
        {
            throw new StartException($"{place.Name} is installed by a package ({packaged}): {remedy}");
        }
    }

    private void EnsureIsOurs(ServicePlace place)
    {
        var file = machine.Real(UnitFile(place));
        if (File.Exists(file) && !SystemdUnit.IsOurs(File.ReadAllText(file)))
        {
            throw new StartException($"{UnitFile(place)} was not written by this program and is left alone: move it away, or give the service another name with --name");
        }
    }

    /// <summary>The service sees no homes and has a /tmp of its own.</summary>
    private static void EnsureVisible(string what, string path)
    {
        if (Hidden.FirstOrDefault(folder => path.StartsWith(folder, StringComparison.Ordinal)) is { } hidden)
        {
            throw new StartException($"{what} is {path}, and the service sees nothing of {hidden.TrimEnd('/')}: {(what == "the program" ? "put it below /opt, or install from the single file, which is copied" : "give another with --data")}");
        }
    }

    /// <summary>Where the operator's settings say to listen. Null: there are none yet.</summary>
    private string? ListenOf(ServicePlace place)
    {
        var file = machine.Real(place.SettingsFile);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            var settings = ConfigurationSources.Read(place.Paths with { FeedsFile = machine.Real(place.FeedsFile) }, new Dictionary<string, string?>());
            return (settings.GetSection(HostingOptions.Section).Get<HostingOptions>() ?? new HostingOptions()).Listen;
        }
        catch (UnauthorizedAccessException)
        {
            return null; // a dry run of somebody who may not read it
        }
    }

    private static bool ListensLow(string? listen) => listen is not null
        && HostingOptions.Split(listen).Any(address => BindingAddress.Parse(address) is { Port: > 0 and < PrivilegedPorts });

    private static DateTimeOffset? InstantOf(string? text)
    {
        // "Sun 2026-11-29 14:03:24 UTC"
        var words = text?.Split(' ') ?? [];
        return words.Length >= 3 && DateTimeOffset.TryParse($"{words[1]} {words[2]}", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
    }
}
