using System.Xml.Linq;

namespace Aggregator.Materials;

/// <summary>The packages as they were unpacked on this machine, which know their licences.</summary>
/// <param name="path">The folder.</param>
public sealed class PackageFolder(string path)
{
    /// <summary>Where NuGet unpacks to.</summary>
    public static string Usual => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>A package's licence: an expression of SPDX, or the address of its text. Both null: it does not say, or is not here.</summary>
    public (string? Expression, string? Address) LicenceOf(Package package)
    {
        var id = package.Name.ToLowerInvariant();
        var file = Path.Combine(path, id, package.Version.ToLowerInvariant(), id + ".nuspec");
        if (!File.Exists(file))
        {
            return (null, null);
        }

        var facts = XDocument.Load(file).Root!.Elements().First(element => element.Name.LocalName == "metadata").Elements();
        var licence = facts.FirstOrDefault(element => element.Name.LocalName == "license");
        var address = facts.FirstOrDefault(element => element.Name.LocalName == "licenseUrl")?.Value.Trim();
        return licence?.Attribute("type")?.Value == "expression" ? (licence.Value.Trim(), null) : (null, string.IsNullOrEmpty(address) ? null : address);
    }
}
