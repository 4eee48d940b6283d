using System.Security.Cryptography;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>Bytes at rest, in pieces, so that large blobs take no large arrays and appending copies nothing.</summary>
public sealed class BlobContent
{
    private const int PieceBytes = 64 * 1024;

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _pieces;
    private readonly Lazy<byte[]> _md5;

    private BlobContent(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        _pieces = pieces;
        Length = pieces.Sum(piece => (long)piece.Length);
        _md5 = new(Hash);
    }

    public static BlobContent Empty { get; } = new([]);

    public long Length { get; }

    /// <summary>Base64.</summary>
    public string Md5 => Convert.ToBase64String(_md5.Value);

    public static BlobContent From(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? Empty : new([bytes]);

    public byte[] ToArray()
    {
        byte[] all = new byte[Length];
        int at = 0;
        foreach (ReadOnlyMemory<byte> piece in _pieces)
        {
            piece.CopyTo(all.AsMemory(at));
            at += piece.Length;
        }
        return all;
    }

    internal static async Task<BlobContent> ReadAsync(Stream stream, long limit, CancellationToken cancellationToken)
    {
        List<ReadOnlyMemory<byte>> pieces = [];
        long total = 0;
        while (true)
        {
            byte[] piece = new byte[PieceBytes];
            int read = await stream.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
            total += read;
            if (total > limit) throw BlobError.TooLarge(limit);
            if (read == piece.Length)
            {
                pieces.Add(piece);
                continue;
            }
            if (read > 0) pieces.Add(piece[..read]);
            return new(pieces);
        }
    }

    internal static BlobContent Join(IEnumerable<BlobContent> parts) => new([.. parts.SelectMany(part => part._pieces)]);

    internal BlobContent Slice(long offset, long length)
    {
        List<ReadOnlyMemory<byte>> pieces = [];
        foreach (ReadOnlyMemory<byte> piece in _pieces)
        {
            if (length == 0) break;
            if (offset >= piece.Length)
            {
                offset -= piece.Length;
                continue;
            }
            int take = (int)Math.Min(length, piece.Length - offset);
            pieces.Add(piece.Slice((int)offset, take));
            offset = 0;
            length -= take;
        }
        return new(pieces);
    }

    internal async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> piece in _pieces) await stream.WriteAsync(piece, cancellationToken);
    }

    private byte[] Hash()
    {
        using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (ReadOnlyMemory<byte> piece in _pieces) md5.AppendData(piece.Span);
        return md5.GetHashAndReset();
    }
}
