using System.Xml;
using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>Put Block and Put Block List.</summary>
internal static class BlockCalls
{
    private const int MaxBlocks = 50_000;

    internal static async Task PutBlockAsync(BlobCall call, StoredContainer container, BlobStandInOptions options,
        CancellationToken cancellationToken)
    {
        string id = CheckId(call);
        BlobPaths.CheckBlob(call.Blob!, container.IsHierarchical);
        BlobContent content = await call.ReadBodyAsync(options.MaxBodyBytes, cancellationToken);
        if (content.Length == 0) throw BlobError.InvalidHeader("Content-Length");
        Stage(call, container, id, content);
        call.Response.Headers.ContentMD5 = content.Md5;
    }

    internal static string CheckId(BlobCall call)
    {
        if (call.Query("blockid") is not { } id) throw BlobError.InvalidQuery("blockid");
        Span<byte> bytes = new byte[id.Length];
        return Convert.TryFromBase64String(id, bytes, out int written) && written is > 0 and <= 64
            ? id : throw BlobError.InvalidQuery("blockid");
    }

    internal static void Stage(BlobCall call, StoredContainer container, string id, BlobContent content)
    {
        lock (container.Gate)
        {
            StoredBlob? blob = container.Find(call.Blob!);
            if (blob is { Kind: not BlobKind.BlockBlob }) throw BlobError.InvalidBlobType();
            if (blob is { IsDirectory: true }) throw BlobError.PathConflict();
            blob?.Lease.CheckWrite(call.Header("x-ms-lease-id"), container.Now);
            Dictionary<string, BlobContent> blocks = container.Uncommitted(call.Blob!);
            if (blocks.Keys.Any(other => other.Length != id.Length)) throw InvalidBlobOrBlock();
            if (blocks.Count >= 2 * MaxBlocks) throw new BlobError(409, "UncommittedBlockCountExceedsLimit",
                "The uncommitted block count cannot exceed the maximum limit of 100,000 blocks.");
            blocks[id] = content;
        }
        call.Response.StatusCode = 201;
        call.Response.Headers["x-ms-request-server-encrypted"] = "true";
    }

    internal static async Task PutBlockListAsync(BlobCall call, StoredContainer container, BlobStandInOptions options,
        CancellationToken cancellationToken)
    {
        BlobContent body = await call.ReadBodyAsync(options.MaxBodyBytes, cancellationToken);
        List<(string Where, string Id)> wanted = Parse(body);
        if (wanted.Count > MaxBlocks) throw new BlobError(400, "BlockListTooLong",
            "The block list may not contain more than 50,000 blocks.");
        BlobHeaders headers = BlobHeaders.Of(call.Request, allowPlain: false);
        if (headers.ContentMd5 is { } md5 && !BlobCall.IsMd5(md5)) throw BlobError.InvalidHeader("x-ms-blob-content-md5");
        lock (container.Gate)
        {
            Dictionary<string, BlobContent> fresh = container.Uncommitted(call.Blob!);
            Dictionary<string, BlobContent> old = [];
            foreach ((string id, BlobContent content) in container.Find(call.Blob!)?.Blocks ?? []) old[id] = content;
            List<(string Id, BlobContent Content)> blocks = [.. wanted.Select(block =>
                (block.Id, Find(block.Where, block.Id, fresh, old)))];
            // The whole blob's MD5 is what the writer says: the service does not compute it over blocks.
            BlobWrites.Save(call, container, new()
            {
                Name = call.Blob!,
                Kind = BlobKind.BlockBlob,
                Content = BlobContent.Join(blocks.Select(block => block.Content)),
                Headers = headers,
                Metadata = call.Metadata(),
                Blocks = blocks,
            });
        }
        call.Response.Headers.ContentMD5 = body.Md5;
    }

    private static BlobContent Find(string where, string id, Dictionary<string, BlobContent> fresh, Dictionary<string, BlobContent> old)
    {
        BlobContent? found = where switch
        {
            "Uncommitted" => fresh.GetValueOrDefault(id),
            "Committed" => old.GetValueOrDefault(id),
            "Latest" => fresh.GetValueOrDefault(id) ?? old.GetValueOrDefault(id),
            _ => throw InvalidXml(),
        };
        return found ?? throw new BlobError(400, "InvalidBlockList", "The specified block list is invalid.");
    }

    private static List<(string Where, string Id)> Parse(BlobContent body)
    {
        try
        {
            using MemoryStream stream = new(body.ToArray());
            XElement root = XDocument.Load(stream).Root!;
            if (root.Name != "BlockList") throw InvalidXml();
            return [.. root.Elements().Select(element => (element.Name.LocalName, element.Value.Trim()))];
        }
        catch (XmlException)
        {
            throw InvalidXml();
        }
    }

    private static BlobError InvalidXml() => new(400, "InvalidXmlDocument", "XML specified is not syntactically valid.");

    private static BlobError InvalidBlobOrBlock() => new(400, "InvalidBlobOrBlock", "The specified blob or block content is invalid.");
}
