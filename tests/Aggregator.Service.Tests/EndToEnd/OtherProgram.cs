using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>
/// A program of somebody else's, as its users run it: by its name, with a home of its own in a test's folder. Nothing else of this machine's
/// surroundings reaches it, so no proxy or setting of a user does.
/// </summary>
internal static class OtherProgram
{
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3"];

    /// <summary>Skips the test, with the reason, where a program is not installed.</summary>
    public static void SkipWithout(string program) =>
        Assert.SkipUnless(OnPath(program), $"{program} is not installed: its test needs it");

    /// <summary>A Python that has a module; skips the test, with the reason, where there is none.</summary>
    public static async Task<string> PythonWithAsync(string module, string home)
    {
        foreach (var python in Pythons.Where(OnPath))
        {
            if ((await RunAsync(python, ["-c", $"import {module}"], home)).ExitCode == 0)
            {
                return python;
            }
        }

        Assert.Skip($"no Python with {module} is installed: its test needs it");
        return "";
    }

    /// <summary>Runs a program to its end and returns what it wrote; fails the test if it ends with a fault.</summary>
    public static async Task<string> OutputOfAsync(string program, IEnumerable<string> arguments, string home, byte[]? input = null)
    {
        var (exitCode, output, errors) = await RunAsync(program, arguments, home, input);
        Assert.True(exitCode == 0, $"{program}: {exitCode} {output} {errors}");
        return output;
    }

    private static bool OnPath(string program) => Path.IsPathRooted(program)
        ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, IEnumerable<string> arguments, string home, byte[]? input = null)
    {
        var token = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = home,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = home;
        start.Environment["TMPDIR"] = home;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var process = Process.Start(start) ?? throw new Win32Exception($"{program} did not start");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(token);
            var errors = process.StandardError.ReadToEndAsync(token);
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(input ?? [], token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading all; its exit code tells whether that is a fault.
            }

            await process.WaitForExitAsync(token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
