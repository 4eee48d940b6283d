using System.Management.Automation;

namespace DynamoCosmos.Commands;

/// <summary>
/// The one place that knows threads. Work runs on a task; what it writes goes through a bounded queue that the pipeline thread drains.
/// Every way out (end, fault, -ErrorAction Stop, Select-Object -First, Ctrl+C) cancels the work and waits for it: nothing outlives its cmdlet.
/// </summary>
public abstract class AsyncCommand : PSCmdlet, IDisposable
{
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();

    /// <summary>Runs work that writes as it goes.</summary>
    /// <param name="progress">Asked on the pipeline thread about every 200 ms, and once more at the end; null writes none.</param>
    protected void Run(Func<CommandOutput, CancellationToken, Task> work, Func<ProgressRecord?>? progress = null)
    {
        using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        ProgressRecord? shown = null;
        // The next command in the pipeline runs while an object is written: a bar left standing would look like work that goes on.
        using CommandOutput output = new(this, Hide);
        Task task = Task.Run(() => work(output, cancel.Token), CancellationToken.None);
        _ = task.ContinueWith(static (_, o) => ((CommandOutput)o!).Wake(), output, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            long next = 0;
            while (true)
            {
                bool done = task.IsCompleted;
                output.Drain();
                if (done) break;
                if (progress is not null && Environment.TickCount64 >= next && progress() is ProgressRecord record)
                {
                    WriteProgress(shown = record);
                    next = Environment.TickCount64 + (long)s_progressInterval.TotalMilliseconds;
                }
                output.WaitForMore(s_progressInterval);
            }
        }
        finally
        {
            cancel.Cancel();
            output.Close();
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            output.AwaitWake();
        }
        Hide();
        if (task.IsCompletedSuccessfully) return;
        if (Stopping || _stop.IsCancellationRequested) throw new PipelineStoppedException();
        ThrowTerminatingError(Errors.From(task.Exception?.GetBaseException() ?? new OperationCanceledException(), this));

        void Hide()
        {
            if (shown is null) return;
            shown.RecordType = ProgressRecordType.Completed;
            WriteProgress(shown);
            shown = null;
        }
    }

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
        if (disposing) _stop.Dispose();
    }
}
