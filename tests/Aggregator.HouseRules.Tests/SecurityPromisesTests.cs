using System.Text.RegularExpressions;

namespace Aggregator.HouseRules.Tests;

/// <summary>docs/SECURITY.md names for each promise the tests that prove it. A promise whose test is gone is none.</summary>
public sealed partial class SecurityPromisesTests
{
    private static readonly string Root = DependencyDirectionTests.FindRoot();
    private static readonly string[] Folders = ["src", "tests", "bench"];
    private static readonly string[] MayStart = [Path.Combine("Aggregator.Service", "Cli"), Path.Combine("Aggregator.Service", "Hosting"), Path.Combine("Aggregator.Service", "Install")];

    [Fact]
    public void TestClasses_NamedInSecurity_Exist()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories).SelectMany(file => Classes().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        var named = Names().Matches(File.ReadAllText(Path.Combine(Root, "docs", "SECURITY.md"))).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.True(named.Count > 20);
        Assert.DoesNotContain(named, name => !tests.Contains(name));
    }

    [Fact]
    public void Promises_EachInARow_NameATest()
    {
        var rows = File.ReadLines(Path.Combine(Root, "docs", "SECURITY.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| promise", StringComparison.Ordinal) && !line.StartsWith("|--", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Matches(Names(), row));
    }

    /// <summary>What would let words of strangers become programs or types: a serialiser that makes types by their names, code loaded while running, documents that name others.</summary>
    [Theory]
    [InlineData(@"\bBinaryFormatter\b|\bTypeNameHandling\b|\bNetDataContractSerializer\b|\bBsonMapper\b|\bType\.GetType\(|\bActivator\.CreateInstance\(|\bAssembly\.Load")]
    [InlineData(@"DangerousAcceptAnyServerCertificateValidator|ServerCertificateCustomValidationCallback")]
    [InlineData(@"\bXmlUrlResolver\b|DtdProcessing\.Parse")]
    public void Source_Nowhere_HasIt(string pattern) => Assert.Empty(FilesWith(pattern, _ => true));

    /// <summary>Whoever installs the service may start the system's own tools; what handles words of strangers starts nothing.</summary>
    [Fact]
    public void Source_ThatHandlesStrangersWords_StartsNoProgram()
    {
        Assert.Empty(FilesWith(@"\bProcess\.Start\b|\bProcessStartInfo\b|UseShellExecute|DllImport|LibraryImport", file => !MayStart.Any(folder => file.StartsWith(folder, StringComparison.Ordinal))));
    }

    [Fact]
    public void Packages_HaveExactVersionsAndLockedHashes()
    {
        var versions = Versions().Matches(File.ReadAllText(Path.Combine(Root, "Directory.Packages.props"))).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(@"^[0-9]+(\.[0-9]+)+(-[a-z0-9.-]+)?$", version));
        var projects = Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories)).ToList();
        Assert.All(projects, project => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), project));
        Assert.All(projects, project => Assert.Contains("contentHash", File.ReadAllText(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), StringComparison.Ordinal));
    }

    private static IEnumerable<string> FilesWith(string pattern, Func<string, bool> isMeant) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories).Where(file => isMeant(Path.GetRelativePath(Path.Combine(Root, "src"), file)) && Regex.IsMatch(File.ReadAllText(file), pattern));

    [GeneratedRegex("<PackageVersion Include=\"[^\"]+\" Version=\"([^\"]+)\"")]
    private static partial Regex Versions();

    [GeneratedRegex("`([A-Z][A-Za-z]+Tests)`")]
    private static partial Regex Names();

    [GeneratedRegex(@"\bclass ([A-Z][A-Za-z]+Tests)\b")]
    private static partial Regex Classes();
}
