using System.Threading.Channels;
using DynamoCosmos.Basics;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Import;

/// <summary>One run's moving parts, from the first unit to the last answer.</summary>
internal sealed class ImportRun : IAsyncDisposable
{
    private readonly IItemSource _source;
    private readonly IItemSink _sink;
    private readonly ItemRouter _router;
    private readonly ImportFiles _files;
    private readonly ImportOptions _options;
    private readonly Checkpoint _begun;
    private readonly TimeProvider _time;
    private readonly Ledger _ledger;
    private readonly DuplicateWatch? _duplicates;
    private readonly WritePipeline _writes;
    private readonly CheckpointWriter _checkpoints;
    private readonly UnitReading[] _readings;
    private readonly Steering _steering;
    private readonly RateMeter _rates;
    private readonly RunHistory _history;
    private readonly long _startedAt;
    private readonly CancellationTokenSource _stop = new();
    private readonly FailedUnits _failedUnits = new();
    private MigrationException? _failure;
    private long _rejected;
    private ChangeOrder? _order;
    private bool _isAllRead;
    private volatile bool _isTimeUp;
    private int? _units;

    internal ImportRun(
        IItemSource source, IItemSink sink, ItemRouter router, IDocumentTransform? transform, ImportFiles files,
            ClaimedRejections rejections, ImportOptions options, Checkpoint begun, string? version, TimeProvider time)
    {
        (_source, _sink, _router, _files) = (source, sink, router, files);
        (_options, _begun, _time) = (options, begun, time);
        _startedAt = time.GetTimestamp();
        _rejected = begun.Total.Rejected;
        _units = source.UnitCount;
        _duplicates = DuplicateWatch.For(router, source.ItemCount, transform is not null, options.AreKeysGiven);
        _ledger = new(begun, router.IsSplit ? router.Containers.Count : 0);
        _writes = new(sink, new()
        {
            MaxInFlight = options.InFlightOver(sink.Ranges),
            MaxBytesInFlight = options.MaxBytesInFlight,
            RetryTimeout = options.RetryTimeout,
            DrainTimeout = options.DrainTimeout,
            KeepsOrder = source.IsOrdered,
        }, time, Fail);
        ImportReceipts receipts = new(sink, router, mayRepeat: begun.Runs > 1, _ledger.Settle, NoteRejection);
        _checkpoints = new(files.Checkpoint, rejections, _ledger, begun, version, () => _writes.Counts.CentiRequestUnits, time);
        _readings = [.. Enumerable.Range(0, Math.Max(1, options.Parallelism)).Select(_ => new UnitReading(
            router, LineTransform.Open(transform, router, _duplicates), _duplicates, _writes, receipts, _ledger, _checkpoints,
            options.MaxUnreadableBytes, time))];
        _steering = new(_writes, time);
        _rates = new(time);
        _history = new(time);
    }

    internal SteeringState Steering => _steering.State;

    internal Checkpoint State { get; private set; } = null!;

    /// <summary>Ends when everything is settled, or at StopAfter; <see cref="State"/> then says which.</summary>
    internal async Task RunAsync(IRunMessages messages, CancellationToken lost, CancellationToken cancellationToken)
    {
        await TellLimitsAsync(messages, cancellationToken).ConfigureAwait(false);
        using CancellationTokenRegistration onLost = lost.Register(() => Fail(RunFileErrors.HoldLost(_files.Checkpoint!.Location)));
        using CancellationTokenRegistration onCancel = cancellationToken.Register(() =>
        {
            _stop.Cancel();
            _writes.Abandon();
        });
        using ITimer? stopAfter = _options.StopAfter is TimeSpan limit
            ? _time.CreateTimer(static run => ((ImportRun)run!).EndInTime(), this, limit, Timeout.InfiniteTimeSpan) : null;
        using CancellationTokenSource ended = new();
        Task steering = _steering.RunAsync(Observe, ended.Token);
        Task checkpoints = WatchAsync(_checkpoints.RunAsync(_options.CheckpointInterval, ended.Token));

        await ReadAllAsync(messages).ConfigureAwait(false);
        await _writes.DrainAsync(() => _isTimeUp && _failure is null, _stop.Token).ConfigureAwait(false);
        ended.Cancel();
        await steering.ConfigureAwait(false);
        await checkpoints.ConfigureAwait(false);
        if (_readings.Sum(static reading => reading.Unkept) is long unkept and > 0)
        {
            await messages.WarningAsync(
                $"{unkept:N0} lines that are no items are counted as rejected but not written to {_files.Rejections.Location}: " +
                $"it holds {_options.MaxUnreadableBytes / (1024 * 1024):N0} MB of this import. The first of them tell what is wrong " +
                    "with the data.", CancellationToken.None).ConfigureAwait(false);
        }
        await CloseAsync(lost, cancellationToken).ConfigureAwait(false);
    }

