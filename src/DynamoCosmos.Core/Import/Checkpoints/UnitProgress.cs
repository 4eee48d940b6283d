using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// How far one unit is: the lines up to which everything is claimed by the checkpoint, those up to which everything is settled, and the
/// segments beyond. Guarded by its ledger.
/// </summary>
internal sealed class UnitProgress(int ordinal, IItemUnit unit, OpenUnit? resumed, string import)
{
    // Settled and not claimed: what they count to, and those that have rejections.
    private readonly List<Segment> _rejecting = [];
    private OpenUnit? _settled;

    internal int Ordinal { get; } = ordinal;

    internal IItemUnit Unit { get; } = unit;

    /// <summary>See <see cref="Checkpoint.Import"/>.</summary>
    internal string Import { get; } = import;

    /// <summary>What an earlier run had claimed of it.</summary>
    internal OpenUnit? Resumed { get; } = resumed;

    /// <summary>Not all settled yet, in the order of their lines.</summary>
    internal Queue<Segment> Segments { get; } = new();

    internal OpenUnit Claimed { get; private set; } = resumed ?? new(ordinal, unit.Name, 0, 0, new());

    internal bool HasSettled => _settled is not null;

    /// <summary>Of everything up to the first segment that is not settled.</summary>
    internal ImportCounts SettledCounts => (_settled ?? Claimed).Counts;

    internal IEnumerable<Segment> Unclaimed => _rejecting.Concat(Segments);

    internal void Settle(Segment segment)
    {
        OpenUnit before = _settled ?? Claimed;
        _settled = before with { Counts = before.Counts + segment.ToCounts() };
        if (segment.LastLine > before.Line) _settled = _settled with { Line = segment.LastLine, Hash = segment.Hash };
        if (segment.RejectionBytes > 0) _rejecting.Add(segment);
    }

    /// <returns>The segments that are claimed now and have rejections.</returns>
    internal IReadOnlyList<Segment> Claim()
    {
        Segment[] claimed = [.. _rejecting];
        _rejecting.Clear();
        Claimed = _settled ?? Claimed;
        _settled = null;
        return claimed;
    }

    /// <returns>The segments that are not to be claimed.</returns>
    internal IReadOnlyList<Segment> Discard()
    {
        Segment[] discarded = [.. Unclaimed];
        _rejecting.Clear();
        _settled = null;
        Segments.Clear();
        return discarded;
    }
}
