namespace Aggregator.Service.Installing;

/// <summary>What an installation does to a Linux machine beside writing files: the port behind which tests put a machine of their own.</summary>
internal interface IMachine
{
    /// <summary>Whether the caller may install.</summary>
    bool IsRoot { get; }

    /// <summary>The version of the systemd that runs this machine. Null: none does.</summary>
    int? SystemdVersion { get; }

    /// <summary>The path under which a file of the machine is found. Tests have the machine's files in a folder.</summary>
    string Real(string path);

    /// <summary>Runs a program of the machine to its end.</summary>
    (int ExitCode, string Output) Run(string program, IReadOnlyList<string> arguments);
}
