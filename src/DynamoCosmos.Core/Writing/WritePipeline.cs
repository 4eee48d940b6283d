using System.Diagnostics.CodeAnalysis;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Writing;

/// <summary>
/// Writes to a sink until each write has its receipt: settled, refused, or left open. Whatever answers come, on whatever thread, a write
/// gets exactly one. It knows neither where writes come from nor what their receipts mean. Safe for use by many threads.
/// </summary>
internal sealed class WritePipeline : IAsyncDisposable
{
    /// <summary>How many times as long a write pauses that was throttled before there is a pace.</summary>
    internal const int UnpacedPauses = 3;

    private readonly IItemSink _sink;
    private readonly WriteOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<MigrationException>? _fail;
    private readonly WriteLanes? _lanes;
    private readonly RetryQueue _retries;
    private readonly CancellationTokenSource _abandon = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDraining;
    private volatile bool _hasPace;

    // Time stamp at which the wait ends that the last refusal asked for; 0 without one.
    private long _retryAfterUntil;

    /// <param name="fail">
    /// Told why writes cannot succeed any more: the run cannot go on. May be called several times; never under a lock.
    /// </param>
    internal WritePipeline(IItemSink sink, WriteOptions options, TimeProvider time, Action<MigrationException>? fail = null)
    {
        _sink = sink;
        _options = options;
        _time = time;
        _fail = fail;
        _lanes = options.KeepsOrder ? new() : null;
        Gate = new(FlightControl.FirstFor(sink.Ranges, options.MaxInFlight), options.MaxBytesInFlight);
        _retries = new(time, Gate.TryAllow, Try);
    }

    internal int Ranges => _sink.Ranges;

    internal int MaxInFlight => _options.MaxInFlight;

    internal FlightGate Gate { get; }

    internal WriteCounts Counts { get; } = new();

    /// <summary>Writes that wait for their next try.</summary>
    internal int Waiting => _retries.Count;

