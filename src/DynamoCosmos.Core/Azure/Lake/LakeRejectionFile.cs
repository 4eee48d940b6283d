using System.Security.Cryptography;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Azure.Lake;

/// <summary>
/// Rejections in a lake. A block blob rather than an append blob, because what a dead run left beyond the claimed length must be cut off,
/// and append blobs only grow: each append commits the list of the blocks that stay and the one that is new.
/// </summary>
/// <param name="mergeFrom">With so many blocks the last is made larger instead of adding another; a blob has room for 50,000.</param>
internal sealed class LakeRejectionFile(LakeLocation lake, LakeClient client, int mergeFrom = 10_000) : IRejectionFile
{
    private const int MaxBlockBytes = 4 * 1024 * 1024;

    private readonly BlockBlobClient _blob = client.Container(lake).GetBlockBlobClient(lake.Path);
    private List<Block>? _blocks;

    // What the blob held when it was last seen, and what a commit would make of it whose answer is not known: after a failure it can only
    // be one of these, unless somebody else wrote.
    private List<Block>? _seen;
    private List<Block>? _tried;
    private ETag? _version;

    public string Location => lake.Location.AbsoluteUri;

    public async Task<IAsyncDisposable> HoldAsync(string holder, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        // From here on each commit is for the version that was seen: of two runs the second to write is refused.
        return new NoHold();
    }

    public async Task<long> GetLengthAsync(CancellationToken cancellationToken)
    {
        List<Block> blocks = await LoadAsync(cancellationToken).ConfigureAwait(false);
        return blocks.Sum(block => block.Length);
    }

    public async Task AppendAsync(long position, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        List<Block> blocks = await LoadAsync(cancellationToken).ConfigureAwait(false);
        long length = blocks.Sum(block => block.Length);
        if (length < position)
        {
            throw RunFileErrors.RejectionFileNotWritable(Location,
                $"it has {length} bytes where the checkpoint knows of {position}; it was cut, or another file lies in its place.");
        }
        if (lines.IsEmpty && length == position) return;
        try
        {
            (List<Block> kept, ReadOnlyMemory<byte> added) =
                await CutAsync(blocks, position, lines, cancellationToken).ConfigureAwait(false);
            if (!added.IsEmpty) kept.Add(await StageAsync(added, cancellationToken).ConfigureAwait(false));
            await CommitAsync(kept, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            _blocks = null;
            throw Translate(error, LakeErrors.ContributorRole);
        }
    }

    public async Task<Stream> OpenReadAsync(CancellationToken cancellationToken)
    {
        LakeExportStore store = new(lake, client);
        StoredFile file =
            await store.FindAsync(lake.Path, cancellationToken).ConfigureAwait(false) ?? throw RunFileErrors.RejectionFileMissing(Location);
        return await store.OpenReadAsync(file, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// The blocks that stay, and what of a block that is cut (or made larger) has to be written anew, followed by the lines.
    /// </summary>
    private async Task<(List<Block> Kept, ReadOnlyMemory<byte> Added)> CutAsync(
        List<Block> blocks, long position, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        List<Block> kept = [];
        long start = 0;
        foreach (Block block in blocks)
        {
            if (start + block.Length > position) break;
            kept.Add(block);
            start += block.Length;
        }
        if (start == position && kept.Count >= mergeFrom && kept[^1].Length + lines.Length <= MaxBlockBytes)
        {
            start -= kept[^1].Length;
            kept.RemoveAt(kept.Count - 1);
        }
        if (start == position) return (kept, lines);
        BlobDownloadOptions options = new() { Range = new(start, position - start), Conditions = new() { IfMatch = _version } };
        BlobDownloadResult part = await _blob.DownloadContentAsync(options, cancellationToken).ConfigureAwait(false);
        return (kept, (byte[])[.. part.Content.ToArray(), .. lines.Span]);
    }

    private async Task<Block> StageAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        string id = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
        byte[] content = bytes.ToArray();
        BlockBlobStageBlockOptions options = new()
        {
            TransferValidation = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5, PrecalculatedChecksum = MD5.HashData(content) },
        };
        using MemoryStream stream = new(content);
        await _blob.StageBlockAsync(id, stream, options, cancellationToken).ConfigureAwait(false);
        return new(id, content.Length);
    }

    private async Task CommitAsync(List<Block> blocks, CancellationToken cancellationToken)
    {
        CommitBlockListOptions options = new()
        {
            HttpHeaders = new() { ContentType = "application/x-ndjson" },
            Conditions = _version is { } version ? new() { IfMatch = version } : new() { IfNoneMatch = ETag.All },
        };
        _tried = blocks;
        try
        {
            BlobContentInfo written =
                await _blob.CommitBlockListAsync(blocks.Select(block => block.Id), options, cancellationToken).ConfigureAwait(false);
            (_blocks, _seen, _version) = (blocks, blocks, written.ETag);
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 412) || LakeFailure.IsAnswer(error, 409, "BlobAlreadyExists")
            || LakeFailure.IsAnswer(error, 400, "InvalidBlockList"))
        {
            // Another's commit also drops the block that was staged.
            // A try whose answer was lost may have been ours: block ids are never used twice, so the same list can only be this one.
            _blocks = null;
            List<Block> found = await LoadAsync(cancellationToken).ConfigureAwait(false);
            if (!found.SequenceEqual(blocks)) throw RunFileErrors.RejectionFileShared(Location,
                "somebody else wrote to it during the run.");
        }
    }

