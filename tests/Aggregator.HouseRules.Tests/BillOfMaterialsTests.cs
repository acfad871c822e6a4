using System.Text.Json;
using Aggregator.Materials;

namespace Aggregator.HouseRules.Tests;

/// <summary>What is written of what the program is made of.</summary>
public sealed class BillOfMaterialsTests : IDisposable
{
    private readonly string _tree = Directory.CreateTempSubdirectory("aggregator-test-").FullName;

    public BillOfMaterialsTests()
    {
        Write("src/Program", """
            { "version": 2, "dependencies": { "net10.0": {
                "Reader": { "type": "Direct", "requested": "[2.0.0, )", "resolved": "2.0.0", "contentHash": "AAEC", "dependencies": { "lines": "1.0.0" } },
                "Lines": { "type": "Transitive", "resolved": "1.1.0", "contentHash": "AwQF" },
                "part": { "type": "Project", "dependencies": { "Lines": "[1.1.0, )" } } },
              "net10.0/linux-x64": { "Native": { "type": "Transitive", "resolved": "3.0.0", "contentHash": "BgcI" } } } }
            """);
        Write("tests/Tests", """{ "version": 2, "dependencies": { "net10.0": { "Lines": { "type": "Direct", "resolved": "1.1.0", "contentHash": "AwQF" }, "Asserts": { "type": "Direct", "resolved": "9.0.0", "contentHash": "CQoL" } } } }""");
        Directory.CreateDirectory(Path.Combine(_tree, "packages/reader/2.0.0"));
        File.WriteAllText(Path.Combine(_tree, "packages/reader/2.0.0/reader.nuspec"), """<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><license type="expression">MIT</license></metadata></package>""");
    }

    public void Dispose() => Directory.Delete(_tree, recursive: true);

    [Fact]
    public void Write_LockFiles_NamesEachPackageOnceWithHashAddressAndScope()
    {
        var components = Bill().GetProperty("components").EnumerateArray().ToList();

        Assert.Equal(["pkg:nuget/Asserts@9.0.0", "pkg:nuget/Lines@1.1.0", "pkg:nuget/Native@3.0.0", "pkg:nuget/Reader@2.0.0"], components.Select(component => component.GetProperty("purl").GetString()));
        Assert.Equal(["excluded", "required", "required", "required"], components.Select(component => component.GetProperty("scope").GetString()));
        Assert.Equal("000102", components[3].GetProperty("hashes")[0].GetProperty("content").GetString());
        Assert.Equal("MIT", components[3].GetProperty("licenses")[0].GetProperty("license").GetProperty("id").GetString());
        Assert.Equal("transitive", components[2].GetProperty("properties")[0].GetProperty("value").GetString());
    }

    [Fact]
    public void Write_LockFiles_TellsWhatNeedsWhat()
    {
        var dependencies = Bill().GetProperty("dependencies").EnumerateArray()
            .ToDictionary(entry => entry.GetProperty("ref").GetString()!, entry => entry.GetProperty("dependsOn").EnumerateArray().Select(name => name.GetString()!).ToList());

        Assert.Equal(["pkg:nuget/Lines@1.1.0"], dependencies["pkg:nuget/Reader@2.0.0"]);
        Assert.Contains("pkg:nuget/Reader@2.0.0", dependencies["pkg:generic/aggregator@1.2.3"]);
        Assert.All(dependencies.Values.SelectMany(names => names), name => Assert.Contains(name, dependencies.Keys));
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes() => Assert.Equal(Bill().GetRawText(), Bill().GetRawText());

    [Fact]
    public void Read_TheTreeItself_KnowsItsPackages()
    {
        var packages = LockFiles.Read(DependencyDirectionTests.FindRoot());

        Assert.Contains(packages, package => package is { Name: "LiteDB", IsShipped: true, IsDirect: true });
        Assert.Contains(packages, package => package is { Name: "xunit.v3", IsShipped: false });
        Assert.All(packages, package => Assert.Equal(64, Convert.FromBase64String(package.ContentHash).Length));
        Assert.Empty(packages.SelectMany(package => package.DependsOn).Except(packages.Select(package => package.Address), StringComparer.OrdinalIgnoreCase));
    }

    private void Write(string project, string json)
    {
        Directory.CreateDirectory(Path.Combine(_tree, project));
        File.WriteAllText(Path.Combine(_tree, project, "packages.lock.json"), json);
    }

    private JsonElement Bill() => JsonDocument.Parse(CycloneDx.Write(LockFiles.Read(_tree), "1.2.3", new PackageFolder(Path.Combine(_tree, "packages")))).RootElement;
}
