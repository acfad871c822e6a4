namespace Aggregator.Materials;

/// <summary>A package that lock files name.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Version">Its exact version.</param>
/// <param name="ContentHash">SHA-512 of its content without signature, in Base64.</param>
/// <param name="IsShipped">Whether the product holds it; else only tests and measuring programs, or the build, do.</param>
/// <param name="IsDirect">Whether a project names it itself.</param>
/// <param name="DependsOn">The packages that it needs, by their addresses.</param>
public sealed record Package(string Name, string Version, string ContentHash, bool IsShipped, bool IsDirect, IReadOnlyList<string> DependsOn)
{
    /// <summary>Its address (package URL), which is its name in the bill.</summary>
    public string Address => AddressOf(Name, Version);

    public static string AddressOf(string name, string version) => $"pkg:nuget/{Uri.EscapeDataString(name)}@{Uri.EscapeDataString(version)}";
}
