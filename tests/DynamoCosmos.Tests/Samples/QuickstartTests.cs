using System.Diagnostics;
using System.Reflection;

namespace DynamoCosmos.Tests.Samples;

/// <summary>What README tells to try first.</summary>
public sealed class QuickstartTests
{
    [Fact]
    public async Task The_Quickstart_gets_through_and_says_what_has_arrived()
    {
        string configuration = typeof(QuickstartTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string program = Repository.PathOf("samples", "Quickstart", "bin", configuration, $"net{Environment.Version.Major}.0", "Quickstart.dll");
        ProcessStartInfo start = new("dotnet", [program, "--items", "1000"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Matches(@"Read +: 1,000\s", output);
        Assert.Matches(@"Passed +: True\s", output);
    }
}
