using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>What became of a number of items.</summary>
internal sealed record ImportCounts
{
    public long Read { get; init; }

    /// <summary>Documents that a transform made of an item beyond its first.</summary>
    public long Added { get; init; }

    public long Written { get; init; }

    /// <summary>
    /// Of the written ones, those that replaced a document which was there; without writes that may only have been repeated.
    /// </summary>
    public long Replaced { get; init; }

    public long Deleted { get; init; }

    public long Expired { get; init; }

    public long Filtered { get; init; }

    public long Rejected { get; init; }

    public long NumberLosses { get; init; }

    /// <summary>Hundredths of a request unit: sums of doubles would depend on their order.</summary>
    public long CentiRequestUnits { get; init; }

    /// <summary>Of a split import: the same by container, and last what has no route.</summary>
    public IReadOnlyList<ImportCounts> Parts { get; init; } = [];

    /// <summary>Every item that was read is settled, and every document added to it, in each part, and the parts are the whole.</summary>
    internal bool AddUp => Read + Added == Settled && Parts.All(static part => part.AddUp)
        && (Parts.Count == 0 || Parts.Aggregate(static (sum, part) => sum + part) == this with { Parts = [] });

    internal long Settled => Written + Deleted + Expired + Filtered + Rejected;

    internal double RequestCharge => CentiRequestUnits / 100.0;

    public static ImportCounts operator +(ImportCounts left, ImportCounts right) => new()
    {
        Read = left.Read + right.Read,
        Added = left.Added + right.Added,
        Written = left.Written + right.Written,
        Replaced = left.Replaced + right.Replaced,
        Deleted = left.Deleted + right.Deleted,
        Expired = left.Expired + right.Expired,
        Filtered = left.Filtered + right.Filtered,
        Rejected = left.Rejected + right.Rejected,
        NumberLosses = left.NumberLosses + right.NumberLosses,
        CentiRequestUnits = left.CentiRequestUnits + right.CentiRequestUnits,
        Parts = left.Parts.Count == 0
            ? right.Parts : right.Parts.Count == 0 ? left.Parts : [.. left.Parts.Zip(right.Parts, static (one, other) => one + other)],
    };
}

/// <summary>The same while they are being counted, from several threads.</summary>
/// <param name="whole">What this is a part of, and counts along.</param>
internal sealed class Tally(Tally? whole = null)
{
    private readonly long[] _counts = new long[Enum.GetValues<Counter>().Length];

    private enum Counter
    {
        Read,
        Added,
        Written,
        Replaced,
        Deleted,
        Expired,
        Filtered,
        Rejected,
        NumberLosses,
        Charge,
    }

    internal void AddRead() => Add(Counter.Read, 1);

    internal void AddAdded() => Add(Counter.Added, 1);

    internal void AddExpired() => Add(Counter.Expired, 1);

    internal void AddFiltered() => Add(Counter.Filtered, 1);

    internal void AddRejected() => Add(Counter.Rejected, 1);

    internal void AddNumberLosses(int losses) => Add(Counter.NumberLosses, losses);

    internal void AddDone(WriteKind kind) => Add(kind == WriteKind.Upsert ? Counter.Written : Counter.Deleted, 1);

    internal void AddReplaced() => Add(Counter.Replaced, 1);

    internal void AddCharge(long centiRequestUnits) => Add(Counter.Charge, centiRequestUnits);

    internal ImportCounts ToCounts() => new()
    {
        Read = Get(Counter.Read),
        Added = Get(Counter.Added),
        Written = Get(Counter.Written),
        Replaced = Get(Counter.Replaced),
        Deleted = Get(Counter.Deleted),
        Expired = Get(Counter.Expired),
        Filtered = Get(Counter.Filtered),
        Rejected = Get(Counter.Rejected),
        NumberLosses = Get(Counter.NumberLosses),
        CentiRequestUnits = Get(Counter.Charge),
    };

    private void Add(Counter counter, long number)
    {
        Interlocked.Add(ref _counts[(int)counter], number);
        whole?.Add(counter, number);
    }

    private long Get(Counter counter) => Interlocked.Read(ref _counts[(int)counter]);
}
