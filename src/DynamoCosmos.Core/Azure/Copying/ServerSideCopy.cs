using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Copying;

/// <summary>
/// Azure fetches the file itself. Up to 5,000 MiB in one call that also compares the MD5 of what arrived with the manifest's, so that Azure
/// proves the file. A larger one comes in blocks, for which there is no such proof of the whole: it is read back once and hashed here, and
/// only then given its Content-MD5.
/// </summary>
internal sealed class ServerSideCopy(IPresignedSource source, LakeTarget target, CopyOptions options)
{
    private const int MaxTries = 3;

    // Of x-ms-copy-source; a URL signed with a long session token can exceed it.
    private const int MaxUrlLength = 2048;

    /// <returns>Null once the file is there and proved; else why Azure cannot fetch it from there.</returns>
    /// <exception cref="MigrationException">CopyMd5Mismatch, and whatever the lake refuses for other reasons.</exception>
    internal async Task<CopyRefusal?> TryCopyAsync(FileToCopy file, CancellationToken cancellationToken)
    {
        bool isRefusedWhole = false;
        for (int tries = 1; ; tries++)
        {
            Uri url = await source.CreateReadUrlAsync(file.Source.Key, options.UrlLifetime, cancellationToken).ConfigureAwait(false);
            if (url.AbsoluteUri.Length > MaxUrlLength)
                return new($"the presigned URL is longer than {MaxUrlLength} characters, most likely because of a long session token",
                    true);
            if (url.IsLoopback && !target.Endpoint.IsLoopback)
                return new($"{url.Host} is an address of this machine, which Azure cannot reach", true);
            bool asBlock = (isRefusedWhole || target.Route.PrefersBlocks) && IsOneBlock(file);
            try
            {
                if (asBlock) await CopyAsBlockAsync(file, url, cancellationToken).ConfigureAwait(false);
                else if (file.Source.Length <= options.MaxPutBlobFromUrlBytes)
                    await CopyWholeAsync(file, url, cancellationToken).ConfigureAwait(false);
                else await CopyInBlocksAsync(file, url, cancellationToken).ConfigureAwait(false);
                if (isRefusedWhole) target.Route.PreferBlocks();
                return null;
            }
            catch (Exception error) when (LakeFailure.Core(error) is RequestFailedException answer)
            {
                bool isMismatch = answer is { Status: 400, ErrorCode: "Md5Mismatch" };
                CopyRefusal? refusal = WhyNot(answer);
                // S3 now and then refuses Azure one fetch and allows the next, so a refusal counts when it stays.
                bool canHelp = isMismatch || answer.ErrorCode == "CannotVerifyCopySource";
                if (canHelp && tries == MaxTries && !isMismatch && !asBlock && IsOneBlock(file))
                {
                    // For days in May 2025 Azure refused to fetch blobs from S3 and fetched blocks from it all the same.
                    isRefusedWhole = true;
                    continue;
                }
                if (!canHelp || tries >= MaxTries)
                {
                    if (refusal is not null) return refusal;
                    throw isMismatch ? CopyErrors.CopyMd5Mismatch(file.Address, file.Md5, null) : target.Translate(error, file.TargetKey);
                }
            }
            catch (Exception error) when (LakeFailure.IsKnown(error))
            {
                throw target.Translate(error, file.TargetKey);
            }
            await Task.Delay(Backoff.Next(options.FirstPause, tries, null, Random.Shared.NextDouble()), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task CopyWholeAsync(FileToCopy file, Uri url, CancellationToken cancellationToken)
    {
        byte[] md5 = Convert.FromBase64String(file.Md5);
        BlobSyncUploadFromUriOptions call = new()
        {
            ContentHash = md5,
            HttpHeaders = new() { ContentHash = md5, ContentType = LakeTarget.ContentType(file.TargetKey) },
            CopySourceBlobProperties = false,
        };
        BlobContentInfo copied =
            await target.SlowBlob(file.TargetKey).SyncUploadFromUriAsync(url, call, cancellationToken).ConfigureAwait(false);
        // Older services and emulators may take the proof's header without looking at it.
        if (copied.ContentHash is { Length: > 0 } actual && !actual.AsSpan().SequenceEqual(md5))
            throw CopyErrors.CopyMd5Mismatch(file.Address, file.Md5, Convert.ToBase64String(actual));
    }

    // An empty source makes no block, and a block takes 4,000 MiB.
    private bool IsOneBlock(FileToCopy file) =>
        file.Source.Length > 0 && file.Source.Length <= Math.Min(options.MaxPutBlobFromUrlBytes, options.MaxBlockFromUrlBytes);

    // The file is a block: Azure compares the block's MD5 with the manifest's, which proves it as well as the whole.
    private async Task CopyAsBlockAsync(FileToCopy file, Uri url, CancellationToken cancellationToken)
    {
        byte[] md5 = Convert.FromBase64String(file.Md5);
        BlockBlobClient blob = target.SlowBlob(file.TargetKey);
        string id = BlockId(0);
        StageBlockFromUriOptions call = new() { SourceRange = new(0, file.Source.Length), SourceContentHash = md5 };
        BlockInfo staged = await blob.StageBlockFromUriAsync(url, id, call, cancellationToken).ConfigureAwait(false);
        if (staged.ContentHash is { Length: > 0 } actual && !actual.AsSpan().SequenceEqual(md5))
            throw CopyErrors.CopyMd5Mismatch(file.Address, file.Md5, Convert.ToBase64String(actual));
        BlobHttpHeaders headers = new() { ContentHash = md5, ContentType = LakeTarget.ContentType(file.TargetKey) };
        await blob.CommitBlockListAsync([id], new CommitBlockListOptions { HttpHeaders = headers }, cancellationToken)
            .ConfigureAwait(false);
    }

    private static string BlockId(int number) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(number.ToString("D8", CultureInfo.InvariantCulture)));

    private async Task CopyInBlocksAsync(FileToCopy file, Uri url, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = target.SlowBlob(file.TargetKey);
        List<string> ids = [];
        for (long at = 0; at < file.Source.Length; at += options.UrlBlockBytes)
        {
            string id = BlockId(ids.Count);
            StageBlockFromUriOptions call = new() { SourceRange = new(at, Math.Min(options.UrlBlockBytes, file.Source.Length - at)) };
            await blob.StageBlockFromUriAsync(url, id, call, cancellationToken).ConfigureAwait(false);
            ids.Add(id);
            url = await source.CreateReadUrlAsync(file.Source.Key, options.UrlLifetime, cancellationToken).ConfigureAwait(false);
        }
        // Without Content-MD5, so that a rerun does not take it for proved.
        BlobHttpHeaders headers = new() { ContentType = LakeTarget.ContentType(file.TargetKey) };
        BlobContentInfo written = await blob.CommitBlockListAsync(ids, new CommitBlockListOptions { HttpHeaders = headers },
            cancellationToken).ConfigureAwait(false);
        string actual = await HashAsync(file.TargetKey, cancellationToken).ConfigureAwait(false);
        BlobRequestConditions sameVersion = new() { IfMatch = written.ETag };
        if (actual != file.Md5)
        {
            await blob.DeleteIfExistsAsync(conditions: sameVersion, cancellationToken: cancellationToken).ConfigureAwait(false);
            throw CopyErrors.CopyMd5Mismatch(file.Address, file.Md5, actual);
        }
        headers.ContentHash = Convert.FromBase64String(actual);
        await blob.SetHttpHeadersAsync(headers, sameVersion, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> HashAsync(string key, CancellationToken cancellationToken)
    {
        StoredFile found = await target.Store.FindAsync(key, cancellationToken).ConfigureAwait(false)
            ?? throw ExportErrors.FileMissing(StoreKeys.Combine(target.Store.Root, key));
        Stream stream = await target.Store.OpenReadAsync(found, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false)) return Convert.ToBase64String(await MD5.HashDataAsync(stream, cancellationToken)
            .ConfigureAwait(false));
    }

    private static CopyRefusal? WhyNot(RequestFailedException answer) => (answer.Status, answer.ErrorCode) switch
    {
        (_, "CannotVerifyCopySource") =>
            new($"Azure could not read the file from its source ({answer.Status}); it may be reachable from certain networks only", false),
        (400, "InvalidHeaderValue" or "UnsupportedHeader" or "UnsupportedHttpVerb" or "InvalidInput") or (405, _) or (501, _) =>
            new($"the storage account does not take this call ({answer.Status} {answer.ErrorCode})", true),
        (403, "CopyAcrossAccountsNotSupported" or "CopySourceNotAllowed") =>
            new($"the storage account allows no copies from elsewhere ({answer.ErrorCode})", true),
        _ => null,
    };
}

/// <summary>Why Azure does not fetch a file by itself.</summary>
/// <param name="IsLasting">It will not fetch any other of this account either.</param>
internal sealed record CopyRefusal(string Why, bool IsLasting);
