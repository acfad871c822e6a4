using System.Globalization;
using System.Text;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Installing;

/// <summary>Takes the steps of an installation, or only says which they are. What is as it should be stays untouched, so that it can be done again at any time.</summary>
internal sealed class StepRunner(IMachine machine, bool isDry, TextWriter output)
{
    /// <summary>Whether a file of ours changed, so that what runs is not what is installed.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Takes them in order.</summary>
    /// <exception cref="StartException">A command failed; the message has its words.</exception>
    public void Take(IEnumerable<InstallStep> steps)
    {
        foreach (var step in steps)
        {
            Take(step);
        }
    }

    private void Take(InstallStep step)
    {
        switch (step)
        {
            case InstallStep.Folder folder:
                TakeFolder(folder);
                break;
            case InstallStep.First first when File.Exists(machine.Real(first.Path)):
                Say($"keeps    {first.Path}: it is yours");
                break;
            case InstallStep.First first:
                Write(first.Path, first.Content, first.Mode, "writes");
                break;
            case InstallStep.Own own:
                TakeOwn(own);
                break;
            case InstallStep.Program program:
                TakeProgram(program);
                break;
            case InstallStep.Remove remove:
                TakeRemove(remove);
                break;
            case InstallStep.Command command:
                TakeCommand(command);
                break;
        }
    }

    private void TakeFolder(InstallStep.Folder folder)
    {
        if (Directory.Exists(machine.Real(folder.Path)))
        {
            Say($"keeps    {folder.Path}/");
            return;
        }

        Say($"makes    {folder.Path}/ ({Octal(folder.Mode)})");
        if (!isDry)
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(machine.Real(folder.Path));
            }
            else
            {
                Directory.CreateDirectory(machine.Real(folder.Path), folder.Mode);

                // The process's mask may have taken something away.
                File.SetUnixFileMode(machine.Real(folder.Path), folder.Mode);
            }
        }
    }

    private void TakeOwn(InstallStep.Own own)
    {
        var real = machine.Real(own.Path);
        var before = File.Exists(real) ? File.ReadAllText(real) : null;
        if (before == own.Content)
        {
            Say($"keeps    {own.Path}: it is up to date");
            return;
        }

        HasChanged = true;
        Write(own.Path, own.Content, own.Mode, before is null ? "writes" : "updates", before);
    }

    private void Write(string path, string content, UnixFileMode mode, string verb, string? before = null)
    {
        Say($"{verb,-8} {path} ({Octal(mode)})");
        foreach (var line in before is null ? isDry ? content.TrimEnd('\n').Split('\n').Select(line => "  | " + line) : [] : Differences(before, content))
        {
            Say(line.TrimEnd());
        }

        if (isDry)
        {
            return;
        }

        var real = machine.Real(path);
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        // Whole or not at all, and never readable for others in between.
        var temporary = real + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, options))
        {
            file.Write(Encoding.UTF8.GetBytes(content));
            file.Flush(flushToDisk: true);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, mode);
        }

        File.Move(temporary, real, overwrite: true);
    }

    private void TakeProgram(InstallStep.Program program)
    {
        var (from, to) = (program.From, machine.Real(program.To));
        if (File.Exists(to) && (Path.GetFullPath(from) == Path.GetFullPath(to) || IsSame(from, to)))
        {
            Say($"keeps    {program.To}: it is up to date");
            return;
        }

        HasChanged = true;
        Say($"copies   {from} to {program.To} (0755)");
        if (isDry)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(to)!);

        // A running program cannot be written, but its name can be given to another.
        File.Copy(from, to + ".new", overwrite: true);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to + ".new", (UnixFileMode)Convert.ToInt32("755", 8));
        }

        File.Move(to + ".new", to, overwrite: true);
    }

    private void TakeRemove(InstallStep.Remove remove)
    {
        if (!File.Exists(machine.Real(remove.Path)))
        {
            return;
        }

        Say($"removes  {remove.Path}");
        if (!isDry)
        {
            File.Delete(machine.Real(remove.Path));
        }
    }

    private void TakeCommand(InstallStep.Command command)
    {
        Say($"runs     {command.Line}");
        if (isDry)
        {
            return;
        }

        var (exitCode, words) = machine.Run(command.Name, command.Arguments);
        if (exitCode != 0 && !command.MayFail)
        {
            throw new StartException($"{command.Line}: exit code {exitCode.ToString(CultureInfo.InvariantCulture)}: {words.Trim().ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The lines that are gone and those that came; enough for files of settings, whose lines seldom repeat.</summary>
    private static IEnumerable<string> Differences(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        return [.. old.Except(now).Select(line => "  - " + line), .. now.Except(old).Select(line => "  + " + line)];
    }

    private static bool IsSame(string one, string other)
    {
        var (first, second) = (new FileInfo(one), new FileInfo(other));
        return first.Length == second.Length && ContentOf(one).AsSpan().SequenceEqual(ContentOf(other));
    }

    private static byte[] ContentOf(string path)
    {
        using var file = File.OpenRead(path);
        return System.Security.Cryptography.SHA256.HashData(file);
    }

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8);

    private void Say(string line) => output.WriteLine(line);
}
