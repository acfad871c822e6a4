using Aggregator.Service.Hosting;
using Aggregator.Service.Installing;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Installing;

public sealed class SystemdServiceTests : IDisposable
{
    private const string Unit = "/etc/systemd/system/aggregator.service";
    private const string Feeds = """{ "feeds": [] }""";
    private readonly TestFolder _folder = new();
    private readonly FakeMachine _machine;
    private readonly StringWriter _output = new();
    private readonly string _program;

    public SystemdServiceTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "systemd is Linux's");
        _machine = new FakeMachine(Path.Combine(_folder.Path, "machine"));
        _program = Path.Combine(_folder.Path, "aggregator");
        File.WriteAllText(_program, "version 1");
    }

    public void Dispose()
    {
        _output.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Install_OnAFreshMachine_WritesAllFilesThenStartsIt()
    {
        Install();

        Assert.Equal(
            [
                "systemd-sysusers /etc/sysusers.d/aggregator.conf",
                "chgrp aggregator /etc/aggregator /etc/aggregator/feeds.json /etc/aggregator/aggregator.json",
                "ln --symbolic --force --no-target-directory /usr/local/lib/aggregator/aggregator /usr/local/bin/aggregator",
                "systemctl daemon-reload",
                "systemctl enable aggregator.service",
                "systemctl restart aggregator.service",
            ],
            _machine.Commands);
        Assert.Equal("version 1", Text("/usr/local/lib/aggregator/aggregator"));
        Assert.Equal("755", Mode("/usr/local/lib/aggregator/aggregator"));
        Assert.Equal(Feeds, Text("/etc/aggregator/feeds.json"));
        Assert.Contains("http://127.0.0.1:5080", Text("/etc/aggregator/aggregator.json"), StringComparison.Ordinal);
        Assert.Equal("640", Mode("/etc/aggregator/aggregator.json"));
        Assert.Equal("600", Mode("/etc/aggregator/environment"));
        Assert.Equal("750", Mode("/etc/aggregator"));
        Assert.Contains("\nExecStart=/usr/local/lib/aggregator/aggregator run --feeds /etc/aggregator/feeds.json --data /var/lib/aggregator\n", Text(Unit), StringComparison.Ordinal);
        Assert.Contains("\nu aggregator - ", Text("/etc/sysusers.d/aggregator.conf"), StringComparison.Ordinal);
    }

    [Fact]
    public void Install_Again_TouchesNothingAndDoesNotRestart()
    {
        Install();
        _machine.Commands.Clear();
        _output.GetStringBuilder().Clear();

        Install();

        Assert.DoesNotContain(_machine.Commands, command => command.Contains("restart", StringComparison.Ordinal));
        Assert.Contains("systemctl start aggregator.service", _machine.Commands);
        Assert.DoesNotMatch("(?m)^(writes|updates|copies|makes) ", _output.ToString());
    }

    [Fact]
    public void Install_OfANewerProgram_CopiesItSaysSoAndRestarts()
    {
        Install();
        File.WriteAllText(_program, "version 2");
        _machine.Commands.Clear();
        _output.GetStringBuilder().Clear();

        Install();

        Assert.Equal("version 2", Text("/usr/local/lib/aggregator/aggregator"));
        Assert.Contains($"copies   {_program} to /usr/local/lib/aggregator/aggregator", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("systemctl restart aggregator.service", _machine.Commands);
    }

    [Fact]
    public void Install_OverAnOlderUnit_SaysWhichLinesChanged()
    {
        Install();
        File.WriteAllText(_machine.Real(Unit), Text(Unit).Replace("WatchdogSec=60", "WatchdogSec=10", StringComparison.Ordinal));
        _output.GetStringBuilder().Clear();

        Install();

        Assert.Contains("  - WatchdogSec=10", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("  + WatchdogSec=60", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("WatchdogSec=60", Text(Unit), StringComparison.Ordinal);
    }

    [Fact]
    public void Install_FilesOfTheOperator_AreNeverTouched()
    {
        Install();
        File.WriteAllText(_machine.Real("/etc/aggregator/feeds.json"), "mine");
        File.WriteAllText(_machine.Real("/etc/aggregator/environment"), "mine too");
        File.WriteAllText(_program, "version 2");

        Install();

        Assert.Equal("mine", Text("/etc/aggregator/feeds.json"));
        Assert.Equal("mine too", Text("/etc/aggregator/environment"));
    }

    [Fact]
    public void Install_OtherAddressThanTheOperatorsFileHas_SaysWhatToWrite()
    {
        Install();

        var fault = Assert.Throws<StartException>(() => Install(listen: "http://127.0.0.1:8080"));

        Assert.Contains("/etc/aggregator/aggregator.json is yours", fault.Message, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:8080", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Install_OverOneWithItsDataElsewhere_KeepsThatFolder()
    {
        var elsewhere = ServicePlace.OnLinux("aggregator", "/srv/news");
        new SystemdService(_machine, _output).Install(Wish() with { Place = elsewhere, IsDataGiven = true }, isDry: false);

        Install();

        Assert.Contains(" --data /srv/news\n", Text(Unit), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_machine.Real("/var/lib/aggregator")));
        new SystemdService(_machine, _output).Install(Wish() with { Place = elsewhere, IsDataGiven = true }, isDry: false);
    }

    [Fact]
    public void Install_OverOneWithAnotherDataFolder_SaysHowToMoveIt()
    {
        Install();

        var fault = Assert.Throws<StartException>(() => new SystemdService(_machine, _output).Install(Wish() with { Place = ServicePlace.OnLinux("aggregator", "/srv/news"), IsDataGiven = true }, isDry: false));

        Assert.Contains("move /var/lib/aggregator to /srv/news", fault.Message, StringComparison.Ordinal);
        Assert.Contains(" --data /var/lib/aggregator\n", Text(Unit), StringComparison.Ordinal);
    }

    [Fact]
    public void Install_PortBelow1024_GivesThatOneCapability()
    {
        Install(listen: "http://0.0.0.0:80");

        Assert.Contains("\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n", Text(Unit), StringComparison.Ordinal);
        Assert.DoesNotContain("PrivateUsers", Text(Unit), StringComparison.Ordinal);
    }

    [Fact]
    public void Install_DryRun_ShowsFilesAndCommandsAndDoesNothing()
    {
        _machine.IsRoot = false;
        _machine.SystemdVersion = null;

        new SystemdService(_machine, _output).Install(Wish(), isDry: true);

        Assert.False(Directory.Exists(_machine.Real("/etc")));
        Assert.Empty(_machine.Commands);
        var said = _output.ToString();
        Assert.Contains("writes   /etc/aggregator/environment (0600)", said, StringComparison.Ordinal);
        Assert.Contains("  | NoNewPrivileges=yes", said, StringComparison.Ordinal);
        Assert.Contains("runs     systemctl restart aggregator.service", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Install_NotByRoot_SaysWhatToDo()
    {
        _machine.IsRoot = false;

        Assert.Contains("sudo aggregator service install", Assert.Throws<StartException>(() => Install()).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_machine.Real("/etc")));
    }

    [Fact]
    public void Install_WithoutSystemd_SaysSo()
    {
        _machine.SystemdVersion = null;

        Assert.Contains("not run by systemd", Assert.Throws<StartException>(() => Install()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Install_UnitOfSomebodyElse_IsLeftAlone()
    {
        Directory.CreateDirectory(_machine.Real("/etc/systemd/system"));
        File.WriteAllText(_machine.Real(Unit), "[Unit]\nDescription=mine\n");

        Assert.Contains("was not written by this program", Assert.Throws<StartException>(() => Install()).Message, StringComparison.Ordinal);
        Assert.Equal("[Unit]\nDescription=mine\n", Text(Unit));
    }

    [Fact]
    public void Install_OverAPackage_RefersToThePackage()
    {
        Directory.CreateDirectory(_machine.Real("/usr/lib/systemd/system"));
        File.WriteAllText(_machine.Real("/usr/lib/systemd/system/aggregator.service"), new SystemdUnit { Place = ServicePlace.OnLinux("aggregator", null), Command = ["/usr/lib/aggregator/aggregator"] }.Write());

        Assert.Contains("installed by a package", Assert.Throws<StartException>(() => Install()).Message, StringComparison.Ordinal);
        Assert.Equal("/var/lib/aggregator", new SystemdService(_machine, _output).Find("aggregator")!.Place.DataFolder);
    }

    [Fact]
    public void Install_ProgramInAHome_IsRefusedSinceTheServiceSeesNoHomes()
    {
        var wish = Wish() with { Program = new ProgramFile(["/usr/bin/dotnet", "/home/jo/aggregator.dll"], IsWhole: false) };

        Assert.Contains("/opt", Assert.Throws<StartException>(() => new SystemdService(_machine, _output).Install(wish, isDry: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Install_CommandThatFails_TellsItsWords()
    {
        _machine.Failing = ("systemctl restart aggregator.service", "Job for aggregator.service failed");

        Assert.Contains("Job for aggregator.service failed", Assert.Throws<StartException>(() => Install()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Uninstall_RemovesWhatIsOursAndSaysWhereTheDataIs()
    {
        Install();
        _machine.Commands.Clear();

        new SystemdService(_machine, _output).Uninstall("aggregator", isDry: false);

        Assert.Equal(["systemctl disable --now aggregator.service", "systemctl daemon-reload", "systemctl reset-failed aggregator.service"], _machine.Commands);
        Assert.False(File.Exists(_machine.Real(Unit)));
        Assert.False(File.Exists(_machine.Real("/usr/local/lib/aggregator/aggregator")));
        Assert.Null(new FileInfo(_machine.Real("/usr/local/bin/aggregator")).LinkTarget);
        Assert.True(File.Exists(_machine.Real("/etc/aggregator/feeds.json")));
        Assert.Contains("The data in /var/lib/aggregator, the settings in /etc/aggregator", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Uninstall_WhatIsNotThere_SaysSo() =>
        Assert.Contains("there is no service aggregator", Assert.Throws<StartException>(() => new SystemdService(_machine, _output).Uninstall("aggregator", isDry: false)).Message, StringComparison.Ordinal);

    [Fact]
    public void StateOf_ReadsWhatSystemdSays()
    {
        _machine.SystemdSays = "Result=success\nNRestarts=0\nMainPID=4711\nActiveState=active\nSubState=running\nUnitFileState=enabled\nActiveEnterTimestamp=Sun 2026-11-29 14:03:24 UTC\n";

        var state = new SystemdService(_machine, _output).StateOf("aggregator");

        Assert.Equal(new ServiceState(true, "active (running)", 4711, new DateTimeOffset(2026, 11, 29, 14, 3, 24, TimeSpan.Zero), true), state);
    }

    [Fact]
    public void Find_PathsWithSpacesAndPercents_AreReadBackAsTheyWere()
    {
        var place = new ServicePlace("aggregator", "/etc/my news", "/srv/100% \"news\"");
        var unit = new SystemdUnit { Place = place, Command = ["/opt/my program/aggregator"] }.Write();

        var read = SystemdUnit.Read(unit);

        Assert.Equal(("/etc/my news/feeds.json", "/srv/100% \"news\""), (read!.Value.Feeds, read.Value.Data));
        Assert.Equal(["/opt/my program/aggregator"], read.Value.Command);
    }

    [Fact]
    public async Task Unit_UnderSystemdsOwnEyes_IsWithoutFaultAndHardlyExposed()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed");
        var unit = Path.Combine(_folder.Path, "aggregator.service");
        await File.WriteAllTextAsync(unit, new SystemdUnit { Place = ServicePlace.OnLinux("aggregator", null), Command = ["/usr/bin/true"], SystemdVersion = 0 }.Write(), TestContext.Current.CancellationToken);

        var verified = await RunAsync("verify", "--man=no", unit);
        var exposure = await RunAsync("security", "--offline=true", "--no-pager", "--threshold=15", unit);

        Assert.DoesNotContain("aggregator.service", verified.Output, StringComparison.Ordinal);

        // The exit code says whether the exposure is above the threshold, here 1.5.
        Assert.True(exposure.ExitCode == 0, exposure.Output);
        Assert.Contains("Overall exposure level", exposure.Output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("/usr/bin/systemd-analyze", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }

    private void Install(string? listen = null) => new SystemdService(_machine, _output).Install(Wish() with { Listen = listen }, isDry: false);

    private InstallWish Wish() => new(ServicePlace.OnLinux("aggregator", null), new ProgramFile([_program], IsWhole: true), Feeds, null);

    private string Text(string path) => File.ReadAllText(_machine.Real(path));

    private string Mode(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(_machine.Real(path)), 8);
}
