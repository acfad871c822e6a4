using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Aggregator.Service.Installing;

/// <summary>This machine.</summary>
internal sealed class LinuxMachine : IMachine
{
    private static readonly string[] Folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    /// <inheritdoc/>
    public bool IsRoot => Environment.IsPrivilegedProcess;

    /// <inheritdoc/>
    public int? SystemdVersion
    {
        get
        {
            // The folder is there if systemd runs the machine, and not where it is merely installed (sd_booted(3)).
            if (!Directory.Exists("/run/systemd/system"))
            {
                return null;
            }

            var words = Run("systemctl", ["--version"]).Output.Split(' ', 3);
            return words.Length > 1 && int.TryParse(words[1].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
        }
    }

    /// <inheritdoc/>
    public string Real(string path) => path;

    /// <inheritdoc/>
    public (int ExitCode, string Output) Run(string program, IReadOnlyList<string> arguments)
    {
        // By its full path: what PATH names is the caller's choice, and the caller is root.
        var file = Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        if (file is null)
        {
            return (127, $"there is no program {program}");
        }

        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception fault)
        {
            return (126, fault.Message);
        }
    }
}
