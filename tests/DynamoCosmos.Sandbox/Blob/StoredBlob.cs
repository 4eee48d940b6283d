namespace DynamoCosmos.Sandbox.Blob;

public enum BlobKind
{
    BlockBlob,
    AppendBlob,
}

/// <summary>A blob at rest. Replaced as a whole by every write of content; guarded by its container's lock.</summary>
public sealed class StoredBlob
{
    public required string Name { get; init; }

    public required BlobKind Kind { get; init; }

    public BlobContent Content { get; internal set; } = BlobContent.Empty;

    public BlobHeaders Headers { get; internal set; } = new();

    public IReadOnlyDictionary<string, string> Metadata { get; internal set; } = new Dictionary<string, string>();

    public string ETag { get; internal set; } = "";

    public DateTimeOffset LastModified { get; internal set; }

    public DateTimeOffset Created { get; internal set; }

    /// <summary>Of a hierarchical account: shows in listings as an empty blob with the metadata hdi_isfolder.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>Blocks of a block blob that was committed as a list; appends of an append blob.</summary>
    internal List<(string Id, BlobContent Content)> Blocks { get; init; } = [];

    internal BlobLease Lease { get; init; } = new();
}

/// <summary>The HTTP headers that a blob keeps and gives back.</summary>
public sealed record BlobHeaders
{
    public string ContentType { get; init; } = "application/octet-stream";

    public string? ContentEncoding { get; init; }

    public string? ContentLanguage { get; init; }

    public string? ContentDisposition { get; init; }

    public string? CacheControl { get; init; }

    /// <summary>Base64; what a writer said, or what the service computed for content that came in one piece.</summary>
    public string? ContentMd5 { get; init; }

    /// <summary>From the x-ms-blob-… headers of a write; Put Blob also takes the plain ones.</summary>
    internal static BlobHeaders Of(HttpRequest request, bool allowPlain)
    {
        string? Read(string name, string? plain) =>
            request.Headers["x-ms-blob-" + name].FirstOrDefault() is { Length: > 0 } own ? own
            : allowPlain && plain is { Length: > 0 } ? plain : null;

        return new()
        {
            ContentType = Read("content-type", request.ContentType) ?? "application/octet-stream",
            ContentEncoding = Read("content-encoding", request.Headers.ContentEncoding),
            ContentLanguage = Read("content-language", request.Headers.ContentLanguage),
            ContentDisposition = Read("content-disposition", null),
            CacheControl = Read("cache-control", request.Headers.CacheControl),
            ContentMd5 = Read("content-md5", null),
        };
    }
}
