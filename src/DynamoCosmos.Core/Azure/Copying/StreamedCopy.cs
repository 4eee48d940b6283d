using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Copying;

/// <summary>
/// Through this machine: one block of memory for each file. Azure proves each block by its own MD5, the MD5 of the whole is taken on the
/// way, and the file only comes into being once it is the manifest's.
/// </summary>
internal sealed class StreamedCopy(IExportStore source, LakeTarget target, CopyOptions options, CopyTally tally)
{
    private const int MaxTries = 3;
    private const int MaxBlocks = 50_000;

    /// <exception cref="MigrationException">CopyMd5Mismatch, and whatever the source or the lake refuses.</exception>
    internal async Task CopyAsync(FileToCopy file, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            string actual = await TryCopyAsync(file, cancellationToken).ConfigureAwait(false);
            if (actual == file.Md5) return;
            if (tries == MaxTries) throw CopyErrors.CopyMd5Mismatch(file.Address, file.Md5, actual);
            await Task.Delay(Backoff.Next(options.FirstPause, tries, null, Random.Shared.NextDouble()), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <returns>The MD5 of what was read. Nothing is written unless it is the wanted one.</returns>
    private async Task<string> TryCopyAsync(FileToCopy file, CancellationToken cancellationToken)
    {
        int blockBytes =
            (int)Math.Min(Array.MaxLength, Math.Max(options.StreamBlockBytes, (file.Source.Length + MaxBlocks - 1) / MaxBlocks));
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(file.Source.Length, 1, blockBytes));
        long streamed = 0, counted = 0;
        try
        {
            using IncrementalHash whole = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            Stream stream = await source.OpenReadAsync(file.Source, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                BlockBlobClient blob = target.Blob(file.TargetKey);
                List<string> ids = [];
                while (true)
                {
                    int wanted = (int)Math.Min(blockBytes, file.Source.Length - streamed);
                    int read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false,
                        cancellationToken).ConfigureAwait(false);
                    if (read < wanted) throw ExportErrors.FileTruncated(file.Address, file.Source.Length, streamed + read);
                    whole.AppendData(buffer, 0, read);
                    streamed += read;
                    bool isLast = streamed == file.Source.Length;
                    if (isLast && ids.Count == 0) return await PutAsync(blob, file, new(buffer, 0, read), whole, cancellationToken)
                        .ConfigureAwait(false);
                    ids.Add(await StageAsync(blob, file, ids.Count, new(buffer, 0, read), cancellationToken).ConfigureAwait(false));
                    tally.Streaming(read);
                    counted += read;
                    if (isLast) return await CommitAsync(blob, file, ids, whole, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            tally.Streaming(-counted);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<string> PutAsync(BlockBlobClient blob, FileToCopy file, ArraySegment<byte> content, IncrementalHash whole,
        CancellationToken cancellationToken)
    {
        byte[] md5 = whole.GetHashAndReset();
        string actual = Convert.ToBase64String(md5);
        if (actual != file.Md5) return actual;
        BlobUploadOptions call = new()
        {
            HttpHeaders = Headers(file, md5),
            // One byte more than there is: content of exactly this size the SDK would send as a block and a list.
            TransferOptions = new() { InitialTransferSize = content.Count + 1L, MaximumTransferSize = content.Count + 1L },
            TransferValidation = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 },
        };
        await SendAsync(file, stream => blob.UploadAsync(stream, call, cancellationToken), content).ConfigureAwait(false);
        return actual;
    }

    private async Task<string> StageAsync(BlockBlobClient blob, FileToCopy file, int number, ArraySegment<byte> content,
        CancellationToken cancellationToken)
    {
        string id = Convert.ToBase64String(Encoding.ASCII.GetBytes(number.ToString("D8", CultureInfo.InvariantCulture)));
        BlockBlobStageBlockOptions call = new() { TransferValidation = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 } };
        await SendAsync(file, stream => blob.StageBlockAsync(id, stream, call, cancellationToken), content).ConfigureAwait(false);
        return id;
    }

    private async Task<string> CommitAsync(BlockBlobClient blob, FileToCopy file, List<string> ids, IncrementalHash whole,
        CancellationToken cancellationToken)
    {
        byte[] md5 = whole.GetHashAndReset();
        string actual = Convert.ToBase64String(md5);
        // Blocks that are not committed show nowhere, and Azure drops them after a week.
        if (actual != file.Md5) return actual;
        CommitBlockListOptions call = new() { HttpHeaders = Headers(file, md5) };
        await SendAsync(file, _ => blob.CommitBlockListAsync(ids, call, cancellationToken), ArraySegment<byte>.Empty).ConfigureAwait(false);
        return actual;
    }

    private async Task SendAsync<T>(FileToCopy file, Func<Stream, Task<T>> send, ArraySegment<byte> content)
    {
        try
        {
            using MemoryStream stream = new(content.Array!, content.Offset, content.Count, writable: false);
            await send(stream).ConfigureAwait(false);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw target.Translate(error, file.TargetKey);
        }
    }

    private static BlobHttpHeaders Headers(FileToCopy file, byte[] md5) =>
        new() { ContentHash = md5, ContentType = LakeTarget.ContentType(file.TargetKey) };
}
