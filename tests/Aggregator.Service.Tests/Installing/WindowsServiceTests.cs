using Aggregator.Service.Hosting;
using Aggregator.Service.Installing;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Installing;

/// <summary>What is asked of Windows, in which order.</summary>
public sealed class WindowsServiceTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeWindows _windows = new();
    private readonly StringWriter _output = new();
    private readonly ServicePlace _place;

    public WindowsServiceTests()
    {
        _place = ServicePlace.OnWindows("Aggregator", null, _folder.Path);
        File.WriteAllText(Path.Combine(_folder.Path, "download.exe"), "version 1");
    }

    public void Dispose()
    {
        _output.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Install_OnAFreshMachine_MakesFoldersThenTheServiceAndStartsItLast()
    {
        Install();

        var sid = ServiceSid.Of("Aggregator");
        Assert.Equal(
            [
                $"folder {_place.SettingsFolder} {sid} reads", $"folder {_place.DataFolder} {sid} writes", "source Aggregator",
                $"create Aggregator as NT SERVICE\\Aggregator: {CommandLine()}", "configure Aggregator", "start Aggregator",
            ],
            _windows.Asked);
        Assert.Equal("version 1", File.ReadAllText(Path.Combine(_folder.Path, "Program Files", "Aggregator", "aggregator.exe")));
        Assert.Contains("http://127.0.0.1:5080", File.ReadAllText(_place.SettingsFile), StringComparison.Ordinal);
    }

    [Fact]
    public void Install_OverARunningOne_StopsItFirstAndBringsItUpToDate()
    {
        Install();
        _windows.Asked.Clear();
        File.WriteAllText(_place.FeedsFile, "mine");
        File.WriteAllText(Path.Combine(_folder.Path, "download.exe"), "version 2");

        Install();

        Assert.Equal("stop Aggregator", _windows.Asked[0]);
        Assert.Equal(["update Aggregator", "configure Aggregator", "start Aggregator"], _windows.Asked[^3..]);
        Assert.DoesNotContain(_windows.Asked, asked => asked.StartsWith("create", StringComparison.Ordinal));
        Assert.Equal("mine", File.ReadAllText(_place.FeedsFile));
        Assert.Equal("version 2", File.ReadAllText(Path.Combine(_folder.Path, "Program Files", "Aggregator", "aggregator.exe")));
    }

    [Fact]
    public void Install_OverOneWithItsDataElsewhere_KeepsThatFolder()
    {
        var elsewhere = _place with { DataFolder = Path.Combine(_folder.Path, "elsewhere") };
        Service().Install(Wish() with { Place = elsewhere, IsDataGiven = true }, isDry: false);
        _output.GetStringBuilder().Clear();

        Install();

        Assert.Contains($"keeps    service {_place.Name}", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(elsewhere.DataFolder, Service().Find(_place)!.Place.DataFolder);
        Assert.Contains("uninstall", Assert.Throws<StartException>(() => Service().Install(Wish() with { IsDataGiven = true }, isDry: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Uninstall_WhileItRuns_StopsItBeforeItIsRemoved()
    {
        Install();
        _windows.Asked.Clear();

        Service().Uninstall(_place, isDry: false);

        Assert.Equal(["stop Aggregator", "delete Aggregator", "no source Aggregator"], _windows.Asked);
        Assert.True(File.Exists(_place.FeedsFile));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "Program Files", "Aggregator", "aggregator.exe")));
        Assert.Contains($"The data in {_place.DataFolder}", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Uninstall_WhatStands_IsNotStopped()
    {
        Install();
        _windows.Stop("Aggregator", TimeSpan.Zero);
        _windows.Asked.Clear();

        Service().Uninstall(_place, isDry: false);

        Assert.Equal(["delete Aggregator", "no source Aggregator"], _windows.Asked);
    }

    [Fact]
    public void Install_ThatCannotBeStopped_ChangesNothing()
    {
        Install();
        _windows.Asked.Clear();
        _windows.StopFails = true;

        Assert.Throws<StartException>(() => Install());

        Assert.Equal(["stop Aggregator"], _windows.Asked);
    }

    [Fact]
    public void Install_DryRun_SaysAllAndAsksNothing()
    {
        _windows.IsAdministrator = false;

        Service().Install(Wish(), isDry: true);

        Assert.Empty(_windows.Asked);
        Assert.False(File.Exists(_place.FeedsFile));
        Assert.Contains("restarts after 1 min, 5 min, 15 min", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("starts   service Aggregator", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Install_NotByAnAdministrator_SaysWhatToDo()
    {
        _windows.IsAdministrator = false;

        Assert.Contains("as administrator", Assert.Throws<StartException>(() => Install()).Message, StringComparison.Ordinal);
        Assert.Empty(_windows.Asked);
    }

    [Fact]
    public void Uninstall_WhatIsNotThere_SaysSo() =>
        Assert.Contains("there is no service Aggregator", Assert.Throws<StartException>(() => Service().Uninstall(_place, isDry: false)).Message, StringComparison.Ordinal);

    [Fact]
    public void Find_ReadsThePlacesFromTheCommandLine()
    {
        Install();

        var found = Service().Find(ServicePlace.OnWindows("Aggregator", null, "elsewhere"));

        Assert.Equal((_place.FeedsFile, _place.DataFolder), (found!.Place.FeedsFile, found.Place.DataFolder));
        Assert.True(Service().StateOf("Aggregator").IsRunning);
    }

    /// <summary>Windows' own installer of modules, whose identity Microsoft documents.</summary>
    [Fact]
    public void Sid_OfAName_IsWhatWindowsMakesOfIt() =>
        Assert.Equal("S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", ServiceSid.Of("TrustedInstaller"));

    private string CommandLine() => WindowsService.CommandLine(
        [Path.Combine(_folder.Path, "Program Files", "Aggregator", "aggregator.exe"), "run", "--feeds", _place.FeedsFile, "--data", _place.DataFolder]);

    private void Install() => Service().Install(Wish(), isDry: false);

    private WindowsService Service() => new(_windows, _output, Path.Combine(_folder.Path, "Program Files"));

    private InstallWish Wish() => new(_place, new ProgramFile([Path.Combine(_folder.Path, "download.exe")], IsWhole: true), """{ "feeds": [] }""", null);

    private sealed class FakeWindows : IWindowsServices
    {
        private readonly Dictionary<string, (string CommandLine, bool Runs)> _services = [];

        public List<string> Asked { get; } = [];

        public bool StopFails { get; set; }

        public bool IsAdministrator { get; set; } = true;

        public (string CommandLine, ServiceState State)? Find(string name) => _services.TryGetValue(name, out var service)
            ? (service.CommandLine, new ServiceState(service.Runs, service.Runs ? "running" : "stopped", null, null, true))
            : null;

        public void Create(WindowsServiceDefinition service)
        {
            Asked.Add($"create {service.Name} as {service.Account}: {service.CommandLine}");
            _services.Add(service.Name, (service.CommandLine, false));
        }

        public void Update(WindowsServiceDefinition service)
        {
            Asked.Add($"update {service.Name}");
            _services[service.Name] = (service.CommandLine, false);
        }

        public void Configure(WindowsServiceDefinition service) => Asked.Add($"configure {service.Name}");

        public void Start(string name, TimeSpan atMost)
        {
            Asked.Add($"start {name}");
            _services[name] = (_services[name].CommandLine, true);
        }

        public void Stop(string name, TimeSpan atMost)
        {
            Asked.Add($"stop {name}");
            if (StopFails)
            {
                throw new StartException($"service {name} does not stop");
            }

            _services[name] = (_services[name].CommandLine, false);
        }

        public void Delete(string name)
        {
            Asked.Add($"delete {name}");
            _services.Remove(name);
        }

        public void MakeFolder(string path, string serviceSid, bool mayWrite)
        {
            Asked.Add($"folder {path} {serviceSid} {(mayWrite ? "writes" : "reads")}");
            Directory.CreateDirectory(path);
        }

        public void MakeEventSource(string name) => Asked.Add($"source {name}");

        public void RemoveEventSource(string name) => Asked.Add($"no source {name}");
    }
}
