using NuGet.Packaging;
using NuGet.Versioning;

namespace DynamoCosmos.Package;

/// <summary>
/// Writes a module folder as a .nupkg, the form in which galleries keep modules and PSResourceGet installs them. One fixed time, and
/// NuGet's own order of names, make it the same bytes for the same folder.
/// </summary>
internal static class NuGetPackage
{
    // The earliest that a zip can say.
    private const string Time = "1980-01-01T00:00:00Z";

    internal static void Write(string path, string folder, ModuleManifest manifest)
    {
        PackageBuilder package = new(deterministic: true)
        {
            DeterministicTimestamp = Time,
            Id = manifest.Name,
            Version = NuGetVersion.Parse(manifest.PackageVersion),
            Description = manifest.Text("Description"),
            ReleaseNotes = manifest.PSData("ReleaseNotes"),
            Copyright = manifest.Text("Copyright"),
            LicenseUrl = Address(manifest, "LicenseUri"),
            ProjectUrl = Address(manifest, "ProjectUri"),
        };
        package.Authors.Add(manifest.Text("Author"));
        package.Owners.Add(manifest.Text("CompanyName"));
        package.Tags.UnionWith(Tags(manifest));
        foreach (string file in ModuleFolder.Files(folder))
            package.Files.Add(new PhysicalPackageFile { SourcePath = Path.Combine(folder, file), TargetPath = file });
        using FileStream output = File.Create(path);
        package.Save(output);
    }

    // The words by which galleries and PSResourceGet find what a module holds.
    private static IEnumerable<string> Tags(ModuleManifest manifest)
    {
        IReadOnlyList<string> cmdlets = manifest.Texts("CmdletsToExport");
        return
        [
            .. manifest.PSDataTexts("Tags"), "PSModule", "PSIncludes_Cmdlet",
            .. cmdlets.Select(static name => "PSCmdlet_" + name), .. cmdlets.Select(static name => "PSCommand_" + name),
        ];
    }

    private static Uri? Address(ModuleManifest manifest, string key) =>
        manifest.PSData(key) is { Length: > 0 } address ? new(address) : null;
}
