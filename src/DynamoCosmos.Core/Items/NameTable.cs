using System.Runtime.CompilerServices;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// The names of one item's maps, to find a name that stands twice in one map. One open-addressed table for all maps: every map opens a
/// scope, scopes count up and are never used again, so nothing is cleared between items.
/// </summary>
internal sealed unsafe class NameTable
{
    private const int InitialSlots = 128;

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

    /// <summary>
    /// False if the scope has the name already. <paramref name="at"/> is where the name's canonical text stands, as
    /// <paramref name="memory"/> knows it.
    /// </summary>
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
        uint hash = NameHash.Of(name);
        for (uint slot = hash; ; slot++)
        {
            ref Entry entry = ref _entries[(int)(slot & (uint)(_entries.Length - 1))];
            if (entry.Scope < _firstScope) return false;
            if (entry.Scope == scope && entry.Hash == hash && memory.NameAt(entry.At, entry.Length).SequenceEqual(name)) return true;
        }
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

    private readonly struct Entry(uint scope, uint hash, int at, int length)
    {
        internal readonly uint Scope = scope;
        internal readonly uint Hash = hash;
        internal readonly int At = at;
        internal readonly int Length = length;
    }
}
