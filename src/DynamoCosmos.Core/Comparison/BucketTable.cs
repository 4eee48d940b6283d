using System.Numerics;

namespace DynamoCosmos.Comparison;

/// <summary>
/// Two sums of hashes per bucket of documents: the source adds to them, the container subtracts, and where both hold the same documents
/// nothing is left. 16 bytes a bucket whatever the documents' number. A bucket is a piece of Cosmos DB's hash space (so that the container
/// can be asked for it alone), divided further by the hash of the documents' keys (so that one large partition key does not fill one
/// bucket).
/// </summary>
internal sealed class BucketTable
{
    // 4 MB at least and 64 MB at most; between them about one document a bucket, which leaves little beside the culprits to look at again.
    private const int LeastBits = 18, MostBits = 22, MostPlaceBits = 12, UnknownBits = 20;

    private readonly long[] _sums;
    private readonly int _placeBits, _keyBits;

    /// <param name="documents">About how many there will be; null where nobody knows.</param>
    internal BucketTable(long? documents)
    {
        int bits = documents is long count
            ? Math.Clamp(BitOperations.Log2((ulong)Math.Max(1, count)) + 1, LeastBits, MostBits) : UnknownBits;
        _placeBits = Math.Min(bits, MostPlaceBits);
        _keyBits = bits - _placeBits;
        _sums = new long[2 << bits];
    }

    internal int Count => _sums.Length / 2;

    internal int Of(in Fingerprint document) =>
        ((int)(document.Place >> (PartitionKeyBytes.PlaceBits - _placeBits)) << _keyBits) | (int)(
            (ulong)document.Key & ((1UL << _keyBits) - 1));

    internal void Add(in Fingerprint document)
    {
        UInt128 mark = document.Mark;
        int at = Of(document) * 2;
        Interlocked.Add(ref _sums[at], (long)(ulong)mark);
        Interlocked.Add(ref _sums[at + 1], (long)(ulong)(mark >> 64));
    }

    internal void Subtract(in Fingerprint document)
    {
        UInt128 mark = document.Mark;
        int at = Of(document) * 2;
        Interlocked.Add(ref _sums[at], -(long)(ulong)mark);
        Interlocked.Add(ref _sums[at + 1], -(long)(ulong)(mark >> 64));
    }

    /// <summary>In ascending order.</summary>
    internal List<int> FindDiffering()
    {
        List<int> differing = [];
        for (int i = 0; i < Count; i++)
        {
            if ((_sums[2 * i] | _sums[2 * i + 1]) != 0) differing.Add(i);
        }
        return differing;
    }

    /// <summary>
    /// The pieces of the hash space that hold these buckets, neighbors joined; not more than <paramref name="most"/>, for which small gaps
    /// are closed.
    /// </summary>
    /// <param name="buckets">In ascending order.</param>
    internal IReadOnlyList<DocumentRange> RangesOf(IReadOnlyList<int> buckets, int most)
    {
        List<(int First, int Last)> runs = [];
        foreach (int bucket in buckets)
        {
            int place = bucket >> _keyBits;
            if (runs.Count > 0 && place <= runs[^1].Last + 1) runs[^1] = (runs[^1].First, place);
            else runs.Add((place, place));
        }
        for (int gap = 2; runs.Count > most; gap *= 2)
        {
            List<(int First, int Last)> joined = [runs[0]];
            foreach ((int first, int last) in runs.Skip(1))
            {
                if (first - joined[^1].Last <= gap) joined[^1] = (joined[^1].First, last);
                else joined.Add((first, last));
            }
            runs = joined;
        }
        return [.. runs.Select(r => new DocumentRange(Bound(r.First), Bound(r.Last + 1)))];
    }

    private string Bound(int place)
    {
        if (place == 0) return "";
        return place == 1 << _placeBits ? "FF" : ((UInt128)place << (64 + PartitionKeyBytes.PlaceBits - _placeBits)).ToString("X32");
    }
}
