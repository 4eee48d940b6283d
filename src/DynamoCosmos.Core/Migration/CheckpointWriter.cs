using System.Buffers;

namespace DynamoCosmos.Migration;

/// <summary>
/// Makes what is settled durable, every second or so: first the rejections, then the checkpoint that claims them. A run that dies in between leaves
/// rejections that nobody claims; the next one cuts them off and finds them again.
/// </summary>
internal sealed class CheckpointWriter(ICheckpointFile? file, IRejectionFile rejections, Ledger ledger, Checkpoint begun, string? version, TimeProvider time)
{
    /// <summary>
    /// A unit that is being read for longer is claimed in part. Sooner, there is little to win; and should its end show that the text is damaged, nothing of it was claimed.
    /// </summary>
    private static readonly TimeSpan s_openUnits = TimeSpan.FromMinutes(5);

    // One append holds at most this much, unless a single segment has more.
    private const int AppendBytes = 4 * 1024 * 1024;

    private readonly long _startedAt = time.GetTimestamp();
    private string? _version = version;
    private long _unwrittenBytes;
    private long _openClaimedAt = time.GetTimestamp();
    private TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Length of the file of rejected items that is claimed.</summary>
    internal long RejectionsTo { get; private set; } = begun.RejectionsTo;

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
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false)) await FlushAsync(null, isEnd: false, CancellationToken.None).ConfigureAwait(false);
    }

    /// <param name="completedAt">The import is complete with this flush, which therefore is written in any case.</param>
    /// <param name="isEnd">The run ends, complete or not.</param>
    internal async Task FlushAsync(DateTimeOffset? completedAt, bool isEnd, CancellationToken cancellationToken)
    {
        bool isTime = isEnd || time.GetElapsedTime(_openClaimedAt) >= s_openUnits;
        OpenClaims claims = UnwrittenBytes > MaxUnwrittenBytes / 2 ? OpenClaims.All : !isTime ? OpenClaims.None : file is null ? OpenClaims.All : OpenClaims.Repeatable;
        if (claims != OpenClaims.None) _openClaimedAt = time.GetTimestamp();
        Checkpoint? news = ledger.TakeNews(claims, out IReadOnlyList<Segment> unwritten);
        if (news is not null || completedAt is not null)
        {
            RejectionsTo = await AppendAsync(unwritten, RejectionsTo, cancellationToken).ConfigureAwait(false);
            await WriteAsync((news ?? ledger.GetState()) with { CompletedAt = completedAt }, cancellationToken).ConfigureAwait(false);
        }
        Interlocked.Exchange(ref _flushed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>For a run that ends early: what it rejected beyond what is settled can be seen, but is not claimed.</summary>
    internal async Task ShowUnclaimedAsync(CancellationToken cancellationToken) =>
        await AppendAsync(ledger.GetUnclaimed(), RejectionsTo, cancellationToken).ConfigureAwait(false);

    private async Task WriteAsync(Checkpoint state, CancellationToken cancellationToken)
    {
        if (file is null) return;
        state = state with { UpdatedAt = time.GetUtcNow(), Duration = begun.Duration + time.GetElapsedTime(_startedAt), RejectionsTo = RejectionsTo };
        _version = await file.WriteAsync(CheckpointJson.Write(state), _version, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> AppendAsync(IReadOnlyList<Segment> segments, long position, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> lines = new();
        foreach (Segment segment in segments)
        {
            ReadOnlyMemory<byte> more = segment.TakeRejections();
            if (lines.WrittenCount > 0 && lines.WrittenCount + more.Length > AppendBytes) position = await AppendAsync(lines, position, cancellationToken).ConfigureAwait(false);
            lines.Write(more.Span);
        }
        return lines.WrittenCount > 0 ? await AppendAsync(lines, position, cancellationToken).ConfigureAwait(false) : position;
    }

    private async Task<long> AppendAsync(ArrayBufferWriter<byte> lines, long position, CancellationToken cancellationToken)
    {
        int length = lines.WrittenCount;
        await rejections.AppendAsync(position, lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _unwrittenBytes, -length);
        lines.ResetWrittenCount();
        return position + length;
    }
}
