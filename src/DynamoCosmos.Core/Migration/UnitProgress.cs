namespace DynamoCosmos.Migration;

/// <summary>How far one unit is: the lines up to which everything is settled, and the segments beyond. Guarded by its ledger.</summary>
internal sealed class UnitProgress(int ordinal, IItemUnit unit, OpenUnit? resumed)
{
    internal int Ordinal { get; } = ordinal;

    internal IItemUnit Unit { get; } = unit;

    /// <summary>What an earlier run had settled of it.</summary>
    internal OpenUnit? Resumed { get; } = resumed;

    /// <summary>In the order of their lines.</summary>
    internal Queue<Segment> Segments { get; } = new();

    /// <summary>Everything up to this line is settled.</summary>
    internal long Line { get; set; } = resumed?.Line ?? 0;

    /// <summary>Of the text up to <see cref="Line"/>.</summary>
    internal ulong Hash { get; set; } = resumed?.Hash ?? 0;

    internal ImportCounts Counts { get; set; } = resumed?.Counts ?? new();
}
