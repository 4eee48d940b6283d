namespace DynamoCosmos.Migration;

/// <summary>What became of a number of items.</summary>
internal sealed record ImportCounts
{
    public long Read { get; init; }

    public long Written { get; init; }

    public long Deleted { get; init; }

    public long Expired { get; init; }

    public long Filtered { get; init; }

    public long Rejected { get; init; }

    public long NumberLosses { get; init; }

    /// <summary>Hundredths of a request unit: sums of doubles would depend on their order.</summary>
    public long CentiRequestUnits { get; init; }

    internal long Settled => Written + Deleted + Expired + Filtered + Rejected;

    internal double RequestCharge => CentiRequestUnits / 100.0;

    public static ImportCounts operator +(ImportCounts left, ImportCounts right) => new()
    {
        Read = left.Read + right.Read,
        Written = left.Written + right.Written,
        Deleted = left.Deleted + right.Deleted,
        Expired = left.Expired + right.Expired,
        Filtered = left.Filtered + right.Filtered,
        Rejected = left.Rejected + right.Rejected,
        NumberLosses = left.NumberLosses + right.NumberLosses,
        CentiRequestUnits = left.CentiRequestUnits + right.CentiRequestUnits,
    };
}

/// <summary>The same while they are being counted, from several threads.</summary>
internal sealed class Tally
{
    private long _read;
    private long _written;
    private long _deleted;
    private long _expired;
    private long _filtered;
    private long _rejected;
    private long _numberLosses;
    private long _charge;

    internal void AddRead() => Interlocked.Increment(ref _read);

    internal void AddExpired() => Interlocked.Increment(ref _expired);

    internal void AddFiltered() => Interlocked.Increment(ref _filtered);

    internal void AddRejected() => Interlocked.Increment(ref _rejected);

    internal void AddNumberLosses(int losses) => Interlocked.Add(ref _numberLosses, losses);

    internal void AddDone(WriteKind kind) => Interlocked.Increment(ref kind == WriteKind.Upsert ? ref _written : ref _deleted);

    internal void AddCharge(long centiRequestUnits) => Interlocked.Add(ref _charge, centiRequestUnits);

    internal ImportCounts ToCounts() => new()
    {
        Read = Interlocked.Read(ref _read),
        Written = Interlocked.Read(ref _written),
        Deleted = Interlocked.Read(ref _deleted),
        Expired = Interlocked.Read(ref _expired),
        Filtered = Interlocked.Read(ref _filtered),
        Rejected = Interlocked.Read(ref _rejected),
        NumberLosses = Interlocked.Read(ref _numberLosses),
        CentiRequestUnits = Interlocked.Read(ref _charge),
    };
}
