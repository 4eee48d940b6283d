using System.Diagnostics;
using System.Reflection;
using DynamoCosmos.Sandbox;

namespace DynamoCosmos.Tests.RealPowerShell;

/// <summary>
/// The PowerShell that users have: pwsh in a process of its own, with all of its cmdlets, without a profile. It and Pester come from their
/// NuGet packages, at the versions that the project file names.
/// </summary>
internal static class Pwsh
{
    private const string Version = "7.6.9";
    private const string PesterVersion = "6.2.0";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    internal static string PesterManifest { get; } = Path.Combine(Packages, "pester", PesterVersion, "tools", "Pester.psd1");

    private static string Packages =>
        typeof(Pwsh).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PackageRoot").Value!;

    private static string Program { get; } =
        Path.Combine(Packages, "powershell", Version, "tools", "net10.0", "any", OperatingSystem.IsWindows() ? "win" : "unix", "pwsh.dll");

    /// <summary>Runs a script file to its end.</summary>
    /// <param name="arguments">Names (with their hyphen) and values in turn.</param>
    internal static async Task<(int ExitCode, string Output)> RunAsync(string script, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (IEnumerable<string>)[Program, "-NoLogo", "-NoProfile", "-NonInteractive", "-File", script,
            .. arguments]) start.ArgumentList.Add(argument);
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["NO_COLOR"] = "1";
        start.Environment["DYNAMOCOSMOS_SANDBOX"] = typeof(Eventually).Assembly.Location;
        using CancellationTokenSource patience = new(s_patience);
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output =
                process.StandardOutput.ReadToEndAsync(patience.Token), errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