    internal ImportProgress GetProgress()
    {
        (double items, double centiRequestUnits, double throttledShare) = _rates.Get();
        ImportCounts before = _begun.Total;
        long read = before.Read + _readings.Sum(static reading => reading.Read);
        long done = before.Settled - before.Added + Done;
        TimeSpan? left = _source.ItemCount is long total && items > 0
            ? TimeSpan.FromSeconds(Math.Min(Math.Max(0, total - done) / items, TimeSpan.FromDays(999).TotalSeconds)) : null;
        return new(read, done, Interlocked.Read(ref _rejected), _source.ItemCount, items, centiRequestUnits / 100, throttledShare, left,
            _ledger.CompletedUnits, _units, _writes.Gate.InFlight, _time.GetElapsedTime(_startedAt));
    }

    /// <summary>Adds what only this run knows.</summary>
    internal ImportResult Describe(ImportResult result) => result with
    {
        Throttled = _writes.Counts.Throttled,
        Retries = _writes.Counts.Retries,
        PeakInFlight = _writes.Gate.Peak,
        Duration = _time.GetElapsedTime(_startedAt),
        TotalDuration = _begun.Duration + _time.GetElapsedTime(_startedAt),
        UnitsTotal = _units,
        History = _history.ToMoments(Done, _writes.Counts.CentiRequestUnits, _writes.Counts.Throttled),
    };

    public async ValueTask DisposeAsync()
    {
        await _writes.DisposeAsync().ConfigureAwait(false);
        foreach (UnitReading reading in _readings) reading.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAllAsync(IRunMessages messages)
    {
        Channel<UnitProgress> units = Channel.CreateBounded<UnitProgress>(new BoundedChannelOptions(1) { SingleWriter = true });
        Task[] readers = [.. _readings.Select(reading => Task.Run(() => ReadUnitsAsync(reading, units.Reader, messages)))];
        try
        {
            await OrderChangesAsync(messages).ConfigureAwait(false);
            int ordinal = 0;
            await foreach (IItemUnit unit in _source.ReadUnitsAsync(_stop.Token).ConfigureAwait(false))
            {
                UnitProgress? progress = _ledger.Begin(ordinal++, unit);
                if (_order?.FailureOf(unit.Name) is MigrationException failure) await LeaveOutAsync(failure, messages)
                    .ConfigureAwait(false);
                else if (progress is not null) await units.Writer.WriteAsync(progress, _stop.Token).ConfigureAwait(false);
            }
            _units = ordinal;
            _isAllRead = true;
        }
        catch (Exception error)
        {
            if (error is not OperationCanceledException || !_stop.IsCancellationRequested) Fail(error as MigrationException
                ?? ImportErrors.ReadFailed(_source.Identity, error));
        }
        units.Writer.Complete();
        await Task.WhenAll(readers).ConfigureAwait(false);
    }

    private async Task ReadUnitsAsync(UnitReading reading, ChannelReader<UnitProgress> units, IRunMessages messages)
    {
        try
        {
            await foreach (UnitProgress unit in units.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    await reading.ReadAsync(unit, _stop.Token).ConfigureAwait(false);
                    if (_duplicates?.TakeNews() == true) await messages.WarningAsync(ImportErrors.KeysNotUnique(_source.Keys), _stop.Token)
                        .ConfigureAwait(false);
                }
                catch (MigrationException error) when (FailedUnits.IsOfOneUnit(error))
                {
                    _checkpoints.Expect(-_ledger.Discard(unit));
                    await LeaveOutAsync(error, messages).ConfigureAwait(false);
                }
                catch (Exception error) when (error is not (MigrationException or OperationCanceledException))
                {
                    Fail(ImportErrors.ReadFailed(unit.Unit.Name, error));
                }
            }
        }
        catch (Exception error)
        {
            if (error is not OperationCanceledException || !_stop.IsCancellationRequested) Fail(error as MigrationException
                ?? ImportErrors.ReadFailed(_source.Identity, error));
        }
    }

    private async Task LeaveOutAsync(MigrationException error, IRunMessages messages)
    {
        if (!_failedUnits.TryAdd(error)) Fail(error);
        else await messages.WarningAsync($"{error.Message} The import goes on with the other data files and will end with this error.",
            _stop.Token).ConfigureAwait(false);
    }

