namespace DynamoCosmos.Azure.Copying;

/// <summary>The counts of a copy, written by many files at a time.</summary>
internal sealed class CopyTally
{
    private long _serverSide, _streamed, _skipped, _failed, _copiedBytes, _skippedBytes, _failedBytes, _streamingBytes;

    internal long ServerSideFiles => Interlocked.Read(ref _serverSide);

    internal long StreamedFiles => Interlocked.Read(ref _streamed);

    internal long CopiedFiles => ServerSideFiles + StreamedFiles;

    internal long SkippedFiles => Interlocked.Read(ref _skipped);

    internal long FailedFiles => Interlocked.Read(ref _failed);

    internal long CopiedBytes => Interlocked.Read(ref _copiedBytes);

    internal long SkippedBytes => Interlocked.Read(ref _skippedBytes);

    internal CopyProgress Snapshot(long totalFiles, long? totalBytes) =>
        new(CopiedFiles, SkippedFiles, FailedFiles, totalFiles,
            CopiedBytes + SkippedBytes + Interlocked.Read(ref _failedBytes) + Interlocked.Read(ref _streamingBytes), totalBytes);

    internal void Copied(long bytes, bool isStreamed)
    {
        Interlocked.Increment(ref isStreamed ? ref _streamed : ref _serverSide);
        Interlocked.Add(ref _copiedBytes, bytes);
    }

    internal void Skipped(long bytes)
    {
        Interlocked.Increment(ref _skipped);
        Interlocked.Add(ref _skippedBytes, bytes);
    }

    internal void Failed(long bytes)
    {
        Interlocked.Increment(ref _failed);
        Interlocked.Add(ref _failedBytes, bytes);
    }

    /// <summary>Bytes of a file that is under way; taken back (negative) once the file is settled or begun anew.</summary>
    internal void Streaming(long bytes) => Interlocked.Add(ref _streamingBytes, bytes);
}
