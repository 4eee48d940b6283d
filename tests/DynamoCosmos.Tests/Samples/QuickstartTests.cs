using System.Diagnostics;
using System.Reflection;

namespace DynamoCosmos.Tests.Samples;

/// <summary>What README tells to try first.</summary>
[Trait("Category", "Slow")]
public sealed class QuickstartTests
{
    [Fact]
    public async Task The_Quickstart_gets_through_and_says_what_has_arrived()
    {
        (int exitCode, string output, string errors) = await RunAsync("--items", "1000");
        Assert.True(exitCode == 0, output + errors);
        Assert.Matches(@"Read +: 1,000\s", output);
        Assert.Matches(@"Passed +: True\s", output);
        Assert.Contains("\"ledger\": {\n    \"N\": ", output.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(2, "--items", "many")]
    [InlineData(2, "--items", "0")]
    [InlineData(2, "--rows")]
    public async Task The_Quickstart_says_how_it_is_used(int expected, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await RunAsync(arguments);
        Assert.Equal(expected, exitCode);
        Assert.Contains("--items <number>", expected == 0 ? output : errors);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        string configuration = typeof(QuickstartTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string program =
            Repository.PathOf("samples", "Quickstart", "bin", configuration, $"net{Environment.Version.Major}.0", "Quickstart.dll");
        ProcessStartInfo start = new("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
