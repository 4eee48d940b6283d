using System.Diagnostics.CodeAnalysis;
using DynamoCosmos.Basics;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Import;

/// <summary>
/// Writes operations to the sink until each is settled: done, rejected, or tried again. Whatever answers come, on whatever thread, an operation leaves
/// either settled, or (when the run stops) left open, and then the checkpoint does not claim its lines.
/// </summary>
internal sealed class ItemWriter : IAsyncDisposable
{
    /// <summary>How many times as long an operation pauses that was refused before there is a pace.</summary>
    internal const int UnpacedPauses = 3;

    private readonly IItemSink _sink;
    private readonly ItemRouter _router;
    private readonly ImportOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<Segment> _settle;
    private readonly Action<Segment, int> _rejected;
    private readonly Action<MigrationException> _fail;
    private readonly RetryQueue _retries;
    private readonly bool _mayRepeat;
    private readonly CancellationTokenSource _abandon = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDraining;
    private volatile bool _hasPace;
    private long _answers;
    private long _done;
    private long _throttled;
    private long _retried;
    private long _charge;

    // Time stamp at which the wait ends that the last refusal asked for; 0 without one.
    private long _toldUntil;

    /// <param name="settle">A segment's last operation has ended.</param>
    /// <param name="rejected">A rejection of so many bytes was noted in a segment.</param>
    /// <param name="fail">The run cannot go on. None of the three may be called under a lock.</param>
    /// <param name="mayRepeat">An earlier run may have written documents that this one writes again.</param>
    internal ItemWriter(IItemSink sink, ItemRouter router, ImportOptions options, TimeProvider time, Action<Segment> settle, Action<Segment, int> rejected, Action<MigrationException> fail, bool mayRepeat = false)
    {
        _sink = sink;
        _router = router;
        _options = options;
        _time = time;
        _settle = settle;
        _rejected = rejected;
        _mayRepeat = mayRepeat;
        _fail = fail;
        Gate = new(FlightControl.FirstFor(sink.Ranges, options.InFlightOver(sink.Ranges)), options.MaxBytesInFlight);
        _retries = new(time, Gate.TryAllow, Begin);
    }

    internal FlightGate Gate { get; }

    /// <summary>Answers of any kind.</summary>
    internal long Answers => Interlocked.Read(ref _answers);

    /// <summary>Operations that ended: written, or refused for good.</summary>
    internal long Done => Interlocked.Read(ref _done);

    /// <summary>Operations that wait for their next try.</summary>
    internal int Waiting => _retries.Count;

    internal long Throttled => Interlocked.Read(ref _throttled);

    internal long CentiRequestUnits => Interlocked.Read(ref _charge);

    internal long Retries => Interlocked.Read(ref _retried);

    /// <summary>What is left at a moment of the wait that the last 429 asked for; null if there was none since this was asked last.</summary>
    internal TimeSpan? TakeToldWait(long now) =>
        Interlocked.Exchange(ref _toldUntil, 0) is long until and not 0 ? TimeSpan.FromSeconds(Math.Max(0, until - now) / (double)_time.TimestampFrequency) : null;

    /// <summary>Lets as many operations begin as a pace says, until this is called again. Those that were refused go first.</summary>
    internal void Refill(PaceControl pace)
    {
        _hasPace = pace.Pace is not null;
        _sink.UseBatches(!pace.IsTooSlowForBatches);
        Gate.Refill(pace.Allowance);
        _retries.BeginDue();
        Gate.WakeIfRoom();
    }

    internal OperationPool CreatePool() => new(OnAnswered);

    /// <summary>The operation has entered the gate and its segment.</summary>
    internal void Begin(Operation operation) => operation.Begin(_sink, _abandon.Token);

