using System.Text.RegularExpressions;
using DynamoCosmos.RealServers;

namespace DynamoCosmos.Tests.RealPowerShell;

/// <summary>Runs the Pester tests of the module and of the samples in a real pwsh. A file that is added is found by itself.</summary>
[Trait("Category", "Slow")]
public sealed partial class PesterTests
{
    // Its tests type into a terminal.
    private const string ConsoleTests = "Console.Tests.ps1";

    private static readonly string[][] s_folders = [["tests", "Pester"], ["samples", "pester"]];

    public static TheoryData<string> Files =>
    [
        .. s_folders.SelectMany(folder => Directory.GetFiles(Repository.PathOf(folder), "*.Tests.ps1"))
            .Where(static path => Path.GetFileName(path) != ConsoleTests)
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public Task Every_Pester_test_passes_in_a_real_pwsh(string file) => RunAsync(Repository.PathOf(file));

    [RealServerFact(RealServer.Tmux)]
    public async Task Every_test_of_the_console_passes_in_a_terminal()
    {
        await Installation.CommandAsync("tmux", "tmux");
        await RunAsync(Repository.PathOf("tests", "Pester", ConsoleTests));
    }

    private static async Task RunAsync(string path)
    {
        string script = Repository.PathOf("tests", "Pester", "Invoke-PesterFile.ps1");
        (int exitCode, string output) = await Pwsh.RunAsync(script, "-PesterManifest", Pwsh.PesterManifest, "-Path", path);
        Match summary = Summary().Match(output);
        Assert.True(exitCode == 0 && summary.Success, output);
        Assert.True(int.Parse(summary.Groups["passed"].Value) > 0, output);
        Assert.True(summary.Groups["failed"].Value == "0" && summary.Groups["skipped"].Value == "0", output);
    }

    [GeneratedRegex(@"Pester: (?<passed>\d+) passed, (?<failed>\d+) failed, (?<skipped>\d+) skipped")]
    private static partial Regex Summary();
}
