using System.Management.Automation;

namespace DynamoCosmos.Work;

/// <summary>
/// A cmdlet's work on a task of its own, and the pipeline thread's part in it: what the work writes goes through a bounded queue that this
/// thread drains.
/// </summary>
internal sealed class CommandWork : IDisposable
{
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(200), s_pumpInterval = TimeSpan.FromMilliseconds(50);

    private readonly Cmdlet _cmdlet;
    private readonly Func<ProgressRecord?>? _progress;
    private readonly Func<bool> _isStopping;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _cancel;
    private readonly CommandOutput _output;
    private readonly Task _task;
    private IReadOnlyList<ProgressRecord> _shown = [];
    private long _nextProgress;
    private bool _isEnded;

    /// <param name="isStopping">Asked once the work has failed: PowerShell is stopping the pipeline.</param>
    internal CommandWork(Cmdlet cmdlet,
        Func<CommandOutput, CancellationToken, Task> work, Func<ProgressRecord?>? progress, Func<bool> isStopping, CancellationToken stop)
    {
        (_cmdlet, _progress, _isStopping, _stop) = (cmdlet, progress, isStopping, stop);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // The next command in the pipeline runs while an object is written: a bar left standing would look like work that goes on.
        _output = new(cmdlet, Hide);
        _task = Task.Run(() => work(_output, _cancel.Token), CancellationToken.None);
        _ = _task.ContinueWith(static (_, o) => ((CommandOutput)o!).Wake(), _output, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Cancelled when the work is to end.</summary>
    internal CancellationToken Token => _cancel.Token;

    /// <summary>Writes what has come, until the work or the other task has ended.</summary>
    /// <returns>False where the work has ended, and the other need not.</returns>
    internal bool PumpUntil(ValueTask other)
    {
        if (other.IsCompletedSuccessfully && !_task.IsCompleted)
        {
            Pump();
            return true;
        }
        Task waited = other.AsTask();
        Task[] both = [waited, _task];
        while (!waited.IsCompleted && !_task.IsCompleted)
        {
            Pump();
            Task.WaitAny(both, s_pumpInterval);
        }
        return !_task.IsCompleted;
    }

    /// <summary>Writes what comes until the work has ended.</summary>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    internal void Finish()
    {
        try
        {
            while (true)
            {
                bool done = _task.IsCompleted;
                Pump();
                if (done) break;
                _output.WaitForMore(s_progressInterval);
            }
        }
        finally
        {
            End();
        }
        Hide();
        if (_task.IsCompletedSuccessfully) return;
        if (_isStopping() || _stop.IsCancellationRequested) throw new PipelineStoppedException();
        _cmdlet.ThrowTerminatingError(Errors.From(_task.Exception?.GetBaseException() ?? new OperationCanceledException(), _cmdlet));
    }

    public void Dispose()
    {
        End();
        _output.Dispose();
        _cancel.Dispose();
    }

    private void Pump()
    {
        _output.Drain();
        if (_task.IsCompleted || _progress is null || Environment.TickCount64 < _nextProgress
            || _progress() is not ProgressRecord record) return;
        IReadOnlyList<ProgressRecord> bars = record is NestedProgress nested ? [record, .. nested.Children] : [record];
        foreach (ProgressRecord ended in _shown.Where(old => bars.All(bar => bar.ActivityId != old.ActivityId))) Complete(ended);
        foreach (ProgressRecord bar in bars) _cmdlet.WriteProgress(bar);
        _shown = bars;
        _nextProgress = Environment.TickCount64 + (long)s_progressInterval.TotalMilliseconds;
    }

    private void End()
    {
        if (_isEnded) return;
        _isEnded = true;
        _cancel.Cancel();
        _output.Close();
        ((IAsyncResult)_task).AsyncWaitHandle.WaitOne();
        _output.AwaitWake();
    }

    private void Hide()
    {
        // Those below first: without the bar above they would stand alone for a moment.
        foreach (ProgressRecord bar in _shown.Reverse()) Complete(bar);
        _shown = [];
    }

    private void Complete(ProgressRecord bar)
    {
        bar.RecordType = ProgressRecordType.Completed;
        _cmdlet.WriteProgress(bar);
    }
}
