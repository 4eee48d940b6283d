namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// How far an import is: no more than what is settled. Written whole each time; small however large the export, since finished units are
/// ranges and only those being read have an entry of their own.
/// </summary>
internal sealed record Checkpoint
{
    /// <summary>What the import is: source, target, conversion. A run with others is another import.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>A name that only this import has, in each of its rejected items; empty for one that an older version began.</summary>
    public required string Import { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>
    /// No container held a document when the import began, so whatever it replaces is its own. False where that is not known.
    /// </summary>
    public bool BeganEmpty { get; init; }

    public required int Runs { get; init; }

    /// <summary>Of all runs so far.</summary>
    public required TimeSpan Duration { get; init; }

    public int? UnitsTotal { get; init; }

    public required UnitRanges CompletedUnits { get; init; }

    /// <summary>Of the completed units.</summary>
    public required ImportCounts Counts { get; init; }

    /// <summary>Units that are partly settled.</summary>
    public required IReadOnlyList<OpenUnit> OpenUnits { get; init; }

    /// <summary>Where this import's part of the file of rejected items begins: the file may have held other lines before.</summary>
    public required long RejectionsFrom { get; init; }

    /// <summary>The length of that file up to which it is claimed.</summary>
    public required long RejectionsTo { get; init; }

    /// <summary>Of what stands between the two; null for one that an older version wrote.</summary>
    public ulong? RejectionsHash { get; init; }

    /// <summary>Hundredths of a request unit that all runs spent, on writes too that were made again or are not settled.</summary>
    public long SpentCentiRequestUnits { get; init; }

    internal ImportCounts Total => OpenUnits.Aggregate(Counts, static (sum, open) => sum + open.Counts);
}

/// <param name="Line">Everything up to this line is settled.</param>
/// <param name="Hash">Of the text up to that line: a run that goes on there proves that it is still the same text.</param>
internal sealed record OpenUnit(int Ordinal, string Name, long Line, ulong Hash, ImportCounts Counts);
