namespace DynamoCosmos.Migration;

/// <summary>
/// How far one unit is: the lines up to which everything is claimed by the checkpoint, those up to which everything is settled, and the segments beyond.
/// Guarded by its ledger.
/// </summary>
internal sealed class UnitProgress(int ordinal, IItemUnit unit, OpenUnit? resumed)
{
    private readonly List<Segment> _settled = [];

    internal int Ordinal { get; } = ordinal;

    internal IItemUnit Unit { get; } = unit;

    /// <summary>What an earlier run had claimed of it.</summary>
    internal OpenUnit? Resumed { get; } = resumed;

    /// <summary>Not all settled yet, in the order of their lines.</summary>
    internal Queue<Segment> Segments { get; } = new();

    /// <summary>Its reading failed: what was settled since the last claim may come from wrong text, and is not to be claimed.</summary>
    internal bool IsDiscarded { get; private set; }

    internal OpenUnit Claimed { get; private set; } = resumed ?? new(ordinal, unit.Name, 0, 0, new());

    internal bool HasSettled => _settled.Count > 0;

    /// <summary>Of everything up to the first segment that is not settled.</summary>
    internal ImportCounts SettledCounts => _settled.Aggregate(Claimed.Counts, static (sum, segment) => sum + segment.ToCounts());

    internal IEnumerable<Segment> Unclaimed => _settled.Concat(Segments);

    internal void Settle(Segment segment) => _settled.Add(segment);

    /// <returns>The segments that are claimed now, whose rejections go with them.</returns>
    internal IReadOnlyList<Segment> Claim()
    {
        Segment[] claimed = [.. _settled];
        _settled.Clear();
        foreach (Segment segment in claimed)
        {
            Claimed = Claimed with { Counts = Claimed.Counts + segment.ToCounts() };
            if (segment.LastLine > Claimed.Line) Claimed = Claimed with { Line = segment.LastLine, Hash = segment.Hash };
        }
        return claimed;
    }

    /// <returns>The segments that are not to be claimed.</returns>
    internal IReadOnlyList<Segment> Discard()
    {
        IsDiscarded = true;
        Segment[] discarded = [.. Unclaimed];
        _settled.Clear();
        Segments.Clear();
        return discarded;
    }
}
