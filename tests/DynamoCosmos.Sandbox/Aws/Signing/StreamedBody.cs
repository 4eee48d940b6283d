using System.Globalization;
using System.Text;

namespace DynamoCosmos.Sandbox.Aws.Signing;

/// <summary>
/// Takes an aws-chunked body apart and proves it: each chunk's signature (which chains on from the request's own), the trailer's, the
/// decoded length.
/// </summary>
internal sealed class StreamedBody(string kind, SignedIdentity identity)
{
    internal const string SignedChunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    internal const string SignedChunksAndTrailer = SignedChunks + "-TRAILER";
    internal const string UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    // S3: every chunk but the last has at least 8 KB.
    private const int MinChunkBytes = 8192;

    private string _previous = identity.Claim.Signature;

    internal Dictionary<string, string> Trailers { get; } = new(StringComparer.OrdinalIgnoreCase);

    private bool IsSigned => kind != UnsignedTrailer;

    private bool HasTrailer => kind != SignedChunks;

    internal byte[] Decode(byte[] body, long decodedLength)
    {
        using MemoryStream decoded = new();
        int at = 0, lastSize = int.MaxValue;
        while (true)
        {
            string head = ReadLine(body, ref at);
            string[] parts = head.Split(';', 2);
            if (!int.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int size)
                || at + size > body.Length) throw Incomplete();
            ReadOnlySpan<byte> chunk = body.AsSpan(at, size);
            at += size;
            if (IsSigned) CheckChunk(parts.Length == 2 ? parts[1] : "", chunk);
            if (size == 0) break;
            if (lastSize < MinChunkBytes) throw new AwsException(403, "InvalidChunkSizeError",
                "Only the last chunk is allowed to have a size less than 8192 bytes");
            lastSize = size;
            decoded.Write(chunk);
            if (ReadLine(body, ref at).Length != 0) throw Incomplete();
        }
        ReadTrailers(body, ref at);
        if (at != body.Length || decoded.Length != decodedLength) throw Incomplete();
        return decoded.ToArray();
    }

    private void CheckChunk(string extension, ReadOnlySpan<byte> chunk)
    {
        string text = $"{SignatureV4.Algorithm}-PAYLOAD\n{identity.Claim.TimestampText}\n{identity.Claim.Scope}\n{_previous}\n{SignatureV4.EmptyHash}\n{SignatureV4.Hash(chunk)}";
        string expected = SignatureV4.Sign(identity.SigningKey, text);
        if (extension != "chunk-signature=" + expected) throw SignatureWords.S3.WrongSignature();
        _previous = expected;
    }

    private void ReadTrailers(byte[] body, ref int at)
    {
        StringBuilder canonical = new();
        string? signature = null;
        while (ReadLine(body, ref at) is { Length: > 0 } line)
        {
            string[] pair = line.Split(':', 2);
            if (pair.Length != 2) throw Incomplete();
            string name = pair[0].Trim().ToLowerInvariant(), value = pair[1].Trim();
            if (name == "x-amz-trailer-signature")
            {
                signature = value;
                continue;
            }
            Trailers[name] = value;
            canonical.Append(name).Append(':').Append(value).Append('\n');
        }
        if (!HasTrailer && Trailers.Count > 0) throw Incomplete();
        if (!HasTrailer || !IsSigned) return;
        string text = $"{SignatureV4.Algorithm}-TRAILER\n{identity.Claim.TimestampText}\n{identity.Claim.Scope}\n{_previous}\n{SignatureV4.Hash(Encoding.UTF8.GetBytes(canonical.ToString()))}";
        if (signature != SignatureV4.Sign(identity.SigningKey, text)) throw SignatureWords.S3.WrongSignature();
    }

    private static string ReadLine(byte[] body, ref int at)
    {
        int length = body.AsSpan(at).IndexOf("\r\n"u8);
        if (length < 0) throw Incomplete();
        string line = Encoding.ASCII.GetString(body, at, length);
        at += length + 2;
        return line;
    }

    private static AwsException Incomplete() =>
        new(400, "IncompleteBody", "The request body terminated unexpectedly");
}
