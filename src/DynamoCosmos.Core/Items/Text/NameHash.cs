using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace DynamoCosmos.Items.Text;

/// <summary>Hashes attribute names. The seed is the process's own, so nobody can prepare names that collide.</summary>
internal static unsafe class NameHash
{
    private static readonly ulong s_seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <summary>Hashes a name in memory. It reads 8 bytes at the name even if the name is shorter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Of(byte* name, nint length)
    {
        ulong first = Unsafe.ReadUnaligned<ulong>(name);
        ulong last = 0;
        if (length < 8) first &= (1UL << (int)(8 * length)) - 1;
        else if (length > 16) return HashLong(name, length);
        else last = Unsafe.ReadUnaligned<ulong>(name + length - 8);
        return Mix(first, last, length);
    }

    internal static uint Of(ReadOnlySpan<byte> name)
    {
        // A copy with padding, since hashing reads eight bytes at a time.
        Span<byte> padded = name.Length <= 248 ? stackalloc byte[256] : new byte[name.Length + 8];
        name.CopyTo(padded);
        fixed (byte* start = padded) return Of(start, name.Length);
    }

    private static uint HashLong(byte* name, nint length)
    {
        ulong hash = 0;
        for (nint i = 0; i < length - 16; i += 8) hash =
            BitOperations.RotateLeft((hash ^ Unsafe.ReadUnaligned<ulong>(name + i)) * s_seed, 31);
        return Mix(Unsafe.ReadUnaligned<ulong>(name + length - 16) ^ hash, Unsafe.ReadUnaligned<ulong>(name + length - 8), length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mix(ulong first, ulong last, nint length)
    {
        ulong hash = (first ^ (ulong)length) * s_seed;
        hash = (hash ^ hash >> 32 ^ last) * 0x9E3779B97F4A7C15;
        return (uint)(hash >> 32);
    }
}
