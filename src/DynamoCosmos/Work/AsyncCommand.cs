using System.Management.Automation;
using DynamoCosmos.Connections;

namespace DynamoCosmos.Work;

/// <summary>
/// For cmdlets whose work runs beside the pipeline thread. Every way out (end, fault, -ErrorAction Stop, Select-Object -First, Ctrl+C)
/// cancels the work and waits for it: nothing outlives its cmdlet.
/// </summary>
public abstract class AsyncCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<CloudConnections> _clouds = new();

    /// <summary>The connections of all that this command does, in one pipeline. They end with it.</summary>
    private protected CloudConnections Clouds => _clouds.Value;

    static AsyncCommand() => PowerShellWords.Use();

    /// <summary>Cancelled when the pipeline is stopped.</summary>
    private protected CancellationToken Stop => _stop.Token;

    /// <summary>Runs work that writes as it goes.</summary>
    /// <param name="progress">Asked on the pipeline thread about every 200 ms, and once more at the end; null writes none.</param>
    protected void Run(Func<CommandOutput, CancellationToken, Task> work, Func<ProgressRecord?>? progress = null)
    {
        using CommandWork running = Begin(work, progress);
        running.Finish();
    }

    /// <summary>Begins work that goes on while further objects come down the pipeline. Whoever begins it finishes or disposes it.</summary>
    /// <inheritdoc cref="Run"/>
    private protected CommandWork Begin(Func<CommandOutput, CancellationToken, Task> work, Func<ProgressRecord?>? progress = null) =>
        new(this, work, progress, () => Stopping, _stop.Token);

    /// <summary>Runs work that ends in one result.</summary>
    protected T Await<T>(Func<CommandOutput, CancellationToken, Task<T>> work, Func<ProgressRecord?>? progress = null)
    {
        T result = default!;
        Run(async (output, stop) => result = await work(output, stop), progress);
        return result;
    }

    /// <summary>A path as the user wrote it (relative, ~, a drive of PowerShell's) as a path of the file system.</summary>
    protected string ResolvePath(string path)
    {
        string resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        if (provider.Name != "FileSystem") ThrowTerminatingError(Errors.NotAFileSystemPath(path, provider.Name));
        return resolved;
    }

    protected override void StopProcessing() => _stop.Cancel();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        if (_clouds.IsValueCreated) _clouds.Value.Dispose();
        _stop.Dispose();
    }
}