    /// <summary>
    /// Ends when nothing is in flight any more. Everything has been begun that will be. Once stopped, those under way have DrainTimeout to end.
    /// </summary>
    /// <param name="mayRetry">
    /// Whether operations that pause before their next try have that time too; else they are left open at once. A run whose time is up is well: under throttling most of what
    /// it has in flight pauses, and short runs that left that open would hardly get on.
    /// </param>
    internal async Task DrainAsync(Func<bool> mayRetry, CancellationToken stop)
    {
        using ITimer timer = _time.CreateTimer(
            static state =>
            {
                ItemWriter writer = (ItemWriter)state!;
                writer.LeaveWaitingOpen();
                writer.Abandon();
            },
            this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration onStop = stop.Register(() =>
        {
            timer.Change(_options.DrainTimeout, Timeout.InfiniteTimeSpan);
            if (!mayRetry()) LeaveWaitingOpen();
        });
        Volatile.Write(ref _isDraining, true);
        Interlocked.MemoryBarrier();
        if (Gate.InFlight == 0) _drained.TrySetResult();
        await _drained.Task.ConfigureAwait(false);
    }

    /// <summary>Gives up what is in flight.</summary>
    internal void Abandon() => _abandon.Cancel();

    private void LeaveWaitingOpen()
    {
        foreach (Operation operation in _retries.Close()) LeaveOpen(operation);
    }

    public async ValueTask DisposeAsync()
    {
        await _retries.DisposeAsync().ConfigureAwait(false);
        _abandon.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Runs on the sink's threads: what is thrown here would end the process; it ends the run instead.")]
    private void OnAnswered(Operation operation)
    {
        try
        {
            WriteAnswer answer = operation.GetAnswer();
            Interlocked.Increment(ref _answers);
            long charge = (long)Math.Round(answer.RequestCharge * 100);
            Interlocked.Add(ref _charge, charge);
            Tally tally = operation.Segment.TallyOf(operation.Write.Container);
            tally.AddCharge(charge);
            WriteRule rule = WriteRules.For(operation.Write.Kind, answer);
            switch (rule.Verdict)
            {
                case WriteVerdict.Settle:
                    tally.AddDone(operation.Write.Kind);
                    if (HasReplaced(operation, answer)) tally.AddReplaced();
                    Settle(operation);
                    break;
                case WriteVerdict.Reject:
                    Reject(operation, answer, rule);
                    Settle(operation);
                    break;
                case WriteVerdict.Retry:
                    Retry(operation, answer, rule);
                    break;
                default:
                    _fail(WriteErrors.WriteStopped(_sink.GetName(operation.Write.Container), answer, rule));
                    LeaveOpen(operation);
                    break;
            }
        }
        catch (Exception error)
        {
            // A cancelled write is no failure of its own: whoever cancelled knows why.
            if (error is not OperationCanceledException || !_abandon.IsCancellationRequested) _fail(error as MigrationException ?? WriteErrors.WriteFailed(_sink.GetName(operation.Write.Container), error));
            LeaveOpen(operation);
        }
    }

    /// <summary>Whether a document of something else was there. A write that may be its own second one tells nothing.</summary>
    private bool HasReplaced(Operation operation, WriteAnswer answer) =>
        operation.Write.Kind == WriteKind.Upsert && answer.Status == 200 && !operation.MayBeWritten && !_mayRepeat && !_sink.TryTakeRepeat();

    private void Retry(Operation operation, WriteAnswer answer, WriteRule rule)
    {
        long now = _time.GetTimestamp();
        if (operation.FailingSince == 0) operation.FailingSince = now;
        if (answer.Status == 429)
        {
            Interlocked.Increment(ref _throttled);
            if (answer.RetryAfter is TimeSpan wait) Interlocked.Exchange(ref _toldUntil, now + (long)(wait.TotalSeconds * _time.TimestampFrequency));
        }
        if (!WriteRules.IsSurelyNotDone(answer.Status)) operation.MayBeWritten = true;
        // After a timeout the request may still be on its way, and read the document's memory.
        if (answer.Status is 0 or 408) operation.Forsake();
        if (_time.GetElapsedTime(operation.FailingSince, now) >= _options.RetryTimeout)
        {
            _fail(answer.Status == 429
                ? WriteErrors.ThrottledTooLong(_sink.GetName(operation.Write.Container), _options.RetryTimeout, answer)
                : WriteErrors.WritesKeptFailing(_sink.GetName(operation.Write.Container), _options.RetryTimeout, answer, rule));
            LeaveOpen(operation);
            return;
        }
        Interlocked.Increment(ref _retried);
        // Before there is a pace nothing but the pauses holds back what was refused.
        TimeSpan first = answer.Status == 429 && !_hasPace ? UnpacedPauses * rule.FirstPause : rule.FirstPause;
        if (!_retries.TryAdd(operation, Backoff.Next(first, operation.Tries, answer.RetryAfter, Random.Shared.NextDouble()))) LeaveOpen(operation);
    }

    private void Reject(Operation operation, WriteAnswer answer, WriteRule rule)
    {
        int bytes = operation.Segment.Reject(operation.Write.Container, into => RejectionLines.Write(
            into, _router, operation.Segment.Unit.Unit.Name, operation.Line, operation.Segment.Unit.Import, RejectionReason.Refused, _router.NameOf(operation.Write.Container), operation.Write.Id, operation.Write.PartitionKey, answer,
            answer.Message ?? rule.Why, operation.Text, isCut: false));
        _rejected(operation.Segment, bytes);
    }

    private void Settle(Operation operation)
    {
        Segment segment = operation.Segment;
        int bytes = operation.Bytes;
        operation.Return();
        Interlocked.Increment(ref _done);
        // The ledger knows before the gate does: who finds nothing in flight may rely on everything being counted.
        try
        {
            if (segment.Leave()) _settle(segment);
        }
        catch (MigrationException error)
        {
            _fail(error);
        }
        Leave(bytes);
    }

    /// <summary>It leaves the flight but not its segment, which therefore never counts as settled in this run.</summary>
    private void LeaveOpen(Operation operation) => Leave(operation.Bytes);

    private void Leave(int bytes)
    {
        Gate.Leave(bytes);
        if (Volatile.Read(ref _isDraining) && Gate.InFlight == 0) _drained.TrySetResult();
    }
}
