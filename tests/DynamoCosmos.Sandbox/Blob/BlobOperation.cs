namespace DynamoCosmos.Sandbox.Blob;

/// <summary>What a request asks for, by the service's own names, and the data action that a role must hold for it.</summary>
internal sealed record BlobOperation(string Name, string Action)
{
    private const string Service = "Microsoft.Storage/storageAccounts/blobServices/";
    private const string ReadBlobs = Service + "containers/blobs/read";
    private const string WriteBlobs = Service + "containers/blobs/write";

    internal static BlobOperation Of(BlobCall call)
    {
        string method = call.Request.Method;
        string? type = call.Query("restype"), part = call.Query("comp");
        if (type == "account" && part == "properties") return new("GetAccountInfo", Service + "getInfo/action");
        if (call.Container is null) return OfAccount(method, type, part);
        return call.Blob is null ? OfContainer(method, type, part) : OfBlob(call, method, part);
    }

    private static BlobOperation OfAccount(string method, string? type, string? part) => (method, type, part) switch
    {
        ("GET", null, "list") => new("ListContainers", Service + "containers/read"),
        _ => throw BlobError.InvalidQuery("comp"),
    };

    private static BlobOperation OfContainer(string method, string? type, string? part) => (method, type, part) switch
    {
        (_, not "container", _) => throw BlobError.InvalidQuery("restype"),
        ("PUT", _, null) => new("CreateContainer", Service + "containers/write"),
        ("GET" or "HEAD", _, null) => new("GetContainerProperties", Service + "containers/read"),
        ("DELETE", _, null) => new("DeleteContainer", Service + "containers/delete"),
        ("GET", _, "list") => new("ListBlobs", ReadBlobs),
        _ => throw BlobError.NotStoodIn($"{method} container {part}"),
    };

    private static BlobOperation OfBlob(BlobCall call, string method, string? part)
    {
        bool fromUrl = call.Header("x-ms-copy-source") is not null;
        return (method, part) switch
        {
            ("GET", null) => new("GetBlob", ReadBlobs),
            ("HEAD", null) => new("GetBlobProperties", ReadBlobs),
            ("GET", "blocklist") => new("GetBlockList", ReadBlobs),
            ("DELETE", null) => new("DeleteBlob", Service + "containers/blobs/delete"),
            ("PUT", null) when fromUrl && call.Header("x-ms-blob-type") is null => throw BlobError.NotStoodIn("Copy Blob"),
            ("PUT", null) => new(fromUrl ? "PutBlobFromUrl" : "PutBlob", WriteBlobs),
            ("PUT", "block") => new(fromUrl ? "PutBlockFromUrl" : "PutBlock", WriteBlobs),
            ("PUT", "blocklist") => new("PutBlockList", WriteBlobs),
            ("PUT", "appendblock") when !fromUrl => new("AppendBlock", WriteBlobs),
            ("PUT", "metadata") => new("SetBlobMetadata", WriteBlobs),
            ("PUT", "properties") => new("SetBlobProperties", WriteBlobs),
            ("PUT", "lease") => new("LeaseBlob", WriteBlobs),
            _ => throw BlobError.NotStoodIn($"{method} blob {part}"),
        };
    }
}