    private async Task<List<Block>> LoadAsync(CancellationToken cancellationToken)
    {
        if (_blocks is not null) return _blocks;
        try
        {
            (List<Block> blocks, ETag version) = await ReadBlocksAsync(cancellationToken).ConfigureAwait(false);
            TakeAsSeen(blocks, version);
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 404, "BlobNotFound"))
        {
            TakeAsSeen([], null);
        }
        catch (Exception error) when (LakeFailure.IsAnswer(error, 409, "InvalidBlobType"))
        {
            throw RunFileErrors.RejectionFileNotWritable(Location, "it is no block blob, so it was not written by an import.", error);
        }
        catch (Exception error) when (LakeFailure.IsKnown(error))
        {
            throw Translate(error, LakeErrors.ReaderRole);
        }
        return _blocks!;
    }

    /// <summary>
    /// The committed blocks and their version. The service has no call for both, and another run may commit between the two.
    /// </summary>
    private async Task<(List<Block> Blocks, ETag Version)> ReadBlocksAsync(CancellationToken cancellationToken)
    {
        ETag? before = null;
        while (true)
        {
            Response<BlockList> answer =
                await _blob.GetBlockListAsync(BlockListTypes.Committed, cancellationToken: cancellationToken).ConfigureAwait(false);
            List<Block> blocks = [.. answer.Value.CommittedBlocks.Select(block => new Block(block.Name, block.SizeLong))];
            BlobProperties found = await _blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            if (blocks.Sum(block => block.Length) == found.ContentLength) return (blocks, found.ETag);
            // A blob that came in one piece has no blocks to keep.
            if (before == found.ETag) throw RunFileErrors.RejectionFileNotWritable(Location, "it was not written by an import.");
            before = found.ETag;
        }
    }

    private void TakeAsSeen(List<Block> blocks, ETag? version)
    {
        bool isOurs = _seen is null || blocks.SequenceEqual(_seen) || (_tried is not null && blocks.SequenceEqual(_tried));
        if (!isOurs) throw RunFileErrors.RejectionFileShared(Location, "somebody else wrote to it during the run.");
        (_blocks, _seen, _tried, _version) = (blocks, blocks, null, version);
    }

    private MigrationException Translate(Exception error, string role) => LakeFailure.Translate(error, lake, client.Settings, role);

    private sealed class NoHold : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private readonly record struct Block(string Id, long Length);
}
