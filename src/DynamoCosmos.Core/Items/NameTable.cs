namespace DynamoCosmos.Items;

/// <summary>
/// The names of the objects that are open, innermost last, to find one that comes twice. Names are places in the document being written: canonical text
/// is equal where names are. Hashes lie side by side, so that looking one up is a vectorised search.
/// </summary>
internal sealed class NameTable
{
    private int[] _hashes = new int[64];
    private (int Offset, int Length)[] _places = new (int, int)[64];

    internal int Count { get; private set; }

    internal ReadOnlySpan<byte> this[int index, ReadOnlySpan<byte> document] => document.Slice(_places[index].Offset, _places[index].Length);

    /// <summary>Forgets the names of an object that has ended, or of all.</summary>
    internal void CutTo(int count) => Count = count;

    /// <summary>False if the object whose names begin at <paramref name="from"/> has this one already.</summary>
    internal bool TryAdd(int from, ReadOnlySpan<byte> document, int offset, int length)
    {
        ReadOnlySpan<byte> name = document.Slice(offset, length);
        int hash = Hash(name);
        if (Find(from, document, name, hash) >= 0) return false;
        if (Count == _hashes.Length)
        {
            Array.Resize(ref _hashes, Count * 2);
            Array.Resize(ref _places, Count * 2);
        }
        _hashes[Count] = hash;
        _places[Count++] = (offset, length);
        return true;
    }

    internal bool Contains(int from, ReadOnlySpan<byte> document, ReadOnlySpan<byte> name) => Find(from, document, name, Hash(name)) >= 0;

    private int Find(int from, ReadOnlySpan<byte> document, ReadOnlySpan<byte> name, int hash)
    {
        while (true)
        {
            int found = _hashes.AsSpan(from, Count - from).IndexOf(hash);
            if (found < 0) return -1;
            from += found;
            if (document.Slice(_places[from].Offset, _places[from].Length).SequenceEqual(name)) return from;
            from++;
        }
    }

    private static int Hash(ReadOnlySpan<byte> name)
    {
        uint hash = (uint)name.Length * 0x9E3779B1;
        for (; name.Length >= 4; name = name[4..]) hash = (System.Numerics.BitOperations.RotateLeft(hash, 5) ^ BitConverter.ToUInt32(name)) * 0x85EBCA6B;
        foreach (byte b in name) hash = (System.Numerics.BitOperations.RotateLeft(hash, 5) ^ b) * 0xC2B2AE35;
        return (int)(hash ^ (hash >> 15));
    }
}
