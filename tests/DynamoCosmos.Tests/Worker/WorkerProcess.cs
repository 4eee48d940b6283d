using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Tests.Worker;

/// <summary>The built worker in a process of its own.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private static readonly string s_program = Repository.PathOf(
        "src", "DynamoCosmos.Worker", "bin",
        typeof(WorkerProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration, "net10.0",
            "DynamoCosmos.Worker.dll");

    private readonly Process _process;
    private readonly Task<string> _output, _errors;

    private WorkerProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    internal static WorkerProcess Start(IEnumerable<string> line, IReadOnlyDictionary<string, string>? variables = null)
    {
        // A shell that runs the tests in the background lets its children ignore SIGINT; the worker must not inherit that.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        ProcessStartInfo start = new(command[0], [.. command[1..], s_program, .. line])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    internal static async Task<WorkerEnd> RunAsync(IEnumerable<string> line, IReadOnlyDictionary<string, string>? variables = null)
    {
        using WorkerProcess worker = Start(line, variables);
        return await worker.WaitAsync();
    }

    internal async Task<WorkerEnd> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return new(_process.ExitCode, await _output, await _errors);
    }

    internal void Kill() => _process.Kill();

    /// <param name="signal">Such as INT or TERM.</param>
    internal async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}

/// <summary>What a worker left behind.</summary>
internal sealed record WorkerEnd(int ExitCode, string Output, string Errors)
{
    /// <summary>The one object on standard output.</summary>
    internal JsonNode Result => JsonNode.Parse(Output)!;

    /// <summary>The lines of standard error: each is an object.</summary>
    internal IReadOnlyList<JsonNode> Events =>
        [.. Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)];

    internal WorkerEnd AssertExit(int code)
    {
        Assert.True(ExitCode == code, $"Exit code {ExitCode}\n{Output}\n{Errors}");
        return this;
    }
}
