using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace DynamoCosmos.Package;

/// <summary>A built module folder, looked at before it is published.</summary>
internal static class ModuleFolder
{
    private static readonly string[] s_leftovers = [".pdb", ".xml", ".cs", ".user", ".log"];

    internal static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    /// <summary>What must not be published, each with its reason.</summary>
    internal static IEnumerable<string> Problems(string folder, ModuleManifest manifest, IReadOnlyList<ShippedPackage> packages,
        bool allowDebugBuild = false)
    {
        HashSet<string> known = [.. packages.SelectMany(p => p.Files)];
        foreach (string file in Files(folder))
        {
            bool isHelp = file.EndsWith("-Help.xml", StringComparison.Ordinal);
            if (s_leftovers.Contains(Path.GetExtension(file)) && !isHelp) yield return $"{file} is a leftover of the build.";
            if (Path.GetExtension(file) is not (".dll" or ".so" or ".dylib")) continue;
            if (!Path.GetFileName(file).StartsWith(manifest.Name, StringComparison.Ordinal))
            {
                if (!known.Contains(Path.GetFileName(file))) yield return $"{file} belongs to no package that a lock file pins.";
            }
            else if (!allowDebugBuild && IsDebugBuild(Path.Combine(folder, file)))
            {
                yield return $"{file} is a Debug build.";
            }
        }
        string[] needed = [manifest.Text("RootModule"), .. manifest.Texts("NestedModules"), .. manifest.Texts("TypesToProcess"),
            .. manifest.Texts("FormatsToProcess"), "LICENSE", $"en-US/{manifest.Name}.dll-Help.xml"];
        foreach (string named in needed)
        {
            if (named.Length > 0 && !File.Exists(Path.Combine(folder, named))) yield return $"{named} is missing.";
        }
        if (manifest.Texts("CmdletsToExport").Count == 0) yield return "The manifest exports no cmdlet.";
    }

    // The compiler marks what it did not optimize: DebuggableAttribute with DisableOptimizations (0x100).
    private static bool IsDebugBuild(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using PEReader image = new(stream);
        MetadataReader metadata = image.GetMetadataReader();
        foreach (CustomAttributeHandle handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            CustomAttribute attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference) continue;
            EntityHandle type = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
            if (type.Kind != HandleKind.TypeReference
                || metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type).Name) != "DebuggableAttribute") continue;
            // Prolog (2 bytes), then the modes as int32.
            BlobReader value = metadata.GetBlobReader(attribute.Value);
            value.Offset = 2;
            if (value.Length >= 6 && (value.ReadInt32() & 0x100) != 0) return true;
        }
        return false;
    }
}
