namespace Aggregator.Content.Definitions;

/// <summary>Something wrong in a definition file. The definition it stands in is left out; the rest of the file counts.</summary>
/// <param name="FileName">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
/// <param name="Message">What was expected.</param>
public sealed record DefinitionProblem(string FileName, int Line, int Column, string Message)
{
    /// <summary>As compilers write it: "topics.json:12:5: expected ...".</summary>
    public override string ToString() => $"{FileName}:{Line}:{Column}: {Message}";
}
