using System.Buffers.Binary;
using System.Numerics;

namespace DynamoCosmos.Comparison;

/// <summary>
/// MurmurHash3 for x64, 128 bits, seed 0, as its author published it into the public domain: Cosmos DB spreads partition keys by it.
/// </summary>
internal static class Murmur3
{
    private const ulong C1 = 0x87c3_7b91_1142_53d5, C2 = 0x4cf5_ad43_2745_937f;

    internal static (ulong Low, ulong High) Hash(ReadOnlySpan<byte> text)
    {
        ulong low = 0, high = 0;
        int length = text.Length;
        for (; text.Length >= 16; text = text[16..])
        {
            low ^= MixLow(BinaryPrimitives.ReadUInt64LittleEndian(text));
            low = (BitOperations.RotateLeft(low, 27) + high) * 5 + 0x52dc_e729;
            high ^= MixHigh(BinaryPrimitives.ReadUInt64LittleEndian(text[8..]));
            high = (BitOperations.RotateLeft(high, 31) + low) * 5 + 0x3849_5ab5;
        }
        // The rest stands for 16 bytes that end in zeros; a zero word mixes to zero, so the halves need no case of their own.
        Span<byte> rest = stackalloc byte[16];
        rest.Clear();
        text.CopyTo(rest);
        low ^= MixLow(BinaryPrimitives.ReadUInt64LittleEndian(rest)) ^ (ulong)length;
        high ^= MixHigh(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..])) ^ (ulong)length;
        low += high;
        high += low;
        low = Finish(low);
        high = Finish(high);
        low += high;
        return (low, high + low);
    }

    private static ulong MixLow(ulong word) => BitOperations.RotateLeft(word * C1, 31) * C2;

    private static ulong MixHigh(ulong word) => BitOperations.RotateLeft(word * C2, 33) * C1;

    private static ulong Finish(ulong word)
    {
        word = (word ^ (word >> 33)) * 0xff51_afd7_ed55_8ccd;
        word = (word ^ (word >> 33)) * 0xc4ce_b9fe_1a85_ec53;
        return word ^ (word >> 33);
    }
}
