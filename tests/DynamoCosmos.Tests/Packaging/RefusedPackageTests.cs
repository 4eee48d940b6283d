using System.Reflection;
using DynamoCosmos.Package;

namespace DynamoCosmos.Tests.Packaging;

/// <summary>What must not be published is told by name.</summary>
public sealed class RefusedPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unpublishable-").FullName;

    public RefusedPackageTests()
    {
        foreach (string file in ModuleFolder.Files(PackagedModule.ModuleFolder))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, file))!);
            File.Copy(Path.Combine(PackagedModule.ModuleFolder, file), Path.Combine(_folder, file));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("DynamoCosmos.pdb", "DynamoCosmos.pdb is a leftover of the build.")]
    [InlineData("core/Stray.dll", "core/Stray.dll belongs to no package that a lock file pins.")]
    public void A_file_that_does_not_belong_is_refused(string file, string why)
    {
        File.WriteAllText(Path.Combine(_folder, file), "");
        Assert.Contains(why, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DynamoCosmos.Loader.dll")]
    [InlineData("DynamoCosmos.format.ps1xml")]
    [InlineData("LICENSE")]
    [InlineData("en-US/DynamoCosmos.dll-Help.xml")]
    public void A_file_that_is_missing_is_refused(string file)
    {
        File.Delete(Path.Combine(_folder, file));
        Assert.Contains(file + " is missing.", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_that_no_lock_file_pins_is_refused()
    {
        PackageException refused = Assert.Throws<PackageException>(() =>
            ModulePackage.Create(_folder, [], Path.Combine(_folder, "out"), ModulePackage.DefaultPackageCache, allowDebugBuild: true));
        Assert.Contains("no lock file pins it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_debug_build_is_refused()
    {
        bool isDebug = typeof(RefusedPackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration == "Debug";
        string[] problems = [.. ModuleFolder.Problems(_folder, ModuleManifest.Read(Path.Combine(_folder, "DynamoCosmos.psd1")), Shipped())];
        Assert.Equal(isDebug, problems.Contains("DynamoCosmos.dll is a Debug build."));
    }

    private string Refusal() => Assert.Throws<PackageException>(() => PackagedModule.Create(_folder, Path.Combine(_folder, "out"))).Message;

    private IReadOnlyList<ShippedPackage> Shipped() => ShippedPackage.Read(
        Path.Combine(_folder, "core", "DynamoCosmos.Core.deps.json"), PackagedModule.LockFiles, ModulePackage.DefaultPackageCache);
}
