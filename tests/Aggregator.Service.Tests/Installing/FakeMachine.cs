using Aggregator.Service.Installing;

namespace Aggregator.Service.Tests.Installing;

/// <summary>A machine whose files lie in a folder, and whose commands are noted and not run.</summary>
internal sealed class FakeMachine(string root) : IMachine
{
    public bool IsRoot { get; set; } = true;

    public int? SystemdVersion { get; set; } = 255;

    public List<string> Commands { get; } = [];

    /// <summary>The command that fails, and its words.</summary>
    public (string Line, string Words)? Failing { get; set; }

    public string SystemdSays { get; set; } = "";

    public string Real(string path) => Path.Combine(root, path.TrimStart('/'));

    public (int ExitCode, string Output) Run(string program, IReadOnlyList<string> arguments)
    {
        var line = string.Join(' ', arguments.Prepend(program));
        Commands.Add(line);
        if (program == "ln")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Real(arguments[^1]))!);
            File.Delete(Real(arguments[^1]));
            File.CreateSymbolicLink(Real(arguments[^1]), arguments[^2]);
        }

        return line == Failing?.Line ? (1, Failing.Value.Words) : (0, SystemdSays);
    }
}
