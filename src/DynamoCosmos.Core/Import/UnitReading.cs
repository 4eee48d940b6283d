using System.Buffers;
using System.IO.Hashing;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;
using DynamoCosmos.Transforms;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Import;

/// <summary>
/// One reader's work: it takes unit after unit, converts record after record, and hands writes to the pipeline as long as there is room.
/// Everything here is used by one task at a time.
/// </summary>
internal sealed class UnitReading(ItemRouter router, LineTransform? transform, DuplicateWatch? duplicates, WritePipeline writes,
    ImportReceipts receipts, Ledger ledger, CheckpointWriter checkpoints, long maxUnreadableBytes, TimeProvider time) : IDisposable
{
    // A segment ends after so many records, or bytes of text, or bytes of rejections: small enough to repeat in seconds, large enough to
    // cost nothing.
    private const int SegmentRecords = 5_000;
    private const long SegmentBytes = 8 * 1024 * 1024;
    private const int SegmentRejectionBytes = 1024 * 1024;

    // One that has so many ends too where its reader has to wait: the next lines are written later than these, and a run that ends in
    // between keeps these.
    private const int WaitingSegmentRecords = 50;

    private readonly WritePool<ImportWrite> _pool = new(pool => new(pool, receipts));
    private readonly DocumentBuffer _document = new();
    private readonly XxHash3 _hash = new();
    private readonly XxHash3 _mark = new();
    private readonly ArrayBufferWriter<byte> _rejection = new();
    private Segment _segment = null!;
    private long _line;
    private int _records;
    private long _bytes;
    private long _now;
    private long _read;
    private long _ended;
    private long _unkept;

    /// <summary>Items read in this run.</summary>
    internal long Read => Interlocked.Read(ref _read);

    /// <summary>
    /// Of these, the ones that came to nothing that is written: expired, or rejected by their conversion; less the documents that a
    /// transform added.
    /// </summary>
    internal long Ended => Interlocked.Read(ref _ended);

    /// <summary>Lines that are no items and were only counted, since the file of rejected items holds more than enough of them.</summary>
    internal long Unkept => Interlocked.Read(ref _unkept);

    /// <summary>A record was no item, but a change of one.</summary>
    internal bool HasChanges { get; private set; }

    /// <summary>Which changes count; null where records are none. To be set before anything is read.</summary>
    internal ChangeOrder? Order { get; set; }

    internal async Task ReadAsync(UnitProgress unit, CancellationToken cancellationToken)
    {
        ItemReader reader = await unit.Unit.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            _hash.Reset();
            _line = 0;
            if (unit.Resumed is OpenUnit resumed) await SkipAsync(reader, resumed, cancellationToken).ConfigureAwait(false);
            BeginSegment(unit);
            try
            {
                while (await reader.FillAsync(cancellationToken).ConfigureAwait(false))
                {
                    _now = time.GetUtcNow().ToUnixTimeSeconds();
                    while (Take(reader, cancellationToken) is ImportWrite blocked)
                    {
                        await WaitAsync(blocked, cancellationToken).ConfigureAwait(false);
                        if (_records >= WaitingSegmentRecords && transform is null or { Left: 0 }) NextSegment();
                    }
                    if (checkpoints.UnwrittenBytes > CheckpointWriter.MaxUnwrittenBytes) await AwaitFlushAsync(unit, cancellationToken)
                        .ConfigureAwait(false);
                }
                _segment.IsLast = true;
            }
            finally
            {
                EndSegment();
            }
        }
    }

    /// <summary>Passes over what an earlier run settled, and proves that it is the same.</summary>
    private async Task SkipAsync(ItemReader reader, OpenUnit resumed, CancellationToken cancellationToken)
    {
        while (_line < resumed.Line)
        {
            if (!await reader.FillAsync(cancellationToken).ConfigureAwait(false)) throw LedgerErrors.SourceChanged(resumed.Name,
                $"it has only {_line} lines, and {resumed.Line} were settled.");
            Skip(reader, resumed.Line);
        }
        if (_line != resumed.Line
            || _hash.GetCurrentHashAsUInt64() != resumed.Hash) throw LedgerErrors.SourceChanged(resumed.Name,
            $"its first {resumed.Line} lines are others.");
    }

    private void Skip(ItemReader reader, long line)
    {
        while (_line < line && reader.TryRead(out ItemRecord record)) Count(record.Text, record.Line);
    }

    /// <summary>Converts and begins to write until the chunk is used up (null), or the gate is full: the write that has no room.</summary>
    private ImportWrite? Take(ItemReader reader, CancellationToken cancellationToken)
    {
        if (SendMade() is ImportWrite still) return still;
        while (reader.TryRead(out ItemRecord record))
        {
            if (_records >= SegmentRecords || _bytes >= SegmentBytes || _segment.RejectionBytes >= SegmentRejectionBytes) NextSegment();
            if (record.IsTooLong)
            {
                Reject(record, ItemRouter.NoContainer, RejectionReason.ItemTooLarge, ItemErrors.LineTooLong);
                continue;
            }
            ConversionOutcome outcome = router.Convert(record.Text, _now, _document, out int container);
            if (_document.IsChange) HasChanges = true;
            if (Order is not null && outcome != ConversionOutcome.Rejected && !IsLatest(Order, record, container)) continue;
            switch (outcome)
            {
                case ConversionOutcome.Rejected:
                    Reject(record, container, _document.Reason, _document.Detail);
                    break;
                case ConversionOutcome.Document when transform is not null:
                    if (TakeMade(record, container, cancellationToken) is ImportWrite made) return made;
                    break;
                case ConversionOutcome.Delete when transform is not null:
                    Reject(record, container, RejectionReason.TransformFailed, DocumentMaker.OfDeletion);
                    break;
                case ConversionOutcome.Document when IsDuplicate(container):
                    Reject(record, container, RejectionReason.DuplicateId,
                        "Another item of this run has made a document with this id and partition key.");
                    break;
                case ConversionOutcome.Expired or ConversionOutcome.Filtered:
                    Pass(record, container, outcome);
                    break;
                default:
                    ImportWrite write = _pool.Take();
                    WriteKind kind = outcome == ConversionOutcome.Document ? WriteKind.Upsert : WriteKind.Delete;
                    ItemWrite converted = new(kind, _document.Id, _document.GetPartitionKey(ItemWrite.Undefined), default, container);
                    write.Set(_segment, record.Line, converted, _document.Document.Span, record.Text);
                    if (!writes.Gate.TryEnter(write.Bytes)) return write;
                    Send(write);
                    break;
            }
        }
        return null;
    }

    private bool IsDuplicate(int container) =>
        duplicates is not null && (!_document.IsChange || duplicates.IsWatchedForChanges(container))
            && !duplicates.IsNew(container, _document, _mark);

    /// <summary>A change that another one of the same item makes void is filtered, and one that may be is rejected.</summary>
    private bool IsLatest(ChangeOrder order, ItemRecord record, int container)
    {
        ChangeVerdict verdict = order.Judge(_document, _segment.Unit.Unit.Name, record, _mark);
        if (verdict == ChangeVerdict.Superseded) Pass(record, container, ConversionOutcome.Filtered);
        else if (verdict == ChangeVerdict.Undecided) Reject(record, container, RejectionReason.UndecidedChange, ChangeOrder.OfUndecided);
        return verdict == ChangeVerdict.Latest;
    }

    /// <summary>What the transform makes of an item: nothing, a rejection, or documents, of which one may find no room.</summary>
    private ImportWrite? TakeMade(ItemRecord record, int container, CancellationToken cancellationToken)
    {
        try
        {
            transform!.Make(record, container, _document, cancellationToken);
        }
        catch (UnfitDocumentException unfit)
        {
            Reject(record, container, unfit.Reason, unfit.Message);
            return null;
        }
        if (transform.Left == 0) Pass(record, container, ConversionOutcome.Filtered);
        return SendMade();
    }

    private ImportWrite? SendMade()
    {
        while (transform is { Left: > 0 })
        {
            ImportWrite write = _pool.Take();
            MadeDocument next = transform.Next;
            ItemWrite made = new(WriteKind.Upsert, next.Id, next.PartitionKey, default, transform.Container);
            write.Set(_segment, transform.Line, made, next.Json.Span, transform.Text);
            if (!writes.Gate.TryEnter(write.Bytes)) return write;
            Send(write);
        }
        return null;
    }

    private void Pass(ItemRecord record, int container, ConversionOutcome outcome)
    {
        Tally tally = _segment.TallyOf(container);
        if (outcome == ConversionOutcome.Expired) tally.AddExpired();
        else tally.AddFiltered();
        Count(record.Text, record.Line);
        CountRead(tally);
        Interlocked.Increment(ref _ended);
    }

    private async Task WaitAsync(ImportWrite blocked, CancellationToken cancellationToken)
    {
        do
        {
            // Cancelled here, the record counts as not read: the segment ends before it.
            await writes.Gate.WaitAsync(blocked.Bytes, cancellationToken).ConfigureAwait(false);
        }
        while (!writes.Gate.TryEnter(blocked.Bytes));
        Send(blocked);
    }

    private void Send(ImportWrite write)
    {
        Tally tally = _segment.TallyOf(write.Write.Container);
        int losses = transform?.Next.NumberLosses ?? 0;
        if (transform is null or { IsAtFirst: true })
        {
            CountRead(tally);
            losses += _document.NumberLosses;
        }
        else
        {
            tally.AddAdded();
            Interlocked.Decrement(ref _ended);
        }
        if (losses > 0) tally.AddNumberLosses(losses);
        transform?.MarkSent();
        // The line is read with its last document: until then the segment is torn.
        if (transform is null or { Left: 0 }) Count(write.Record, write.Line);
        _segment.Enter();
        writes.Begin(write);
    }

    private void Reject(ItemRecord record, int container, RejectionReason reason, string detail)
    {
        _rejection.ResetWrittenCount();
        bool isItem = !record.IsTooLong && reason != RejectionReason.MalformedItem;
        if (isItem || checkpoints.RejectionBytes < maxUnreadableBytes) WriteRejection(record, container, reason, detail, isItem);
        else Interlocked.Increment(ref _unkept);
        Count(record.Text, record.Line);
        CountRead(_segment.TallyOf(container));
        Interlocked.Increment(ref _ended);
        receipts.Reject(_segment, container, into => into.Write(_rejection.WrittenSpan));
    }

    /// <summary>
    /// An item is kept whole, so that it can be imported once it is mended; of what is none, the beginning tells what it was.
    /// </summary>
    private void WriteRejection(ItemRecord record, int container, RejectionReason reason, string detail, bool isItem)
    {
        bool isCut = record.IsTooLong || (!isItem && record.Text.Length > LineBuffer.KeptBytes);
        ReadOnlySpan<byte> text = isCut && record.Text.Length > LineBuffer.KeptBytes ? record.Text[..LineBuffer.KeptBytes] : record.Text;
        bool hasId = !record.IsTooLong && !_document.IdUtf8.IsEmpty;
        RejectionLines.Write(_rejection, router, _segment.Unit.Unit.Name, record.Line, _segment.Unit.Import, reason,
            router.NameOf(container), hasId ? _document.Id : null, hasId ? _document.GetPartitionKey(ItemWrite.Undefined) : null, null,
            detail, text, isCut);
    }

    private void Count(ReadOnlySpan<byte> text, long line)
    {
        _hash.Append(text);
        _hash.Append("\n"u8);
        _line = line;
        _records++;
        _bytes += text.Length;
    }

    private void CountRead(Tally tally)
    {
        tally.AddRead();
        Interlocked.Increment(ref _read);
    }

    /// <summary>Many rejections: a stop at the file that takes them, rather than memory without end.</summary>
    private async Task AwaitFlushAsync(UnitProgress unit, CancellationToken cancellationToken)
    {
        EndSegment();
        BeginSegment(unit);
        while (checkpoints.UnwrittenBytes > CheckpointWriter.MaxUnwrittenBytes) await checkpoints.WaitForFlushAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    private void NextSegment()
    {
        EndSegment();
        BeginSegment(_segment.Unit);
    }

    private void BeginSegment(UnitProgress unit)
    {
        _segment = ledger.BeginSegment(unit);
        (_records, _bytes) = (0, 0);
    }

    private void EndSegment()
    {
        // A part of a line is written: what was counted of it would not add up, so the segment is never settled, and the next run repeats
        // it.
        if (transform is { IsTorn: true }) return;
        _segment.LastLine = _line;
        _segment.Hash = _hash.GetCurrentHashAsUInt64();
        if (_segment.Leave()) ledger.Settle(_segment);
    }

    public void Dispose() => transform?.Dispose();
}
