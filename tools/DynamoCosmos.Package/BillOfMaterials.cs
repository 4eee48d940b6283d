using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Package;

/// <summary>
/// A software bill of materials in CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/. It holds no time of day: the same module gives the
/// same bill.
/// </summary>
internal static class BillOfMaterials
{
    internal const string FileName = "bom.cdx.json";

    private static readonly JsonSerializerOptions s_json =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Write(ModuleManifest manifest, IReadOnlyList<ShippedPackage> packages)
    {
        string self = $"pkg:nuget/{manifest.Name}@{manifest.PackageVersion}";
        JsonArray components = [.. packages.Select(Component)];
        JsonArray dependencies = [new JsonObject { ["ref"] = self,
            ["dependsOn"] = new JsonArray([.. packages.Select(p => (JsonNode)Reference(p))]) }];
        foreach (ShippedPackage package in packages)
        {
            JsonArray on = [.. packages.Where(p => package.DependsOn.Contains(p.Name, StringComparer.OrdinalIgnoreCase))
                .Select(p => (JsonNode)Reference(p))];
            dependencies.Add(new JsonObject { ["ref"] = Reference(package), ["dependsOn"] = on });
        }
        JsonObject bill = new()
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["serialNumber"] = "urn:uuid:" + IdOf(self + string.Concat(packages.Select(p => p.ContentHash))),
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = new JsonObject
                {
                    ["type"] = "library",
                    ["bom-ref"] = self,
                    ["name"] = manifest.Name,
                    ["version"] = manifest.PackageVersion,
                    ["purl"] = self
                },
            },
            ["components"] = components,
            ["dependencies"] = dependencies,
        };
        return bill.ToJsonString(s_json) + "\n";
    }

    private static JsonNode Component(ShippedPackage package) => new JsonObject
    {
        ["type"] = "library",
        ["bom-ref"] = Reference(package),
        ["name"] = package.Name,
        ["version"] = package.Version,
        ["copyright"] = package.Copyright,
        ["purl"] = Reference(package),
        ["licenses"] = new JsonArray(
            new JsonObject
            {
                ["license"] = package.License is null
            ? new JsonObject { ["name"] = $"License of {package.Name}" } : new JsonObject { ["id"] = package.License }
            }),
        ["hashes"] = new JsonArray(
            new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(package.ContentHash)) }),
    };

    private static string Reference(ShippedPackage package) => $"pkg:nuget/{package.Name}@{package.Version}";

    // A version 8 UUID (RFC 9562): made from what the bill is of.
    private static Guid IdOf(string text)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash.AsSpan(0, 16), bigEndian: true);
    }
}
