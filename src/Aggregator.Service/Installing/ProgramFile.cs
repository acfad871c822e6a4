namespace Aggregator.Service.Installing;

/// <summary>How this program is started.</summary>
/// <param name="Command">The file to run and the arguments before the verb: the program alone, or dotnet and the program's library.</param>
/// <param name="IsWhole">Whether it is one file that needs nothing beside it, and so can be copied.</param>
internal sealed record ProgramFile(IReadOnlyList<string> Command, bool IsWhole)
{
    private static readonly string[] Beside = ["aggregator.dll", "libe_sqlite3.so", "e_sqlite3.dll"];

    /// <summary>The file that would have to stay where it is.</summary>
    public string Path => Command[^1];

    /// <summary>The version of this program, such as 0.1.0.</summary>
    public static string Version => typeof(ProgramFile).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The program that runs now.</summary>
    public static ProgramFile Current()
    {
        var process = Environment.ProcessPath ?? throw new InvalidOperationException("this process has no program");

        // A program of one file has neither its library nor that of SQLite beside it.
        var isWhole = !Beside.Any(file => File.Exists(System.IO.Path.Combine(AppContext.BaseDirectory, file)));
        return isWhole || System.IO.Path.GetFileNameWithoutExtension(process) != "dotnet"
            ? new ProgramFile([process], isWhole)
            : new ProgramFile([process, System.IO.Path.Combine(AppContext.BaseDirectory, "aggregator.dll")], IsWhole: false);
    }
}
