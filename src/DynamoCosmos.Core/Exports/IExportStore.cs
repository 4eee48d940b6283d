using DynamoCosmos.Basics;

namespace DynamoCosmos.Exports;

/// <summary>
/// A place that holds exports: a bucket, a lake's file system, a folder on disk. Reads only. Keys are relative to <see cref="Root"/>, with
/// slashes, as S3 writes them. Answers that a user must act on (no access, no such bucket) are <see cref="MigrationException"/>s; broken
/// connections are mended inside, by reading on from where the stream broke, of the same version of the file. A store owns no connections:
/// the run does.
/// </summary>
public interface IExportStore
{
    /// <summary>
    /// Ends in a slash and holds no secret: <c>s3://bucket/</c>, <c>https://account.blob.core.windows.net/container/</c>,
    /// <c>file:///folder/</c>.
    /// </summary>
    Uri Root { get; }

    /// <summary>Null where there is no such file.</summary>
    Task<StoredFile?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Exactly the version that was found: one replaced in the meantime is an <see cref="ExportErrors.FileChanged"/>, one removed an
    /// <see cref="ExportErrors.FileMissing"/>. The stream is forward-only and buffers a bounded amount.
    /// </summary>
    Task<Stream> OpenReadAsync(StoredFile file, CancellationToken cancellationToken);

    /// <summary>Finds a file and opens it, with a single request where the store can do that. Null where there is no such file.</summary>
    async Task<OpenedFile?> TryOpenReadAsync(string key, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken).ConfigureAwait(false) is StoredFile file
            ? new(file, await OpenReadAsync(file, cancellationToken).ConfigureAwait(false))
            : null;

    /// <summary>All files whose key starts so, in the order of their keys' UTF-8 bytes, at any depth.</summary>
    IAsyncEnumerable<StoredFile> ListAsync(string prefix, CancellationToken cancellationToken);
}

/// <summary>One version of a file in a store.</summary>
/// <param name="Key">Relative to the store's root.</param>
/// <param name="Length">Bytes as stored (compressed).</param>
/// <param name="ETag">The version, in the store's own words, with its quotes; for a local file a text made of length and write
/// time.</param>
/// <param name="ContentMd5">Base64, where the store keeps one that it or its writer vouches for. An S3 ETag is not one.</param>
public sealed record StoredFile(string Key, long Length, string ETag, string? ContentMd5 = null, DateTimeOffset? LastModified = null);

/// <summary>A file that was found and opened.</summary>
/// <param name="Content">From the file's beginning, of exactly this version; to be disposed by whoever opened it.</param>
public sealed record OpenedFile(StoredFile File, Stream Content);
