namespace Aggregator.Content.Tagging;

/// <summary>The definition files that ship with the service, read anew with all their examples.</summary>
public static class BuiltInDefinitions
{
    /// <summary>Reads each file.</summary>
    public static IReadOnlyList<(string FileName, DefinitionFileResult Result)> Read() =>
        [.. ((string[])["topics.json", "entities.json"]).Select(name => (name, BuiltInData.Parse(name)))];
}
