using System.Buffers;
using System.Security.Cryptography;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Sources;

/// <summary>
/// A data file that has been proved before its first item is read. A file's MD5 is known only at its end, and by then a single flipped bit
/// may have made items of other keys, which would be written and never be overwritten. So a file on disk is read twice, and one from
/// elsewhere is kept on the way: in memory if it is small, in a temporary file otherwise.
/// </summary>
internal static class ProvedFile
{
    private const int BufferBytes = 128 * 1024;
    private const int MostInMemory = 1024 * 1024;

    /// <exception cref="MigrationException">DataFileMissing, DataFileMd5Mismatch, or TemporaryFileNotWritable.</exception>
    internal static async Task<Stream> OpenAsync(IExportStore store, string key, DataFileClaims claims, CancellationToken cancellationToken)
    {
        (StoredFile file, Stream stored) = await store.TryOpenReadAsync(key, cancellationToken).ConfigureAwait(false)
            ?? throw ExportErrors.DataFileMissing(claims.Address);
        if (claims.Md5 is not string expected) return stored;
        Stream? kept = null;
        try
        {
            await using (stored.ConfigureAwait(false))
            {
                kept = store is LocalExportStore ? null : Keep(file.Length);
                string actual = await HashAsync(stored, kept, cancellationToken).ConfigureAwait(false);
                // What is wrong on the way may be right the next time; what lies wrong stays so.
                if (actual != expected && kept is not null) actual =
                    await HashAgainAsync(store, file, kept, cancellationToken).ConfigureAwait(false);
                if (actual != expected) throw ExportErrors.DataFileMd5Mismatch(claims.Address, expected, actual);
            }
            // The same version of it, or an error: what was proved is what is read.
            if (kept is null) return await store.OpenReadAsync(file, cancellationToken).ConfigureAwait(false);
            kept.Position = 0;
            return kept;
        }
        catch
        {
            if (kept is not null) await kept.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<string> HashAgainAsync(IExportStore store, StoredFile file, Stream kept, CancellationToken cancellationToken)
    {
        kept.SetLength(0);
        Stream stored = await store.OpenReadAsync(file, cancellationToken).ConfigureAwait(false);
        await using (stored.ConfigureAwait(false)) return await HashAsync(stored, kept, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> HashAsync(Stream stored, Stream? kept, CancellationToken cancellationToken)
    {
        using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int count; (count = await stored.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false)) > 0;)
            {
                md5.AppendData(buffer, 0, count);
                if (kept is not null) await WriteAsync(kept, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
            return Convert.ToBase64String(md5.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask WriteAsync(Stream kept, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await kept.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException full)
        {
            throw ExportErrors.TemporaryFileNotWritable(TemporaryFile.Folder, full);
        }
    }

    private static Stream Keep(long length)
    {
        if (length <= MostInMemory) return new MemoryStream((int)length);
        try
        {
            return TemporaryFile.Open("file");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ExportErrors.TemporaryFileNotWritable(TemporaryFile.Folder, error);
        }
    }
}
