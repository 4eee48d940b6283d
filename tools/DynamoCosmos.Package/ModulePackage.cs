namespace DynamoCosmos.Package;

/// <summary>
/// Makes a package out of a built module folder: <c>output/Name/version/</c> as a user's module path has it, and
/// <c>output/Name.version.nupkg</c>.
/// </summary>
internal sealed record ModulePackage(string Folder, string File, IReadOnlyList<ShippedPackage> Packages)
{
    /// <param name="moduleFolder">Of a Release build, with the manifest, core/ and the help.</param>
    /// <param name="lockFiles">packages.lock.json of the projects that it is built from.</param>
    internal static ModulePackage Create(string moduleFolder, IEnumerable<string> lockFiles, string output, string packageCache,
        bool allowDebugBuild = false)
    {
        ModuleManifest manifest = ModuleManifest.Read(Directory.EnumerateFiles(moduleFolder, "*.psd1").Single());
        IReadOnlyList<ShippedPackage> packages =
            ShippedPackage.Read(Path.Combine(moduleFolder, "core", $"{manifest.Name}.Core.deps.json"), lockFiles, packageCache);
        string[] problems = [.. ModuleFolder.Problems(moduleFolder, manifest, packages, allowDebugBuild)];
        if (problems.Length > 0) throw new PackageException($"{moduleFolder} is not to be published:\n  " + string.Join("\n  ", problems));

        string folder = Path.Combine(output, manifest.Name, manifest.Version);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        foreach (string file in ModuleFolder.Files(moduleFolder))
        {
            string target = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.Copy(Path.Combine(moduleFolder, file), target);
        }
        System.IO.File.WriteAllText(Path.Combine(folder, "THIRD-PARTY-NOTICES.txt"), ThirdPartyNotices.Write(manifest.Name, packages));
        System.IO.File.WriteAllText(Path.Combine(folder, BillOfMaterials.FileName), BillOfMaterials.Write(manifest, packages));
        string package = Path.Combine(output, $"{manifest.Name}.{manifest.PackageVersion}.nupkg");
        NuGetPackage.Write(package, folder, manifest);
        return new(folder, package, packages);
    }

    /// <summary>Where NuGet keeps restored packages.</summary>
    internal static string DefaultPackageCache =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
