using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Aggregator.Materials;

/// <summary>Writes a bill of materials as CycloneDX 1.6 has it (ECMA-424). The same packages give the same bytes.</summary>
public static class CycloneDx
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The version of the product in a tree.</summary>
    public static string VersionOf(string tree) =>
        XDocument.Load(Path.Combine(tree, "Directory.Build.props")).Descendants("Version").First().Value;

    /// <summary>The bill.</summary>
    public static string Write(IReadOnlyList<Package> packages, string version, PackageFolder folder)
    {
        var product = $"pkg:generic/aggregator@{version}";
        var bill = new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["serialNumber"] = SerialNumber(product, packages),
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = new JsonObject { ["type"] = "application", ["bom-ref"] = product, ["name"] = "aggregator", ["version"] = version, ["purl"] = product },
            },
            ["components"] = new JsonArray([.. packages.Select(package => Component(package, folder))]),
            ["dependencies"] = new JsonArray(
            [
                Dependency(product, packages.Where(package => package.IsShipped && package.IsDirect).Select(package => package.Address)),
                .. packages.Select(package => Dependency(package.Address, package.DependsOn)),
            ]),
        };
        return bill.ToJsonString(Json) + "\n";
    }

    private static JsonObject Component(Package package, PackageFolder folder)
    {
        var component = new JsonObject
        {
            ["type"] = "library",
            ["bom-ref"] = package.Address,
            ["name"] = package.Name,
            ["version"] = package.Version,
            ["scope"] = package.IsShipped ? "required" : "excluded",
            ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(package.ContentHash)) }),
        };
        if (folder.LicenceOf(package) is var (expression, address) && (expression ?? address) is not null)
        {
            component["licenses"] = new JsonArray(expression is null
                ? new JsonObject { ["license"] = new JsonObject { ["name"] = "see its address", ["url"] = address } }
                : expression.Contains(' ', StringComparison.Ordinal)
                    ? new JsonObject { ["expression"] = expression }
                    : new JsonObject { ["license"] = new JsonObject { ["id"] = expression } });
        }

        component["purl"] = package.Address;
        component["properties"] = new JsonArray(new JsonObject { ["name"] = "aggregator:reference", ["value"] = package.IsDirect ? "direct" : "transitive" });
        return component;
    }

    private static JsonObject Dependency(string address, IEnumerable<string> on) => new()
    {
        ["ref"] = address,
        ["dependsOn"] = new JsonArray([.. on.Select(name => JsonValue.Create(name))]),
    };

    /// <summary>A number of its own for each list (RFC 4122 section 4.3), and no clock.</summary>
    private static string SerialNumber(string product, IReadOnlyList<Package> packages)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', packages.Select(package => package.Address + package.ContentHash).Prepend(product))))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x50);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(bytes, bigEndian: true)}";
    }
}
