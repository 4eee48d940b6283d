using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox;

namespace DynamoCosmos.Tests;

/// <summary>A runspace with the built module imported by its psd1, as a user's session has it.</summary>
public sealed class ModuleHost : IDisposable
{
    private readonly StringWriter _console = new();
    private readonly Runspace _runspace;

    public ModuleHost(bool import = true, int width = 120, bool color = false)
    {
        _runspace = new ScriptHost(_console, width, color: color).OpenRunspace();
        if (import) Invoke($"Import-Module '{ManifestPath}' -ErrorAction Stop").ThrowIfFailed();
    }

    /// <summary>The psd1 in the module folder that the build made.</summary>
    public static string ManifestPath { get; } = Path.Combine(
        typeof(ModuleHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ModuleOutput").Value!,
            "DynamoCosmos.psd1");

    /// <summary>Sets a variable of the session.</summary>
    public void Set(string name, object? value) => _runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>Runs a script and gathers every stream. Parameters are named parameters of the script.</summary>
    public ScriptRun Invoke(string script, params object?[] pipelineInput)
    {
        using PowerShell shell = Start(script);
        return Gather(shell, () => shell.Invoke(pipelineInput));
    }

    /// <summary>What a user would see of it in a console of this width.</summary>
    public string Render(string script)
    {
        _console.GetStringBuilder().Clear();
        using PowerShell shell = Start(script);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        shell.Invoke();
        return _console.ToString();
    }

    /// <summary>Begins a script that the test stops as Ctrl+C would.</summary>
    public PowerShell Start(string script)
    {
        PowerShell shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        return shell;
    }

    public void Dispose()
    {
        _runspace.Dispose();
        _console.Dispose();
    }

    private static ScriptRun Gather(PowerShell shell, Func<Collection<PSObject>> invoke)
    {
        Collection<PSObject> output = [];
        RuntimeException? terminated = null;
        try
        {
            output = invoke();
        }
        catch (RuntimeException e)
        {
            terminated = e;
        }
        PSDataStreams streams = shell.Streams;
        return new(output, [.. streams.Error], [.. streams.Warning.Select(w => w.Message)], [.. streams.Verbose.Select(v => v.Message)],
            [.. streams.Progress], terminated);
    }
}

/// <summary>What a script gave.</summary>
/// <param name="Errors">Non-terminating ones.</param>
/// <param name="Terminated">The one that ended it.</param>
public sealed record ScriptRun(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<ProgressRecord> Progress,
    RuntimeException? Terminated)
{
    /// <summary>
    /// Such as <c>TableNotFound,DynamoCosmos.Commands.GetDynamoTableCommand</c>: of the terminating error, else of the first.
    /// </summary>
    public string? ErrorId => (Terminated?.ErrorRecord ?? (Errors.Count > 0 ? Errors[0] : null))?.FullyQualifiedErrorId;

    public ScriptRun ThrowIfFailed()
    {
        if (Terminated is not null) throw new InvalidOperationException($"{Terminated.ErrorRecord.FullyQualifiedErrorId}: " +
            $"{Terminated.Message}", Terminated);
        if (Errors.Count > 0) throw new InvalidOperationException($"{Errors[0].FullyQualifiedErrorId}: {Errors[0]}", Errors[0].Exception);
        return this;
    }

    /// <summary>Waits for something that a script does, which must not have ended by then.</summary>
    internal static async Task UntilAsync(Task<ScriptRun> running, Func<bool> condition)
    {
        await Eventually.UntilAsync(() => running.IsCompleted || condition());
        if (!running.IsCompleted) return;
        (await running).ThrowIfFailed();
        Assert.Fail("The script ended before what was waited for.");
    }

    /// <summary>The one object of this run, unwrapped.</summary>
    public PSObject Single() => ThrowIfFailed().Output.Single();
}
