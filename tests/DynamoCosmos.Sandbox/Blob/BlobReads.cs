using System.Globalization;
using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>Get Blob, Get Blob Properties, Get Block List.</summary>
internal static class BlobReads
{
    /// <summary>Writes the headers; what is to follow them is returned.</summary>
    internal static BlobContent GetBlob(BlobCall call, StoredContainer container)
    {
        lock (container.Gate)
        {
            StoredBlob blob = Checked(call, container);
            WriteHeaders(call, blob, container.Now);
            if (call.Range("Range") is not { } range)
            {
                call.Response.Headers.ContentMD5 = blob.Headers.ContentMd5;
                return blob.Content;
            }
            if (range.From >= blob.Content.Length)
            {
                call.Response.Headers.ContentRange = $"bytes */{blob.Content.Length}";
                throw new BlobError(416, "InvalidRange", "The range specified is invalid for the current size of the resource.");
            }
            long to = Math.Min(range.To ?? long.MaxValue, blob.Content.Length - 1);
            BlobContent slice = blob.Content.Slice(range.From, to - range.From + 1);
            call.Response.StatusCode = 206;
            call.Response.Headers.ContentRange =
                string.Create(CultureInfo.InvariantCulture, $"bytes {range.From}-{to}/{blob.Content.Length}");
            call.Response.Headers["x-ms-blob-content-md5"] = blob.Headers.ContentMd5;
            if (call.Header("x-ms-range-get-content-md5") == "true")
            {
                if (slice.Length > 4 << 20) throw BlobError.InvalidHeader("x-ms-range-get-content-md5");
                call.Response.Headers.ContentMD5 = slice.Md5;
            }
            return slice;
        }
    }

    internal static void GetProperties(BlobCall call, StoredContainer container)
    {
        lock (container.Gate)
        {
            StoredBlob blob = Checked(call, container);
            WriteHeaders(call, blob, container.Now);
            call.Response.Headers.ContentMD5 = blob.Headers.ContentMd5;
            call.Response.ContentLength = blob.Content.Length;
        }
    }

    internal static XDocument GetBlockList(BlobCall call, StoredContainer container)
    {
        string kind = call.Query("blocklisttype") ?? "committed";
        if (kind is not ("committed" or "uncommitted" or "all")) throw BlobError.InvalidQuery("blocklisttype");
        lock (container.Gate)
        {
            StoredBlob? blob = container.Find(call.Blob!);
            Dictionary<string, BlobContent> uncommitted = container.Uncommitted(call.Blob!);
            if (blob is null && uncommitted.Count == 0) throw BlobError.BlobNotFound();
            if (blob is { Kind: not BlobKind.BlockBlob }) throw BlobError.InvalidBlobType();
            blob?.Lease.CheckRead(call.Header("x-ms-lease-id"), container.Now);
            if (blob is not null) WriteVersion(call, blob);
            call.Response.Headers["x-ms-blob-content-length"] = (blob?.Content.Length ?? 0).ToString(CultureInfo.InvariantCulture);
            XElement list = new("BlockList");
            if (kind != "uncommitted") list.Add(
                new XElement("CommittedBlocks", blob?.Blocks.Select(block => Describe(block.Id, block.Content))));
            if (kind != "committed") list.Add(
                new XElement("UncommittedBlocks", uncommitted.Select(block => Describe(block.Key, block.Value))));
            return new(list);
        }
    }

    internal static void WriteVersion(BlobCall call, StoredBlob blob)
    {
        call.Response.Headers.ETag = blob.ETag;
        call.Response.Headers.LastModified = blob.LastModified.ToString("R", CultureInfo.InvariantCulture);
    }

    private static StoredBlob Checked(BlobCall call, StoredContainer container)
    {
        StoredBlob blob = container.Get(call.Blob!);
        blob.Lease.CheckRead(call.Header("x-ms-lease-id"), container.Now);
        BlobConditions.CheckRead(call, blob);
        return blob;
    }

    private static XElement Describe(string id, BlobContent content) =>
        new("Block", new XElement("Name", id), new XElement("Size", content.Length));

    private static void WriteHeaders(BlobCall call, StoredBlob blob, DateTimeOffset now)
    {
        IHeaderDictionary headers = call.Response.Headers;
        WriteVersion(call, blob);
        headers.AcceptRanges = "bytes";
        headers.ContentType = blob.Headers.ContentType;
        headers.ContentEncoding = blob.Headers.ContentEncoding;
        headers.ContentLanguage = blob.Headers.ContentLanguage;
        headers.ContentDisposition = blob.Headers.ContentDisposition;
        headers.CacheControl = blob.Headers.CacheControl;
        headers["x-ms-blob-type"] = blob.Kind.ToString();
        headers["x-ms-creation-time"] = blob.Created.ToString("R", CultureInfo.InvariantCulture);
        headers["x-ms-lease-state"] = blob.Lease.State(now);
        headers["x-ms-lease-status"] = blob.Lease.IsLocked(now) ? "locked" : "unlocked";
        headers["x-ms-lease-duration"] = blob.Lease.DurationKind(now);
        headers["x-ms-server-encrypted"] = "true";
        if (blob.Kind == BlobKind.AppendBlob) headers["x-ms-blob-committed-block-count"] =
            blob.Blocks.Count.ToString(CultureInfo.InvariantCulture);
        foreach ((string name, string value) in blob.Metadata) headers["x-ms-meta-" + name] = value;
    }
}
