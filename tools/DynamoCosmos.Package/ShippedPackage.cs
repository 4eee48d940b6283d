using System.Text.Json;
using System.Xml.Linq;

namespace DynamoCosmos.Package;

/// <summary>A NuGet package whose files the module brings along.</summary>
/// <param name="ContentHash">SHA-512 of the package, base64, as the lock file pins it.</param>
/// <param name="Files">Names of its files in the module.</param>
/// <param name="License">An SPDX expression; null where the package brings a text of its own.</param>
/// <param name="Texts">License and notice files that the package itself holds.</param>
internal sealed record ShippedPackage(
    string Name, string Version, string ContentHash, IReadOnlyList<string> Files, IReadOnlyList<string> DependsOn, string? License,
    string Copyright, string Url, IReadOnlyList<string> Texts)
{
    private static readonly string[] s_textNames = ["LICENSE", "NOTICE", "THIRDPARTYNOTICE", "THIRD-PARTY-NOTICES"];

    /// <summary>Those of the module's deps.json, with the pinned hashes of the lock files.</summary>
    internal static IReadOnlyList<ShippedPackage> Read(string depsFile, IEnumerable<string> lockFiles, string packageCache)
    {
        Dictionary<string, string> pinned = new(StringComparer.OrdinalIgnoreCase);
        foreach (string lockFile in lockFiles)
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(lockFile));
            foreach (JsonProperty package in json.RootElement.GetProperty("dependencies").EnumerateObject()
                .SelectMany(f => f.Value.EnumerateObject()))
            {
                if (!package.Value.TryGetProperty("contentHash", out JsonElement hash)) continue;
                pinned[$"{package.Name}/{package.Value.GetProperty("resolved").GetString()}"] = hash.GetString()!;
            }
        }
        using JsonDocument deps = JsonDocument.Parse(File.ReadAllBytes(depsFile));
        JsonElement libraries = deps.RootElement.GetProperty("libraries");
        List<ShippedPackage> shipped = [];
        foreach (JsonProperty library in deps.RootElement.GetProperty("targets").EnumerateObject().Single().Value.EnumerateObject())
        {
            string[] files = [.. Names(library.Value, "runtime").Concat(Names(library.Value, "runtimeTargets"))
                .Concat(Names(library.Value, "native"))];
            if (files.Length == 0 || libraries.GetProperty(library.Name).GetProperty("type").GetString() != "package") continue;
            string hash = pinned.GetValueOrDefault(library.Name)
                ?? throw new PackageException($"{library.Name} ships with the module, but no lock file pins it.");
            shipped.Add(Describe(library.Name, hash, files, [.. Names(library.Value, "dependencies")], packageCache));
        }
        return [.. shipped.OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private static ShippedPackage Describe(string id, string hash, string[] files, string[] dependsOn, string cache)
    {
        string[] parts = id.Split('/');
        string folder = Path.Combine(cache, parts[0].ToLowerInvariant(), parts[1].ToLowerInvariant());
        XElement metadata = XDocument.Load(Path.Combine(folder, parts[0].ToLowerInvariant() + ".nuspec")).Root!.Elements()
            .Single(e => e.Name.LocalName == "metadata");
        string[] texts = [.. Directory.EnumerateFiles(folder)
            .Where(f => s_textNames.Any(n => Path.GetFileName(f).StartsWith(n, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal)];
        XElement? license = Find("license");
        bool isExpression = license?.Attribute("type")?.Value == "expression";
        if (!isExpression && texts.Length == 0) throw new PackageException($"{id} names no license that can be told: look at it by hand.");
        return new(parts[0], parts[1], hash, files, dependsOn, isExpression
            ? license!.Value : null, Find("copyright")?.Value ?? $"Copyright {Find("authors")?.Value}", Find("projectUrl")?.Value
            ?? "", texts);

        XElement? Find(string name) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name);
    }

    private static IEnumerable<string> Names(JsonElement library, string kind) =>
        library.TryGetProperty(kind, out JsonElement files)
            ? files.EnumerateObject().Select(f => f.Name.Contains('/') ? Path.GetFileName(f.Name) : f.Name) : [];
}
