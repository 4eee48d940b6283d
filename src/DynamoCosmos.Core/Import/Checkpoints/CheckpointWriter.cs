using System.Buffers;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// Makes what is settled durable, every second or so: first the rejections, then the checkpoint that claims them. A run that dies in
/// between leaves rejections that nobody claims; the next one cuts them off and finds them again.
/// </summary>
internal sealed class CheckpointWriter(ICheckpointFile? file, ClaimedRejections rejections, Ledger ledger, Checkpoint begun,
    string? version, Func<long> spent, TimeProvider time)
{
    /// <summary>
    /// A unit that is being read for longer is claimed in part. Sooner, there is little to win; and should its end show that the text is
    /// damaged, nothing of it was claimed.
    /// </summary>
    private static readonly TimeSpan s_openUnits = TimeSpan.FromMinutes(5);

    // One append holds at most this much, unless a single segment has more.
    private const int AppendBytes = 4 * 1024 * 1024;

    private readonly long _startedAt = time.GetTimestamp();

    // Claimed in memory, not durable yet, the oldest first. What an append or a write fails to keep stays here for the next flush.
    private readonly List<Segment> _unwritten = [];
    private readonly ArrayBufferWriter<byte> _lines = new();
    private Checkpoint? _news;
    private string? _version = version;
    private long _unwrittenBytes;
    private long _openClaimedAt = time.GetTimestamp();
    private TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Bytes of rejections that the file holds of this import, or will.</summary>
    internal long RejectionBytes => rejections.To - rejections.From + UnwrittenBytes;

    /// <summary>Bytes of rejections that wait in memory.</summary>
    internal long UnwrittenBytes => Interlocked.Read(ref _unwrittenBytes);

    /// <summary>Rejections that may wait in memory; a reader that meets more waits for their flush.</summary>
    internal const long MaxUnwrittenBytes = 16 * 1024 * 1024;

    internal void Expect(int rejectionBytes) => Interlocked.Add(ref _unwrittenBytes, rejectionBytes);

    /// <summary>Ends after the next flush.</summary>
    internal Task WaitForFlushAsync(CancellationToken cancellationToken) => Volatile.Read(ref _flushed).Task.WaitAsync(cancellationToken);

    /// <summary>Flushes again and again until cancelled.</summary>
    internal async Task RunAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false)) await FlushAsync(null, isEnd: false,
            CancellationToken.None).ConfigureAwait(false);
    }

    /// <param name="completedAt">The import is complete with this flush, which therefore is written in any case.</param>
    /// <param name="isEnd">The run ends, complete or not.</param>
    internal async Task FlushAsync(DateTimeOffset? completedAt, bool isEnd, CancellationToken cancellationToken)
    {
        bool isTime = isEnd || time.GetElapsedTime(_openClaimedAt) >= s_openUnits;
        OpenClaims claims = UnwrittenBytes > MaxUnwrittenBytes / 2
            ? OpenClaims.All : !isTime ? OpenClaims.None : file is null ? OpenClaims.All : OpenClaims.Repeatable;
        if (claims != OpenClaims.None) _openClaimedAt = time.GetTimestamp();
        _news = ledger.TakeNews(claims, _unwritten) ?? _news;
        if (_news is not null || completedAt is not null)
        {
            while (_unwritten.Count > 0) await AppendAsync(_unwritten, rejections.AddAsync, cancellationToken).ConfigureAwait(false);
            await WriteAsync((_news ?? ledger.GetState()) with { CompletedAt = completedAt }, cancellationToken).ConfigureAwait(false);
            _news = null;
        }
        Interlocked.Exchange(ref _flushed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>For a run that ends early: what it rejected beyond what is settled can be seen, but is not claimed.</summary>
    internal async Task ShowUnclaimedAsync(CancellationToken cancellationToken)
    {
        List<Segment> unclaimed = [.. ledger.GetUnclaimed()];
        long shown = 0;
        while (unclaimed.Count > 0) shown += await AppendAsync(unclaimed, (lines, stop) => rejections.ShowAsync(shown, lines, stop),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(Checkpoint state, CancellationToken cancellationToken)
    {
        if (file is null) return;
        state = state with { UpdatedAt = time.GetUtcNow(), Duration = begun.Duration + time.GetElapsedTime(_startedAt) };
        state = state with
        {
            RejectionsTo = rejections.To,
            RejectionsHash = rejections.Hash,
            SpentCentiRequestUnits = begun.SpentCentiRequestUnits + spent()
        };
        _version = await file.WriteAsync(CheckpointJson.Write(state), _version, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Appends the rejections of the first segments, as many as fit into one append, and takes these off the list once their lines are
    /// durable.
    /// </summary>
    /// <returns>Bytes appended.</returns>
    private async Task<int> AppendAsync(List<Segment> segments, Func<ReadOnlyMemory<byte>, CancellationToken, Task> append,
        CancellationToken cancellationToken)
    {
        _lines.ResetWrittenCount();
        int count = 0;
        for (; count < segments.Count; count++)
        {
            ReadOnlyMemory<byte> more = segments[count].Rejections;
            if (_lines.WrittenCount > 0 && _lines.WrittenCount + more.Length > AppendBytes) break;
            _lines.Write(more.Span);
        }
        int length = _lines.WrittenCount;
        if (length > 0) await append(_lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _unwrittenBytes, -length);
        segments.RemoveRange(0, count);
        return length;
    }
}
