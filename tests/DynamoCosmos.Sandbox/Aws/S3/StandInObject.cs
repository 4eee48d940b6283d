using System.Security.Cryptography;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>An object's content: one array a part, so that a multipart upload is put together without copying.</summary>
public sealed class StandInObject
{
    private readonly IReadOnlyList<byte[]> _parts;

    /// <param name="isMultipart">Its ETag is then a hash of hashes with the number of parts, even for one part, as DynamoDB's exports have
    /// it.</param>
    public StandInObject(string key, IReadOnlyList<byte[]> parts, bool isMultipart)
    {
        Key = key;
        _parts = parts;
        Length = parts.Sum(static part => (long)part.Length);
        ETag = isMultipart ? MultipartETag(parts) : $"\"{Convert.ToHexStringLower(MD5.HashData(parts[0]))}\"";
    }

    public string Key { get; }

    public long Length { get; }

    /// <summary>With its quotes.</summary>
    public string ETag { get; }

    public string ContentType { get; init; } = "binary/octet-stream";

    public DateTimeOffset LastModified { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>Headers that come back as they were sent: x-amz-meta-…, Content-Encoding, Cache-Control…</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>x-amz-checksum-… of the whole object.</summary>
    public IReadOnlyDictionary<string, string> Checksums { get; init; } = new Dictionary<string, string>();

    public byte[] ToArray()
    {
        using MemoryStream all = new();
        foreach (byte[] part in _parts) all.Write(part);
        return all.ToArray();
    }

    internal async Task CopyToAsync(Stream target, long from, long length, CancellationToken cancellationToken)
    {
        const int Piece = 64 * 1024;
        foreach (byte[] part in _parts)
        {
            if (from >= part.Length)
            {
                from -= part.Length;
                continue;
            }
            int count = (int)Math.Min(part.Length - from, length);
            for (int done = 0; done < count; done += Piece)
                await target.WriteAsync(part.AsMemory((int)from + done, Math.Min(Piece, count - done)), cancellationToken);
            length -= count;
            from = 0;
            if (length == 0) return;
        }
    }

    internal static string MultipartETag(IReadOnlyList<byte[]> parts)
    {
        byte[] hashes = [.. parts.SelectMany(static part => MD5.HashData(part))];
        return $"\"{Convert.ToHexStringLower(MD5.HashData(hashes))}-{parts.Count}\"";
    }
}
