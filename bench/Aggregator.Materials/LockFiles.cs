using System.Text.Json;

namespace Aggregator.Materials;

/// <summary>Reads the lock files of a source tree.</summary>
public static class LockFiles
{
    /// <summary>Analyzers and the like: referenced by all projects, and in no program.</summary>
    private static readonly HashSet<string> OnlyForTheBuild = new(StringComparer.OrdinalIgnoreCase) { "Microsoft.CodeAnalysis.BannedApiAnalyzers" };

    private static readonly string[] Folders = ["src", "tests", "bench"];

    /// <summary>All packages, by name and version, each once.</summary>
    public static IReadOnlyList<Package> Read(string tree)
    {
        var found = new Dictionary<string, Package>(StringComparer.OrdinalIgnoreCase);
        foreach (var folder in Folders.Select(name => Path.Combine(tree, name)).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "packages.lock.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                foreach (var package in ReadFile(file, isProduct: Path.GetFileName(folder) == "src"))
                {
                    found[package.Address] = found.TryGetValue(package.Address, out var known)
                        ? known with { IsShipped = known.IsShipped || package.IsShipped, IsDirect = known.IsDirect || package.IsDirect, DependsOn = [.. known.DependsOn.Union(package.DependsOn).Order(StringComparer.Ordinal)] }
                        : package;
                }
            }
        }

        return [.. found.Values.OrderBy(package => package.Address, StringComparer.Ordinal)];
    }

    private static List<Package> ReadFile(string file, bool isProduct)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var packages = new List<Package>();
        var resolved = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

        // What is the same for all systems comes first; sections of single ones name what is theirs.
        foreach (var section in document.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            var entries = section.Value.EnumerateObject().Where(entry => entry.Value.TryGetProperty("resolved", out _)).ToList();
            foreach (var entry in entries)
            {
                resolved[entry.Name] = entry.Value.GetProperty("resolved").GetString()!;
            }

            packages.AddRange(entries.Select(entry => new Package(
                entry.Name,
                resolved[entry.Name],
                entry.Value.GetProperty("contentHash").GetString()!,
                isProduct && !OnlyForTheBuild.Contains(entry.Name),
                entry.Value.GetProperty("type").GetString() == "Direct",
                [.. Dependencies(entry.Value).Where(resolved.ContainsKey).Select(name => Package.AddressOf(NameAsLocked(entries, name), resolved[name])).Order(StringComparer.Ordinal)])));
        }

        return packages;
    }

    private static IEnumerable<string> Dependencies(JsonElement entry) =>
        entry.TryGetProperty("dependencies", out var all) ? all.EnumerateObject().Select(dependency => dependency.Name) : [];

    private static string NameAsLocked(List<JsonProperty> entries, string name) =>
        entries.Select(entry => entry.Name).FirstOrDefault(locked => locked.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
}
