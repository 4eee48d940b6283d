using System.Diagnostics;
using System.Globalization;

namespace DynamoCosmos.Tests;

/// <summary>A script of Scripts/ in a process of its own, as <c>pwsh -File</c> would run it.</summary>
internal sealed class ScriptProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output, _errors;

    private ScriptProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <param name="arguments">Names (with their hyphen) and values in turn.</param>
    internal static ScriptProcess Start(string script, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(PowerShellHost.ScriptHost).Assembly.Location);
        start.ArgumentList.Add(Repository.PathOf("tests", "DynamoCosmos.Tests", "Scripts", script));
        foreach (string argument in (string[])["-Module", ModuleHost.ManifestPath, .. arguments]) start.ArgumentList.Add(argument);
        start.Environment["COSMOS_DISABLE_IMDS_ACCESS"] = "true";
        return new(Process.Start(start)!);
    }

    /// <summary>Waits for a good end.</summary>
    /// <returns>What it wrote, and its peak in bytes.</returns>
    internal async Task<(string Output, long PeakBytes)> EndAsync()
    {
        await _process.WaitForExitAsync();
        string last = (await _errors).TrimEnd().Split('\n')[^1];
        Assert.True(_process.ExitCode == 0 && last.StartsWith("peak-bytes: ", StringComparison.Ordinal), await _output + await _errors);
        return (await _output, long.Parse(last["peak-bytes: ".Length..], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
