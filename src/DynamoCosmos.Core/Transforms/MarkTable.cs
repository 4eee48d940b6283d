namespace DynamoCosmos.Transforms;

/// <summary>A set of 64-bit hashes in memory that is given once. Safe for any number of threads.</summary>
/// <param name="slots">A power of two. The set holds three quarters of it.</param>
internal sealed class MarkTable(int slots)
{
    private readonly ulong[] _slots = new ulong[slots];
    private int _count;

    /// <summary>Hashes that it holds at most.</summary>
    internal int Capacity => _slots.Length / 4 * 3;

    internal bool IsFull => Volatile.Read(ref _count) >= Capacity;

    /// <summary>False for a hash that it has already. Only to be asked while the set is not full.</summary>
    internal bool Add(ulong mark)
    {
        mark = Math.Max(1, mark);
        for (int slot = (int)(mark & (uint)(_slots.Length - 1)); ; slot = (slot + 1) & (_slots.Length - 1))
        {
            ulong there = Volatile.Read(ref _slots[slot]);
            if (there == 0) there = Interlocked.CompareExchange(ref _slots[slot], mark, 0);
            if (there == mark) return false;
            if (there != 0) continue;
            Interlocked.Increment(ref _count);
            return true;
        }
    }

    internal bool Contains(ulong mark)
    {
        mark = Math.Max(1, mark);
        for (int slot = (int)(mark & (uint)(_slots.Length - 1)); ; slot = (slot + 1) & (_slots.Length - 1))
        {
            ulong there = Volatile.Read(ref _slots[slot]);
            if (there == 0 || there == mark) return there == mark;
        }
    }

    /// <summary>Forgets all. Nobody may add at the same time.</summary>
    internal void Clear()
    {
        Array.Clear(_slots);
        _count = 0;
    }
}
