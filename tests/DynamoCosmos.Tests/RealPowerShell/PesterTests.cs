using System.Text.RegularExpressions;

namespace DynamoCosmos.Tests.RealPowerShell;

/// <summary>Runs the Pester tests of the module and of the samples in a real pwsh. A file that is added is found by itself.</summary>
[Trait("Category", "Slow")]
public sealed partial class PesterTests
{
    public static TheoryData<string> Files =>
        [.. s_folders.SelectMany(folder => Directory.GetFiles(Repository.PathOf(folder), "*.Tests.ps1"))
        .Select(path => Path.GetRelativePath(Repository.Root, path)).Order()];

    private static readonly string[][] s_folders = [["tests", "Pester"], ["samples", "pester"]];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_Pester_test_passes_in_a_real_pwsh(string file)
    {
        (int exitCode, string output) = await Pwsh.RunAsync(Repository.PathOf("tests", "Pester", "Invoke-PesterFile.ps1"),
            "-PesterManifest", Pwsh.PesterManifest, "-Path", Repository.PathOf(file));
        Match summary = Summary().Match(output);
        Assert.True(exitCode == 0 && summary.Success, output);
        Assert.True(int.Parse(summary.Groups["passed"].Value) > 0, output);
        Assert.Equal("0", summary.Groups["failed"].Value);
        Assert.Equal("0", summary.Groups["skipped"].Value);
    }

    [GeneratedRegex(@"Pester: (?<passed>\d+) passed, (?<failed>\d+) failed, (?<skipped>\d+) skipped")]
    private static partial Regex Summary();
}
