using DynamoCosmos.Package;

namespace DynamoCosmos.Tests.Packaging;

/// <summary>The package of the module that the build made, in a folder of its own.</summary>
public sealed class PackagedModule : IDisposable
{
    internal static string ModuleFolder { get; } = Path.GetDirectoryName(ModuleHost.ManifestPath)!;

    internal string Output { get; } = Directory.CreateTempSubdirectory("package-").FullName;

    internal ModulePackage Package { get; }

    public PackagedModule() => Package = Create(ModuleFolder, Output);

    internal static IEnumerable<string> LockFiles =>
        Directory.EnumerateFiles(Repository.PathOf("src"), "packages.lock.json", SearchOption.AllDirectories);

    internal static ModulePackage Create(string module, string output) =>
        ModulePackage.Create(module, LockFiles, output, ModulePackage.DefaultPackageCache, allowDebugBuild: true);

    public void Dispose() => Directory.Delete(Output, recursive: true);
}
