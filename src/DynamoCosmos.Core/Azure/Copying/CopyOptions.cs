using DynamoCosmos.Model;

namespace DynamoCosmos.Azure.Copying;

/// <summary>How to copy.</summary>
public sealed record CopyOptions
{
    public CopyMethod Method { get; init; }

    /// <summary>Files at a time. A streamed copy takes 8 MiB of memory for each.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>How long a presigned URL of one file works. Azure reads the whole file within it.</summary>
    public TimeSpan UrlLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Put Blob From URL takes sources of up to 5,000 MiB (https://learn.microsoft.com/rest/api/storageservices/put-blob-from-url).
    /// </summary>
    internal long MaxPutBlobFromUrlBytes { get; init; } = 5000L << 20;

    /// <summary>Put Block From URL takes up to 4,000 MiB.</summary>
    internal long MaxBlockFromUrlBytes { get; init; } = 4000L << 20;

    /// <summary>
    /// Of a file over that: Put Block From URL takes up to 4,000 MiB and a blob 50,000 blocks; small ones lose less when one is tried
    /// again.
    /// </summary>
    internal long UrlBlockBytes { get; init; } = 256L << 20;

    /// <summary>Of a streamed copy; more where a file would have over 50,000 of them.</summary>
    internal int StreamBlockBytes { get; init; } = 8 << 20;

    /// <summary>Before a file is tried again; doubled each time.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>How far a copy is.</summary>
/// <param name="Bytes">Settled files, and what of the others was streamed so far.</param>
/// <param name="TotalBytes">Null where the source may not be listed.</param>
public readonly record struct CopyProgress(long CopiedFiles, long SkippedFiles, long FailedFiles, long TotalFiles, long Bytes,
    long? TotalBytes)
{
    public long SettledFiles => CopiedFiles + SkippedFiles + FailedFiles;
}
