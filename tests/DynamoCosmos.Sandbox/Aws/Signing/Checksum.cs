using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace DynamoCosmos.Sandbox.Aws.Signing;

/// <summary>S3's additional checksums (x-amz-checksum-…), base64 of the value in network order.</summary>
internal static class Checksum
{
    private static readonly uint[] s_crc32 = Table32(0xEDB88320);
    private static readonly ulong[] s_crc64 = Table64(0x9A6C9329AC4BC9B5);

    /// <summary>Null for an algorithm that S3 does not have.</summary>
    internal static string? Compute(string algorithm, ReadOnlySpan<byte> bytes) => algorithm switch
    {
        "sha1" => Convert.ToBase64String(SHA1.HashData(bytes)),
        "sha256" => Convert.ToBase64String(SHA256.HashData(bytes)),
        "crc32" => Text(Crc32(bytes)),
        "crc32c" => Text(Crc32C(bytes)),
        "crc64nvme" => Text(Crc64(bytes)),
        _ => null,
    };

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = s_crc32[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>DynamoDB's x-amz-crc32, in decimal.</summary>
    internal static uint Crc32Of(ReadOnlySpan<byte> bytes) => Crc32(bytes);

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    private static ulong Crc64(ReadOnlySpan<byte> bytes)
    {
        ulong crc = ulong.MaxValue;
        foreach (byte value in bytes) crc = s_crc64[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static string Text(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Convert.ToBase64String(bytes);
    }

    private static string Text(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Convert.ToBase64String(bytes);
    }

    private static uint[] Table32(uint polynomial)
    {
        uint[] table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            uint crc = index;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : polynomial ^ (crc >> 1);
            table[index] = crc;
        }
        return table;
    }

    private static ulong[] Table64(ulong polynomial)
    {
        ulong[] table = new ulong[256];
        for (uint index = 0; index < 256; index++)
        {
            ulong crc = index;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : polynomial ^ (crc >> 1);
            table[index] = crc;
        }
        return table;
    }
}
