namespace DynamoCosmos.Tests.Surface;

/// <summary>What a script can rely on, held against committed text. tests/Pester does the same in a real PowerShell.</summary>
public sealed class SurfaceTests
{
    [Fact]
    public void Commands_parameters_and_sets_are_the_committed_ones()
    {
        using ModuleHost host = new();
        string script = Repository.PathOf("tests", "Pester", "Get-ModuleSurface.ps1");
        string[] now = [.. host.Invoke($"& '{script}' -Module DynamoCosmos").ThrowIfFailed().Output.Select(l => l.ToString())];
        string path = Repository.PathOf("tests", "Pester", "surface.txt");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, string.Join('\n', now) + "\n");
            Assert.Fail($"{path} was missing and has been written: look at it, then commit it.");
        }
        Assert.Equal(File.ReadAllLines(path), now);
    }
}