    private async Task OrderChangesAsync(IRunMessages messages)
    {
        _order = await ChangeOrder.ReadAsync(_source, _router, _readings.Length, _stop.Token).ConfigureAwait(false);
        foreach (UnitReading reading in _readings) reading.Order = _order;
        if (_order is not { Several: > 0 and int several }) return;
        await messages.WarningAsync(
            $"{several:N0} items have several records in this incremental export, which DynamoDB does not write. " +
            "Of each, the one that was written last counts, by its WriteTimestampMicros; the others are counted as Filtered.", _stop.Token)
                .ConfigureAwait(false);
    }

    private void Observe()
    {
        _rates.Set(Done, _writes.Counts.CentiRequestUnits, _writes.Counts.Answers, _writes.Counts.Throttled);
        _history.Note(Done, _writes.Counts.CentiRequestUnits, _writes.Counts.Throttled);
    }

    private long Done => _writes.Counts.Done + _readings.Sum(static reading => reading.Ended);

    /// <summary>A checkpoint that cannot be written ends the run: it would go on without being able to say how far it came.</summary>
    private async Task WatchAsync(Task checkpoints)
    {
        try
        {
            await checkpoints.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
        catch (Exception error)
        {
            Fail(error as MigrationException
                ?? RunFileErrors.CheckpointNotWritable(_files.Checkpoint?.Location ?? _files.Rejections.Location, error.Message, error));
        }
    }

    /// <summary>The last word to the checkpoint, and the verdict.</summary>
    private async Task CloseAsync(CancellationToken lost, CancellationToken cancellationToken)
    {
        bool isComplete = _isAllRead && _failure is null && _failedUnits.IsEmpty && _ledger.CompletedUnits == _units;
        if (isComplete && _source.ItemCount is long promised && _ledger.GetState().Total.Read is long read && read != promised)
        {
            Fail(ImportErrors.SourceCountMismatch(_source.Identity, promised, read));
            isComplete = false;
        }
        isComplete = isComplete && await IsProvedAsync(cancellationToken).ConfigureAwait(false);
        DateTimeOffset? completedAt = isComplete ? _time.GetUtcNow() : null;
        if (!lost.IsCancellationRequested)
        {
            try
            {
                await _checkpoints.FlushAsync(completedAt, isEnd: true, CancellationToken.None).ConfigureAwait(false);
                if (!isComplete) await _checkpoints.ShowUnclaimedAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                Fail(error as MigrationException
                    ?? RunFileErrors.CheckpointNotWritable(_files.Checkpoint?.Location
                    ?? _files.Rejections.Location, error.Message, error));
            }
        }
        long spent = _begun.SpentCentiRequestUnits + _writes.Counts.CentiRequestUnits;
        State = _ledger.GetState() with { CompletedAt = completedAt, SpentCentiRequestUnits = spent };
        if (_failure is not null) throw _failure;
        cancellationToken.ThrowIfCancellationRequested();
        if (!_failedUnits.IsEmpty) throw _failedUnits.ToException();
    }

    /// <summary>Everything was read and written: whether it is still there, in the container that it was written to.</summary>
    private async Task<bool> IsProvedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _sink.VerifyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MigrationException error)
        {
            Fail(error);
            return false;
        }
        long replaced = _ledger.GetState().Total.Replaced;
        // Records of changes, which a pipeline may have, replace documents by right.
        if (!_begun.BeganEmpty || replaced == 0 || _readings.Any(static reading => reading.HasChanges)) return true;
        Fail(ImportErrors.ItemsReplacedEachOther(_sink.Name, replaced));
        return false;
    }

    /// <summary>What this run cannot find of two items that make one document.</summary>
    private async Task TellLimitsAsync(IRunMessages messages, CancellationToken cancellationToken)
    {
        if (_duplicates is not { IsNeeded: true } || (_begun.Runs == 1 && _source.ItemCount <= _duplicates.Capacity)) return;
        await messages.WarningAsync(
            "These ids need not be unique. Two items that make one document are found (DuplicateId) among the first " +
                $"{_duplicates.Capacity:N0} of this run, not between runs. " +
            $"{Remedy.Compare} finds all: what another item replaced is Missing.", cancellationToken).ConfigureAwait(false);
    }

    private void EndInTime()
    {
        _isTimeUp = true;
        _stop.Cancel();
    }

    private void NoteRejection(Segment segment, int bytes)
    {
        _checkpoints.Expect(bytes);
        if (Interlocked.Increment(ref _rejected) > _options.MaxRejectedItems) Fail(
            ImportErrors.TooManyRejectedItems(_options.MaxRejectedItems.Value, _files.Rejections.Location));
    }

    /// <summary>The first failure is the run's.</summary>
    private void Fail(MigrationException error)
    {
        if (Interlocked.CompareExchange(ref _failure, error, null) is null) _stop.Cancel();
    }
}
