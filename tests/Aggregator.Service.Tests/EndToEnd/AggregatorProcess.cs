using System.Diagnostics;
using System.Text;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The built program as a process of its own, as its users run it.</summary>
internal sealed class AggregatorProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private AggregatorProcess(Process process) => _process = process;

    /// <summary>What it wrote so far, log and answers.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public int Id => _process.Id;

    /// <summary>Whether this process ignores SIGINT (2), as shells have it for what they start in the background; what it starts does so too.</summary>
    public static bool IsDeafToInterrupts => OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored
        && (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & 0b10) != 0;

    /// <summary>Starts the program with a verb and its arguments, on a test's folder and with the settings of tests, unless the arguments set them.</summary>
    public static AggregatorProcess Start(TestFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "aggregator.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add("--feeds");
        start.ArgumentList.Add(folder.Feeds);
        start.ArgumentList.Add("--data");
        start.ArgumentList.Add(folder.Data);
        foreach (var (name, value) in RunningService.Settings.Where(setting => !arguments.Any(argument => argument.StartsWith($"{setting.Key}=", StringComparison.Ordinal))))
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add($"{name}={value}");
        }

        var program = new AggregatorProcess(new Process { StartInfo = start });
        program._process.OutputDataReceived += program.Remember;
        program._process.ErrorDataReceived += program.Remember;
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Runs a verb to its end and returns what it wrote and its exit code.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(TestFolder folder, params string[] arguments)
    {
        using var program = Start(folder, arguments);
        var exitCode = await program.EndAsync();
        return (exitCode, program.Log);
    }

    /// <summary>Waits until the service in this process listens.</summary>
    public async Task<ServiceEndpoint> ListeningAsync(TestFolder folder)
    {
        ServiceEndpoint? endpoint = null;
        await Eventually.HoldsAsync(async () =>
        {
            Assert.False(_process.HasExited, Log);
            endpoint = await ServiceEndpoint.FindAsync(Path.Combine(folder.Data, "service.json"), TestContext.Current.CancellationToken);
            return endpoint is not null;
        });
        return endpoint!;
    }

    /// <summary>Ends the process at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Asks the process to stop, as a service manager does (SIGTERM).</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Sends signals by their names, one right after the other: the shell's own kill needs no process for each, in whose time this one could be gone.</summary>
    public void Signal(params string[] names)
    {
        using var shell = Process.Start("/bin/sh", ["-c", string.Join("; ", names.Select(name => $"kill -{name} {_process.Id}"))]);
        shell.WaitForExit();
    }

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(); // else it could still make a file in the folder that is deleted next
        }

        _process.Dispose();
    }

    private void Remember(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (_log)
            {
                _log.AppendLine(line.Data);
            }
        }
    }
}