    /// <summary>Waits for room and begins. The receipt comes later.</summary>
    internal async ValueTask WriteAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        while (!Gate.TryEnter(write.Bytes)) await Gate.WaitAsync(write.Bytes, cancellationToken).ConfigureAwait(false);
        Begin(write);
    }

    /// <summary>
    /// The write has entered the gate. Its first try begins now or, with lanes, once all writes of its key have ended that were begun
    /// before it.
    /// </summary>
    internal void Begin(PendingWrite write)
    {
        if (_lanes?.Enter(write) != false) Try(write);
    }

    /// <summary>
    /// What is left at a moment of the wait that the last 429 asked for; null if there was none since this was asked last.
    /// </summary>
    internal TimeSpan? TakeRetryAfter(long now) => Interlocked.Exchange(ref _retryAfterUntil, 0) is long until and not 0
        ? TimeSpan.FromSeconds(Math.Max(0, until - now) / (double)_time.TimestampFrequency)
        : null;

    /// <summary>Lets as many tries begin as a pace says, until this is called again. Those that were refused go first.</summary>
    internal void Refill(PaceControl pace)
    {
        _hasPace = pace.Pace is not null;
        _sink.UseBatches(!pace.IsTooSlowForBatches);
        Gate.Refill(pace.Allowance);
        _retries.BeginDue();
        Gate.WakeIfRoom();
    }

    /// <summary>
    /// Ends when every write has its receipt. All have been begun that will be. Once stopped, those under way have DrainTimeout to end.
    /// </summary>
    /// <param name="mayRetry">
    /// Whether writes that pause before their next try have that time too; else they are left open at once. A run whose time is up is well:
    /// under throttling most of what it has in flight pauses, and short runs that left that open would hardly get on.
    /// </param>
    internal async Task DrainAsync(Func<bool> mayRetry, CancellationToken stop)
    {
        using ITimer timer = _time.CreateTimer(
            static pipeline => ((WritePipeline)pipeline!).Abandon(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration onStop = stop.Register(() =>
        {
            timer.Change(_options.DrainTimeout, Timeout.InfiniteTimeSpan);
            if (!mayRetry()) LeaveWaitingOpen();
        });
        await DrainAsync().ConfigureAwait(false);
    }

    /// <summary>Gives up what is under way: it is left open, at once or as soon as the sink lets go of it.</summary>
    internal void Abandon()
    {
        LeaveWaitingOpen();
        _abandon.Cancel();
    }

    /// <summary>Abandons what is still under way, and ends when it is left open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Gate.InFlight > 0) Abandon();
        await DrainAsync().ConfigureAwait(false);
        await _retries.DisposeAsync().ConfigureAwait(false);
        _abandon.Dispose();
    }

    /// <summary>A try has ended.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Runs on the sink's threads: what is thrown here would end the process.")]
    internal void TakeAnswer(PendingWrite write)
    {
        WriteAnswer answer;
        try
        {
            answer = write.GetAnswer();
        }
        catch (Exception error)
        {
            // A canceled write is no failure of its own: who canceled it knows why.
            bool isFailure = error is not OperationCanceledException || !_abandon.IsCancellationRequested;
            LeaveOpen(write, default, null, isFailure ? FailureOf(write, error) : null);
            return;
        }
        long charge = (long)Math.Round(answer.RequestCharge * 100);
        Counts.AddAnswer(charge);
        write.CentiRequestUnits += charge;
        WriteRule rule = WriteRules.For(write.Write, answer);
        switch (rule.Verdict)
        {
            case WriteVerdict.Settle:
                End(write, ReceiptOf(write, WriteOutcome.Settled, answer, rule));
                break;
            // What is there may be what an earlier try of this write has made of it.
            case WriteVerdict.Reject when WriteRules.IsAboutCondition(write.Write, answer) && (write.MayBeWritten || _sink.TryTakeRepeat()):
                LeaveOpen(write, answer, rule, null);
                break;
            case WriteVerdict.Reject:
                End(write, ReceiptOf(write, WriteOutcome.Refused, answer, rule));
                break;
            case WriteVerdict.Retry:
                Retry(write, answer, rule);
                break;
            default:
                LeaveOpen(write, answer, rule, WriteErrors.WriteStopped(NameOf(write), answer, rule));
                break;
        }
    }

    private void Try(PendingWrite write) => write.Try(this, _sink, _abandon.Token);

    private void Retry(PendingWrite write, in WriteAnswer answer, WriteRule rule)
    {
        long now = _time.GetTimestamp();
        if (write.FailingSince == 0) write.FailingSince = now;
        if (answer.Status == 429)
        {
            Counts.AddThrottled();
            if (answer.RetryAfter is TimeSpan wait)
                Interlocked.Exchange(ref _retryAfterUntil, now + (long)(wait.TotalSeconds * _time.TimestampFrequency));
        }
        if (!WriteRules.IsSurelyNotDone(answer.Status)) write.MayBeWritten = true;
        // After a timeout the request may still be on its way, and read the document's memory.
        if (answer.Status is 0 or 408) write.AbandonMemory();
        if (_time.GetElapsedTime(write.FailingSince, now) >= _options.RetryTimeout)
        {
            LeaveOpen(write, answer, rule, answer.Status == 429
                ? WriteErrors.ThrottledTooLong(NameOf(write), _options.RetryTimeout, answer)
                : WriteErrors.WritesKeptFailing(NameOf(write), _options.RetryTimeout, answer, rule));
            return;
        }
        Counts.AddRetry();
        // Before there is a pace nothing but the pauses holds back what was refused.
        TimeSpan first = answer.Status == 429 && !_hasPace ? UnpacedPauses * rule.FirstPause : rule.FirstPause;
        TimeSpan pause = Backoff.Next(first, write.Tries, answer.RetryAfter, Random.Shared.NextDouble());
        if (!_retries.TryAdd(write, pause)) LeaveOpen(write, answer, rule, null);
    }

    private void LeaveOpen(PendingWrite write, in WriteAnswer answer, WriteRule? rule, MigrationException? failure)
    {
        // Before the receipt: who finds nothing in flight any more knows of the failure.
        if (failure is not null) _fail?.Invoke(failure);
        End(write, ReceiptOf(write, WriteOutcome.LeftOpen, answer, rule, failure));
    }

    private void LeaveWaitingOpen()
    {
        foreach (PendingWrite write in _retries.Close()) LeaveOpen(write, default, null, null);
    }

    /// <summary>
    /// Gives a write its receipt, and its lane to the next one. Where it is left open, so is what waits behind it: it may still be carried
    /// out, and then after those.
    /// </summary>
    private void End(PendingWrite write, in WriteReceipt receipt)
    {
        PendingWrite? behind = EndOne(write, receipt);
        while (behind is not null) behind = EndOne(behind, new(WriteOutcome.LeftOpen));
    }

    /// <returns>The write that waits behind one that is left open.</returns>
    private PendingWrite? EndOne(PendingWrite write, in WriteReceipt receipt)
    {
        int bytes = write.Bytes;
        bool isOpen = receipt.Outcome == WriteOutcome.LeftOpen;
        if (!isOpen) Counts.AddDone();
        bool isTaken = TryGive(write, receipt);
        PendingWrite? next = _lanes?.Leave(write);
        if (isTaken && !isOpen) write.Recycle();
        if (next is not null && !isOpen) Try(next);
        Leave(bytes);
        return isOpen ? next : null;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Runs on the sink's threads: what is thrown here would end the process.")]
    private bool TryGive(PendingWrite write, in WriteReceipt receipt)
    {
        try
        {
            write.Take(receipt);
            return true;
        }
        catch (Exception error)
        {
            _fail?.Invoke(FailureOf(write, error));
            return false;
        }
    }

    // After the receipt: who finds nothing in flight may rely on every receipt being given.
    private void Leave(int bytes)
    {
        Gate.Leave(bytes);
        if (Volatile.Read(ref _isDraining) && Gate.InFlight == 0) _drained.TrySetResult();
    }

    private Task DrainAsync()
    {
        Volatile.Write(ref _isDraining, true);
        Interlocked.MemoryBarrier();
        if (Gate.InFlight == 0) _drained.TrySetResult();
        return _drained.Task;
    }

    private MigrationException FailureOf(PendingWrite write, Exception error) =>
        error as MigrationException ?? WriteErrors.WriteFailed(NameOf(write), error);

    private string NameOf(PendingWrite write) => _sink.GetName(write.Write.Container);

    private static WriteReceipt ReceiptOf(
        PendingWrite write, WriteOutcome outcome, in WriteAnswer answer, WriteRule? rule, MigrationException? failure = null) =>
        new(outcome, write.CentiRequestUnits, answer, rule, write.MayBeWritten, failure);
}
