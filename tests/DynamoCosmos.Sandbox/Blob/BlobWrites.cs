using System.Globalization;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>Put Blob, Append Block, metadata, properties, lease, delete. Bodies are read before the container is locked.</summary>
internal static class BlobWrites
{
    // An append takes 100 MiB since 2022-11-02, and a blob 50,000 of them.
    private const long MaxAppendBytes = 100L << 20;
    private const int MaxAppends = 50_000;

    internal static async Task PutBlobAsync(BlobCall call, StoredContainer container, BlobStandInOptions options,
        CancellationToken cancellationToken)
    {
        string? kind = call.Header("x-ms-blob-type");
        if (kind is null) throw BlobError.MissingHeader("x-ms-blob-type");
        if (kind == "PageBlob") throw BlobError.NotStoodIn("page blobs");
        if (kind is not ("BlockBlob" or "AppendBlob")) throw BlobError.InvalidHeader("x-ms-blob-type");
        BlobPaths.CheckBlob(call.Blob!, container.IsHierarchical);
        BlobContent content = await call.ReadBodyAsync(kind == "AppendBlob" ? 0 : options.MaxBodyBytes, cancellationToken);
        BlobHeaders headers = BlobHeaders.Of(call.Request, allowPlain: true);
        // The service computes the MD5 of content that comes in one piece.
        if (kind == "BlockBlob") headers = headers with { ContentMd5 = headers.ContentMd5 ?? content.Md5 };
        Save(call, container, new()
        {
            Name = call.Blob!,
            Kind = kind == "BlockBlob" ? BlobKind.BlockBlob : BlobKind.AppendBlob,
            Content = content,
            Headers = headers,
            Metadata = call.Metadata(),
        });
        if (kind == "BlockBlob") call.Response.Headers.ContentMD5 = content.Md5;
    }

    /// <summary>Checks lease and conditions against what is there, puts the blob in its place and answers 201.</summary>
    internal static void Save(BlobCall call, StoredContainer container, StoredBlob blob)
    {
        lock (container.Gate)
        {
            StoredBlob? old = container.Find(blob.Name);
            CheckWrite(call, container, old);
            container.Put(blob);
            BlobReads.WriteVersion(call, blob);
        }
        call.Response.StatusCode = 201;
        call.Response.Headers["x-ms-request-server-encrypted"] = "true";
    }

    internal static void CheckWrite(BlobCall call, StoredContainer container, StoredBlob? old)
    {
        if (old is null && call.Header("x-ms-lease-id") is not null)
            throw new BlobError(412, "LeaseNotPresentWithBlobOperation", "There is currently no lease on the blob.");
        // Conditions go first, so that a lost race is told apart from a lost lease.
        BlobConditions.CheckWrite(call, old);
        old?.Lease.CheckWrite(call.Header("x-ms-lease-id"), container.Now);
    }

    internal static async Task AppendBlockAsync(BlobCall call, StoredContainer container, CancellationToken cancellationToken)
    {
        BlobContent content = await call.ReadBodyAsync(MaxAppendBytes, cancellationToken);
        if (content.Length == 0) throw BlobError.InvalidHeader("Content-Length");
        lock (container.Gate)
        {
            StoredBlob blob = container.Get(call.Blob!);
            if (blob.Kind != BlobKind.AppendBlob) throw BlobError.InvalidBlobType();
            CheckWrite(call, container, blob);
            if (call.LongHeader("x-ms-blob-condition-appendpos") is { } position && position != blob.Content.Length)
                throw new BlobError(412, "AppendPositionConditionNotMet", "The append position condition specified was not met.");
            if (call.LongHeader("x-ms-blob-condition-maxsize") is { } most && blob.Content.Length + content.Length > most)
                throw new BlobError(412, "MaxBlobSizeConditionNotMet", "The max blob size condition specified was not met.");
            if (blob.Blocks.Count == MaxAppends)
                throw new BlobError(409, "BlockCountExceedsLimit",
                    "The committed block count cannot exceed the maximum limit of 50,000 blocks.");
            call.Response.Headers["x-ms-blob-append-offset"] = blob.Content.Length.ToString(CultureInfo.InvariantCulture);
            blob.Blocks.Add(("", content));
            blob.Content = BlobContent.Join([blob.Content, content]);
            container.Touch(blob);
            call.Response.Headers["x-ms-blob-committed-block-count"] = blob.Blocks.Count.ToString(CultureInfo.InvariantCulture);
            BlobReads.WriteVersion(call, blob);
        }
        call.Response.Headers.ContentMD5 = content.Md5;
        call.Response.StatusCode = 201;
    }

    internal static void SetMetadata(BlobCall call, StoredContainer container)
    {
        Dictionary<string, string> metadata = call.Metadata();
        Change(call, container, blob => blob.Metadata = metadata);
    }

    internal static void SetProperties(BlobCall call, StoredContainer container)
    {
        BlobHeaders headers = BlobHeaders.Of(call.Request, allowPlain: false);
        if (headers.ContentMd5 is { } md5 && !BlobCall.IsMd5(md5)) throw BlobError.InvalidHeader("x-ms-blob-content-md5");
        // All of them are replaced: what is not given is gone.
        Change(call, container, blob => blob.Headers = headers);
    }

    internal static void Delete(BlobCall call, StoredContainer container)
    {
        lock (container.Gate)
        {
            StoredBlob blob = container.Get(call.Blob!);
            CheckWrite(call, container, blob);
            container.Remove(blob.Name);
        }
        call.Response.StatusCode = 202;
        call.Response.Headers["x-ms-delete-type-permanent"] = "true";
    }

    internal static void Lease(BlobCall call, StoredContainer container)
    {
        lock (container.Gate)
        {
            StoredBlob blob = container.Get(call.Blob!);
            BlobConditions.CheckWrite(call, blob);
            string? id = call.Header("x-ms-lease-id"), proposed = call.Header("x-ms-proposed-lease-id");
            DateTimeOffset now = container.Now;
            IHeaderDictionary headers = call.Response.Headers;
            switch (call.Header("x-ms-lease-action"))
            {
                case "acquire":
                    headers["x-ms-lease-id"] = blob.Lease.Acquire(proposed, call.IntHeader("x-ms-lease-duration")
                        ?? throw BlobError.MissingHeader("x-ms-lease-duration"), now);
                    call.Response.StatusCode = 201;
                    break;
                case "renew":
                    headers["x-ms-lease-id"] = blob.Lease.Renew(id, now);
                    break;
                case "change":
                    headers["x-ms-lease-id"] = blob.Lease.Change(id, proposed, now);
                    break;
                case "release":
                    blob.Lease.Release(id);
                    break;
                case "break":
                    headers["x-ms-lease-time"] =
                        blob.Lease.Break(call.IntHeader("x-ms-lease-break-period"), now).ToString(CultureInfo.InvariantCulture);
                    call.Response.StatusCode = 202;
                    break;
                default:
                    throw BlobError.InvalidHeader("x-ms-lease-action");
            }
            BlobReads.WriteVersion(call, blob);
        }
    }

    private static void Change(BlobCall call, StoredContainer container, Action<StoredBlob> change)
    {
        lock (container.Gate)
        {
            StoredBlob blob = container.Get(call.Blob!);
            CheckWrite(call, container, blob);
            change(blob);
            container.Touch(blob);
            BlobReads.WriteVersion(call, blob);
        }
    }
}
