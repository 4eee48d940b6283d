namespace DynamoCosmos.Tests;

public sealed class LoadingTests
{
    [Fact]
    public void The_module_is_imported_by_its_manifest()
    {
        using ModuleHost host = new();
        Assert.Equal("DynamoCosmos", host.Invoke("Get-Module DynamoCosmos").Single().Properties["Name"].Value);
    }

    [Fact]
    public void Importing_it_again_with_force_works()
    {
        using ModuleHost host = new();
        host.Invoke($"Import-Module '{ModuleHost.ManifestPath}' -Force; Import-Module '{ModuleHost.ManifestPath}' -Force").ThrowIfFailed();
    }
}
