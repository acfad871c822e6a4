namespace Aggregator.Service.Installing;

/// <summary>One thing that an installation or its removal does to a Linux machine.</summary>
internal abstract record InstallStep
{
    private InstallStep()
    {
    }

    /// <summary>A folder that must be there; one that is keeps its owner.</summary>
    public sealed record Folder(string Path, UnixFileMode Mode) : InstallStep;

    /// <summary>A file of the operator's: written where there is none, and never touched again.</summary>
    public sealed record First(string Path, string Content, UnixFileMode Mode) : InstallStep;

    /// <summary>A file of ours: brought up to date.</summary>
    public sealed record Own(string Path, string Content, UnixFileMode Mode) : InstallStep;

    /// <summary>The program, copied to where it stays.</summary>
    public sealed record Program(string From, string To) : InstallStep;

    /// <summary>A program of the machine, run.</summary>
    public sealed record Command(string Name, params IReadOnlyList<string> Arguments) : InstallStep
    {
        /// <summary>Whether what it could not do is not worth stopping for.</summary>
        public bool MayFail { get; init; }

        /// <summary>As one would type it.</summary>
        public string Line => string.Join(' ', Arguments.Prepend(Name));
    }

    /// <summary>A file of ours, removed.</summary>
    public sealed record Remove(string Path) : InstallStep;
}
