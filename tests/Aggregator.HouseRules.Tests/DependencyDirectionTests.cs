namespace Aggregator.HouseRules.Tests;

/// <summary>The walls of docs/ARCHITECTURE.md: which words may stand in which folder's source.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly string Source = Path.Combine(FindRoot(), "src");

    [Theory]
    [InlineData("LiteDB", "Aggregator.Storage.LiteDb")]
    [InlineData("Microsoft.Data.Sqlite", "Aggregator.Storage.LiteDb")]
    [InlineData("CodeHollow", "Aggregator.Content/Parsing")]
    [InlineData("DiffPlex", "Aggregator.Content/Versions")]
    [InlineData("Quartz", "Aggregator.Service/Scheduling")]
    [InlineData("ModelContextProtocol", "Aggregator.Service/Mcp")]
    [InlineData("System.CommandLine", "Aggregator.Service/Cli")]
    [InlineData("Spectre.Console", "Aggregator.Service/Cli")]
    [InlineData("Npgsql", "Aggregator.Storage.PostgreSql")]
    [InlineData("OpenTelemetry", "Aggregator.Service/Watching")]
    [InlineData("Aggregator.Storage.LiteDb", "Aggregator.Service/Hosting")]
    [InlineData("Aggregator.Storage.PostgreSql", "Aggregator.Service/Hosting")]
    public void Using_OfALibrary_StandsOnlyWhereItBelongs(string library, string folder) =>
        Assert.DoesNotContain(Usings(), line => line.Namespace.StartsWith(library, StringComparison.Ordinal)
            && !line.File.StartsWith(folder, StringComparison.Ordinal) && !line.File.StartsWith(library + "/", StringComparison.Ordinal));

    [Theory]
    [InlineData("Aggregator.Model", "Aggregator.Content")]
    [InlineData("Aggregator.Model", "Aggregator.Service")]
    [InlineData("Aggregator.Content", "Aggregator.Service")]
    [InlineData("Aggregator.Service/Catalog", "Aggregator.Service.Api")]
    [InlineData("Aggregator.Storage.LiteDb", "Aggregator.Content")]
    [InlineData("Aggregator.Storage.LiteDb", "Aggregator.Service")]
    [InlineData("Aggregator.Storage.PostgreSql", "Aggregator.Content")]
    [InlineData("Aggregator.Storage.PostgreSql", "Aggregator.Service")]
    [InlineData("Aggregator.Storage.PostgreSql", "Aggregator.Storage.LiteDb")]
    [InlineData("Aggregator.Content/Tagging", "Aggregator.Content.Extraction")]
    [InlineData("Aggregator.Content/Clustering", "Aggregator.Content.Tagging")]
    [InlineData("Aggregator.Content/Querying", "Aggregator.Content.Rules")]
    [InlineData("Aggregator.Content/Rules", "Aggregator.Content.Tagging")]
    [InlineData("Aggregator.Service/Rules", "Aggregator.Service.Api")]
    [InlineData("Aggregator.Content/Extraction", "Aggregator.Content.Parsing")]
    [InlineData("Aggregator.Content/Parsing", "Aggregator.Content.Publishing")]
    [InlineData("Aggregator.Content/Parsing", "Aggregator.Content.Opml")]
    [InlineData("Aggregator.Content/Opml", "Aggregator.Content.Publishing")]
    [InlineData("Aggregator.Content/Opml", "Aggregator.Content.Extraction")]
    [InlineData("Aggregator.Content/Discovery", "Aggregator.Content.Parsing")]
    [InlineData("Aggregator.Content/Discovery", "Aggregator.Content.Publishing")]
    [InlineData("Aggregator.Content/Extraction", "Aggregator.Content.Discovery")]
    [InlineData("Aggregator.Service/Discovery", "Aggregator.Service.Api")]
    [InlineData("Aggregator.Service/Retention", "Aggregator.Service.Api")]
    [InlineData("Aggregator.Service/Reprocessing", "Aggregator.Service.Api")]
    public void Using_AgainstTheFlow_DoesNotExist(string folder, string forbidden) =>
        Assert.DoesNotContain(Usings(), line => line.File.StartsWith(folder + "/", StringComparison.Ordinal) && line.Namespace.StartsWith(forbidden, StringComparison.Ordinal));

    private static IEnumerable<(string File, string Namespace)> Usings() =>
        from file in Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        from line in File.ReadLines(file)
        where line.StartsWith("using ", StringComparison.Ordinal)
        select (Path.GetRelativePath(Source, file).Replace('\\', '/'), line["using ".Length..].TrimEnd(';'));

    internal static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Aggregator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run outside the tree");
        }

        return folder.FullName;
    }
}
