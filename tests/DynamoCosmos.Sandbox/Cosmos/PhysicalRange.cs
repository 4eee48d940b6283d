using System.Runtime.InteropServices;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>
/// A physical partition: a piece of the hash space and the documents in it, in order of their sequence. All members under its lock.
/// </summary>
internal sealed class PhysicalRange(string id, ulong from, ulong to, IReadOnlyList<string> parents, Func<RangeThrottle> makeThrottle,
    long lsn = 0)
{
    private readonly Dictionary<DocumentKey, int> _places = [];
    private readonly List<StoredDocument> _documents = [];
    private readonly List<(long Lsn, int Place)> _changes = [];

    internal Lock Gate { get; } = new();

    internal string Id => id;

    /// <summary>Inclusive.</summary>
    internal ulong From => from;

    /// <summary>Exclusive; ulong.MaxValue stands for the end.</summary>
    internal ulong To => to;

    internal IReadOnlyList<string> Parents => parents;

    internal long Lsn { get; private set; } = lsn;

    /// <summary>Split since: its children have its documents.</summary>
    internal bool IsGone { get; private set; }

    internal RangeThrottle Throughput { get; } = makeThrottle();

    internal int Count => _places.Count;

    internal long Bytes { get; private set; }

    internal string MinInclusive => from == 0 ? "" : from.ToString("X16") + "0000000000000000";

    internal string MaxExclusive => to == ulong.MaxValue ? "FF" : to.ToString("X16") + "0000000000000000";

    internal bool Holds(ulong position) => position >= from && position < to;

    /// <summary>In order of sequence; removed ones are among them.</summary>
    internal Span<StoredDocument> Documents => CollectionsMarshal.AsSpan(_documents);

    internal ref StoredDocument Find(in DocumentKey key)
    {
        ref int place = ref CollectionsMarshal.GetValueRefOrNullRef(_places, key);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(
            ref place)) return ref System.Runtime.CompilerServices.Unsafe.NullRef<StoredDocument>();
        return ref Documents[place];
    }

    internal long Add(StoredDocument document, bool keepChanges)
    {
        document.Lsn = ++Lsn;
        _places.Add(document.Key, _documents.Count);
        if (keepChanges) _changes.Add((document.Lsn, _documents.Count));
        _documents.Add(document);
        Bytes += document.Length;
        return document.Lsn;
    }

    /// <summary>Counts a change of a document that is in the range.</summary>
    internal long Touch(ref StoredDocument document, int oldLength, bool keepChanges)
    {
        document.Lsn = ++Lsn;
        Bytes += document.Length - oldLength;
        if (keepChanges)
        {
            _changes.Add((document.Lsn, _places[document.Key]));
            if (_changes.Count > 2 * _documents.Count + 1024) _changes.RemoveAll(change => _documents[change.Place].Lsn != change.Lsn);
        }
        return document.Lsn;
    }

    internal void Remove(ref StoredDocument document)
    {
        Lsn++;
        Bytes -= document.Length;
        _places.Remove(document.Key);
        document = new() { Sequence = document.Sequence, Length = -1 };
        if (_places.Count > 0) return;
        _documents.Clear();
        _changes.Clear();
    }

    /// <summary>The latest state of what changed after an lsn, oldest change first.</summary>
    internal IEnumerable<StoredDocument> ChangesAfter(long after)
    {
        int low = 0, high = _changes.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_changes[middle].Lsn <= after) low = middle + 1;
            else high = middle;
        }
        for (int i = low; i < _changes.Count; i++)
            if (_documents[_changes[i].Place] is { IsRemoved: false } document && document.Lsn == _changes[i].Lsn) yield return document;
    }

    /// <summary>Index of the first document after a sequence.</summary>
    internal int FirstAfter(long sequence)
    {
        int low = 0, high = _documents.Count;
        Span<StoredDocument> documents = Documents;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (documents[middle].Sequence <= sequence) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Hands everything on to two children and is gone.</summary>
    internal (PhysicalRange Lower, PhysicalRange Upper) Split(string lowerId, string upperId)
    {
        ulong end = to == ulong.MaxValue ? 1UL << 62 : to;
        ulong middle = from + (end - from) / 2;
        string[] ancestors = [.. parents, id];
        PhysicalRange lower =
            new(lowerId, from, middle, ancestors, makeThrottle), upper = new(upperId, middle, to, ancestors, makeThrottle);
        int[] moved = new int[_documents.Count];
        for (int i = 0; i < _documents.Count; i++)
        {
            StoredDocument document = _documents[i];
            if (document.IsRemoved) continue;
            PhysicalRange child = document.Position < middle ? lower : upper;
            moved[i] = child._documents.Count;
            child._places.Add(document.Key, moved[i]);
            child._documents.Add(document);
            child.Bytes += document.Length;
        }
        foreach ((long changed, int place) in _changes)
            if (_documents[place] is { IsRemoved: false } document && document.Lsn == changed)
                (document.Position < middle ? lower : upper)._changes.Add((changed, moved[place]));
        lower.Lsn = upper.Lsn = Lsn;
        _documents.Clear();
        _places.Clear();
        _changes.Clear();
        IsGone = true;
        return (lower, upper);
    }
}
