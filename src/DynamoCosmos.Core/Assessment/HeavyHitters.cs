namespace DynamoCosmos.Assessment;

/// <summary>
/// The keys with the most bytes, of any number of keys, in bounded memory: Space-Saving (Metwally et al., 2005), by weight. A key's weight
/// is never told too low, and too high by at most what it is told with, which is never more than all bytes over <see cref="Capacity"/>.
/// Every key with more than that is there.
/// </summary>
internal sealed class HeavyHitters
{
    internal const int Capacity = 4_096;

    /// <summary>What is kept of a key's text: enough to know it by.</summary>
    internal const int MaxTextBytes = 120;

    private readonly Dictionary<ulong, int> _places = new(Capacity);
    private readonly Entry[] _entries = new Entry[Capacity];
    // Entries as a heap, the lightest at its top.
    private readonly int[] _heap = new int[Capacity];
    private int _count;

    internal long TotalBytes { get; private set; }

    internal void Add(ulong hash, ReadOnlySpan<byte> text, long bytes, long items = 1, long error = 0)
    {
        TotalBytes += bytes;
        if (_places.TryGetValue(hash, out int at))
        {
            ref Entry known = ref _entries[at];
            known.Bytes += bytes;
            known.Items += items;
            known.Error += error;
            Sink(known.Place);
            return;
        }
        if (_count < Capacity)
        {
            at = _count;
            _entries[at] = new() { Text = new byte[MaxTextBytes], Place = _count };
            _heap[_count++] = at;
        }
        else
        {
            // The lightest gives up its place, and its weight counts as the new one's uncertainty.
            at = _heap[0];
            _places.Remove(_entries[at].Hash);
            error += _entries[at].Bytes;
            bytes += _entries[at].Bytes;
        }
        ref Entry entry = ref _entries[at];
        (entry.Hash, entry.Bytes, entry.Error, entry.Items) = (hash, bytes, error, items);
        entry.Length = Math.Min(text.Length, MaxTextBytes);
        entry.IsCut = text.Length > MaxTextBytes;
        text[..entry.Length].CopyTo(entry.Text);
        _places.Add(hash, at);
        Rise(entry.Place);
        Sink(entry.Place);
    }

    /// <summary>
    /// Adds what another has seen of other items. A key that only one of them has may have had up to the other's lightest weight there.
    /// </summary>
    internal void Add(HeavyHitters other)
    {
        long mine = Lightest, theirs = other.Lightest, total = TotalBytes + other.TotalBytes;
        Dictionary<ulong, Entry> sum = new(_count + other._count);
        foreach (Entry entry in Entries) sum.Add(entry.Hash, entry with { Bytes = entry.Bytes + theirs, Error = entry.Error + theirs });
        foreach (Entry entry in other.Entries)
        {
            sum[entry.Hash] = sum.TryGetValue(entry.Hash, out Entry both)
                ? both with
                {
                    Bytes = both.Bytes - theirs + entry.Bytes,
                    Error = both.Error - theirs + entry.Error,
                    Items = both.Items +
                    entry.Items
                }
                : entry with { Bytes = entry.Bytes + mine, Error = entry.Error + mine };
        }
        _places.Clear();
        _count = 0;
        foreach (Entry entry in sum.Values.OrderByDescending(static entry => entry.Bytes).Take(Capacity))
        {
            Add(entry.Hash, entry.Text.AsSpan(0, entry.Length), entry.Bytes, entry.Items, entry.Error);
            _entries[_places[entry.Hash]].IsCut = entry.IsCut;
        }
        TotalBytes = total;
    }

    /// <summary>The heaviest, heaviest first.</summary>
    internal IEnumerable<Entry> Top(int count) =>
        Entries.OrderByDescending(static entry => entry.Bytes - entry.Error).ThenByDescending(static entry => entry.Bytes).Take(count);

    /// <summary>What a key that has no entry can have at most.</summary>
    internal long Lightest => _count < Capacity ? 0 : _entries[_heap[0]].Bytes;

    private IEnumerable<Entry> Entries => _entries.Take(_count);

    private void Sink(int place)
    {
        while (true)
        {
            int lightest = place, left = 2 * place + 1, right = left + 1;
            if (left < _count && Weight(left) < Weight(lightest)) lightest = left;
            if (right < _count && Weight(right) < Weight(lightest)) lightest = right;
            if (lightest == place) return;
            Swap(place, lightest);
            place = lightest;
        }
    }

    private void Rise(int place)
    {
        while (place > 0 && Weight(place) < Weight((place - 1) / 2))
        {
            Swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    private long Weight(int place) => _entries[_heap[place]].Bytes;

    private void Swap(int one, int other)
    {
        (_heap[one], _heap[other]) = (_heap[other], _heap[one]);
        _entries[_heap[one]].Place = one;
        _entries[_heap[other]].Place = other;
    }

    internal record struct Entry
    {
        internal ulong Hash { get; set; }

        internal byte[] Text { get; set; }

        internal int Length { get; set; }

        internal bool IsCut { get; set; }

        /// <summary>At most; and at least so many less the error.</summary>
        internal long Bytes { get; set; }

        internal long Error { get; set; }

        /// <summary>Since it was taken in: at least.</summary>
        internal long Items { get; set; }

        internal int Place { get; set; }
    }
}
