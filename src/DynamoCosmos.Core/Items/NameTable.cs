using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace DynamoCosmos.Items;

/// <summary>
/// The names of one item's maps, to find a name that stands twice in one map. One open-addressed table for all maps: every map opens a scope,
/// scopes count up and are never used again, so nothing is cleared between items.
/// </summary>
internal sealed unsafe class NameTable
{
    private const int InitialSlots = 128;

    private static readonly ulong s_seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    private Entry[] _entries = new Entry[InitialSlots];
    private uint _firstScope = 1;
    private uint _scope;
    private int _count;

    /// <summary>Forgets the item before.</summary>
    internal void Begin()
    {
        _count = 0;
        if (_scope > uint.MaxValue / 2)
        {
            System.Array.Clear(_entries);
            _scope = 0;
        }
        if (_entries.Length > 64 * InitialSlots) _entries = new Entry[InitialSlots];
        _firstScope = _scope + 1;
    }

    internal uint OpenScope() => ++_scope;

    /// <summary>Reads 8 bytes at the name even if it is shorter. Seeded by process: nobody can prepare names that collide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Hash(byte* name, nint length)
    {
        ulong first = Unsafe.ReadUnaligned<ulong>(name);
        ulong last = 0;
        if (length < 8) first &= (1UL << (int)(8 * length)) - 1;
        else if (length > 16) return HashLong(name, length);
        else last = Unsafe.ReadUnaligned<ulong>(name + length - 8);
        return Mix(first, last, length);
    }

    /// <summary>False if the scope has the name already. <paramref name="at"/> is where the name's canonical text stands, as <paramref name="memory"/> knows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Add(uint scope, uint hash, int at, int length, DocumentBuffer memory)
    {
        Entry[] entries = _entries;
        ref Entry entry = ref entries[(int)(hash & (uint)(entries.Length - 1))];
        if (entry.Scope >= _firstScope) return AddSlow(scope, hash, at, length, memory);
        entry = new(scope, hash, at, length);
        return ++_count * 2 <= entries.Length || Grow();
    }

    internal bool Contains(uint scope, ReadOnlySpan<byte> name, DocumentBuffer memory)
    {
        uint hash = HashOf(name);
        for (uint slot = hash; ; slot++)
        {
            ref Entry entry = ref _entries[(int)(slot & (uint)(_entries.Length - 1))];
            if (entry.Scope < _firstScope) return false;
            if (entry.Scope == scope && entry.Hash == hash && memory.NameAt(entry.At, entry.Length).SequenceEqual(name)) return true;
        }
    }

    internal static uint HashOf(ReadOnlySpan<byte> name)
    {
        // A copy with padding, since hashing reads eight bytes at a time.
        Span<byte> padded = name.Length <= 248 ? stackalloc byte[256] : new byte[name.Length + 8];
        name.CopyTo(padded);
        fixed (byte* start = padded) return Hash(start, name.Length);
    }

    private bool AddSlow(uint scope, uint hash, int at, int length, DocumentBuffer memory)
    {
        for (uint slot = hash; ; slot++)
        {
            ref Entry entry = ref _entries[(int)(slot & (uint)(_entries.Length - 1))];
            if (entry.Scope < _firstScope)
            {
                entry = new(scope, hash, at, length);
                return ++_count * 2 <= _entries.Length || Grow();
            }
            if (entry.Scope == scope && entry.Hash == hash && entry.Length == length
                && memory.NameAt(entry.At, length).SequenceEqual(memory.NameAt(at, length))) return false;
        }
    }

    private bool Grow()
    {
        Entry[] old = _entries;
        Entry[] grown = new Entry[old.Length * 2];
        foreach (Entry entry in old)
        {
            if (entry.Scope < _firstScope) continue;
            uint slot = entry.Hash;
            while (grown[(int)(slot & (uint)(grown.Length - 1))].Scope != 0) slot++;
            grown[(int)(slot & (uint)(grown.Length - 1))] = entry;
        }
        _entries = grown;
        return true;
    }

    private static uint HashLong(byte* name, nint length)
    {
        ulong hash = 0;
        for (nint i = 0; i < length - 16; i += 8) hash = BitOperations.RotateLeft((hash ^ Unsafe.ReadUnaligned<ulong>(name + i)) * s_seed, 31);
        return Mix(Unsafe.ReadUnaligned<ulong>(name + length - 16) ^ hash, Unsafe.ReadUnaligned<ulong>(name + length - 8), length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mix(ulong first, ulong last, nint length)
    {
        ulong hash = (first ^ (ulong)length) * s_seed;
        hash = (hash ^ hash >> 32 ^ last) * 0x9E3779B97F4A7C15;
        return (uint)(hash >> 32);
    }

    private readonly struct Entry(uint scope, uint hash, int at, int length)
    {
        internal readonly uint Scope = scope;
        internal readonly uint Hash = hash;
        internal readonly int At = at;
        internal readonly int Length = length;
    }
}
