using System.Globalization;
using System.Security.Cryptography;

namespace DynamoCosmos.Sandbox.Aws.Signing;

/// <summary>Reads a request's body and proves it together with its signature, in each of the ways that a client can send it.</summary>
internal sealed class BodyCheck(SignatureCheck signatures)
{
    private const string Unsigned = "UNSIGNED-PAYLOAD";

    // DynamoDB: 16 MB a request.
    private const int MaxDynamoBytes = 16 * 1024 * 1024;

    internal async Task ReadAsync(AwsCall call)
    {
        if (call.IsDynamo)
        {
            byte[] body = await call.ReadBodyAsync();
            if (body.Length > MaxDynamoBytes) throw new AwsException(413, "com.amazon.coral.service#RequestEntityTooLargeException",
                "Request body is too large");
            call.Identity = signatures.Verify(call, SignatureV4.Hash(body));
            call.Body = body;
            return;
        }

        string claimed = call.Header("x-amz-content-sha256") ?? "";
        if (claimed.Length == 0)
        {
            bool isPresigned = call.Query.ContainsKey("X-Amz-Signature");
            if (!isPresigned && call.Request.Headers.Authorization.Count > 0)
                throw new AwsException(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
            claimed = Unsigned;
        }
        // The signature comes first: nothing of an unproved sender's body is looked at.
        call.Identity = signatures.Verify(call, claimed);
        byte[] raw = await call.ReadBodyAsync();
        if (claimed.StartsWith("STREAMING-", StringComparison.Ordinal)) ReadChunks(call, claimed, raw);
        else if (claimed == Unsigned || claimed == SignatureV4.Hash(raw)) call.Body = raw;
        else if (claimed.Length != 64) throw new AwsException(400, "InvalidArgument",
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-…, or a valid sha256 value.");
        else throw new AwsException(400, "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.");
        CheckMd5(call);
        CheckChecksums(call);
    }

    private static void ReadChunks(AwsCall call, string kind, byte[] raw)
    {
        if (kind is not (StreamedBody.SignedChunks or StreamedBody.SignedChunksAndTrailer or StreamedBody.UnsignedTrailer))
            throw AwsException.NotSupported($"the payload kind {kind}");
        if (call.Header("Content-Encoding")?.Contains("aws-chunked", StringComparison.Ordinal) != true)
            throw new AwsException(400, "InvalidRequest", "The Content-Encoding of a streamed payload must be aws-chunked.");
        if (!long.TryParse(call.Header("x-amz-decoded-content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out long length))
            throw new AwsException(411, "MissingContentLength", "You must provide the x-amz-decoded-content-length HTTP header.");
        StreamedBody body = new(kind, call.Identity!);
        call.Body = body.Decode(raw, length);
        string announced = call.Header("x-amz-trailer") ?? "";
        if (announced != string.Join(',', body.Trailers.Keys)) throw new AwsException(400, "MalformedTrailerError",
            "The request contained trailing data that was not well-formed or did not conform to our published schema.");
        call.Trailers = body.Trailers;
    }

    private static void CheckMd5(AwsCall call)
    {
        if (call.Header("Content-MD5") is not string claimed) return;
        Span<byte> md5 = stackalloc byte[18];
        if (claimed.Length != 24 || !Convert.TryFromBase64String(claimed, md5, out int length) || length != 16)
            throw new AwsException(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
        if (!md5[..16].SequenceEqual(MD5.HashData(call.Body)))
            throw new AwsException(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
    }

    private static void CheckChecksums(AwsCall call)
    {
        foreach (string algorithm in (string[])["crc32", "crc32c", "crc64nvme", "sha1", "sha256"])
        {
            if (call.Header("x-amz-checksum-" + algorithm) is not string claimed || call.Operation == "CompleteMultipartUpload") continue;
            if (claimed != Checksum.Compute(algorithm, call.Body))
                throw new AwsException(400, "BadDigest",
                    $"The {algorithm.ToUpperInvariant()} you specified did not match the calculated checksum.");
        }
    }
}
