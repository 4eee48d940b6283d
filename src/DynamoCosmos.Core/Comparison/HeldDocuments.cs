using System.Collections;

namespace DynamoCosmos.Comparison;

/// <summary>A document of the source that is looked at again.</summary>
internal sealed record HeldDocument(Fingerprint Fingerprint, int Bucket, string Id, IReadOnlyList<object?> PartitionKey, byte[] Document,
    string Unit, long Line)
{
    /// <summary>The container has one of the same key; set once, under the lock of <see cref="HeldDocuments"/>.</summary>
    internal bool IsMet { get; set; }

    /// <summary>Another item of the source makes a document of the same key: only one of them can be in the container.</summary>
    internal bool IsShared { get; set; }

    /// <summary>A change of the source has deleted it.</summary>
    internal bool IsDeletion => Document.Length == 0;
}

/// <summary>
/// The source's documents in the buckets that differ, for one round. It holds as many buckets as fit: when its memory is used up it lets go
/// of the last ones, which are then another round's.
/// </summary>
internal sealed class HeldDocuments(BitArray differing, int from, long maxBytes)
{
    // What an object, its strings and its place in the dictionary take beside the document.
    private const int Overhead = 400;

    private readonly Dictionary<UInt128, List<HeldDocument>> _held = [];
    private readonly object _gate = new();
    private volatile int _end = differing.Count;
    private long _bytes;

    /// <summary>The first bucket that is not of this round.</summary>
    internal int End => _end;

    internal bool Wants(int bucket) => bucket >= from && bucket < _end && differing[bucket];

    internal void Hold(HeldDocument document)
    {
        lock (_gate)
        {
            if (!Wants(document.Bucket)) return;
            if (!_held.TryGetValue(document.Fingerprint.Key, out List<HeldDocument>? same)) _held.Add(document.Fingerprint.Key, same = []);
            same.Add(document);
            if (same.Count > 1) (same[0].IsShared, document.IsShared) = (true, true);
            _bytes += SizeOf(document);
            if (_bytes > maxBytes) LetGo();
        }
    }

    /// <summary>
    /// The document that a document of the container is to be held against, or null for an extra one. Several items of one key (the id
    /// comes from an attribute that is not unique) are met by the one they equal, and the others stay unmet: their content is nowhere.
    /// </summary>
    internal HeldDocument? Meet(in Fingerprint actual, out bool isEqual)
    {
        isEqual = false;
        lock (_gate)
        {
            if (!_held.TryGetValue(actual.Key, out List<HeldDocument>? same)) return null;
            UInt128 content = actual.Content;
            HeldDocument met = same.Find(d => d.Fingerprint.Content == content) ?? same.Find(d => !d.IsMet) ?? same[0];
            isEqual = met.Fingerprint.Content == content;
            met.IsMet = true;
            return met;
        }
    }

    /// <summary>In the order of the source.</summary>
    internal IReadOnlyList<HeldDocument> FindUnmet()
    {
        lock (_gate)
        {
            return [.. _held.Values.SelectMany(d => d).Where(d => !d.IsMet).OrderBy(d => d.Unit, StringComparer.Ordinal)
                .ThenBy(d => d.Line)];
        }
    }

    /// <summary>The first of those in these buckets, in the order of the source.</summary>
    internal HeldDocument? FirstIn(IReadOnlySet<int> buckets)
    {
        lock (_gate)
        {
            return _held.Values.SelectMany(d => d).Where(d => buckets.Contains(d.Bucket)).OrderBy(d => d.Unit, StringComparer.Ordinal)
                .ThenBy(d => d.Line).FirstOrDefault();
        }
    }

    private static long SizeOf(HeldDocument document) => document.Document.Length + document.Id.Length * 2 + Overhead;

    private void LetGo()
    {
        SortedDictionary<int, long> sizes = [];
        foreach (HeldDocument document in _held.Values.SelectMany(d => d)) sizes[document.Bucket] =
            sizes.GetValueOrDefault(document.Bucket) + SizeOf(document);
        // One bucket is held whatever it takes: it cannot be looked at in parts.
        long kept = 0;
        int end = -1;
        foreach ((int bucket, long size) in sizes)
        {
            if (end >= 0 && kept + size > maxBytes * 3 / 4) break;
            kept += size;
            end = bucket + 1;
        }
        if (end >= _end) return;
        _end = end;
        foreach ((UInt128 key, List<HeldDocument> same) in _held.ToList())
        {
            if (same[0].Bucket >= end) _held.Remove(key);
        }
        _bytes = kept;
    }
}
