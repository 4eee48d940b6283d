namespace DynamoCosmos.Import;

/// <summary>
/// What became of an import's items. Counts are those of the whole import, earlier runs included; Read and Added are always the sum of
/// Written, Deleted, Expired, Filtered and Rejected. Of a run that ended early they are what is settled, without the items that the next
/// run will read again.
/// </summary>
public sealed record ImportResult
{
    // Arrays: a host may take elements by their number, which the lists that the compiler makes do not offer to all of them.
    private readonly ContainerCounts[] _containers = [];
    private readonly ImportMoment[] _history = [];

    /// <summary>Everything was read and settled. False after StopAfter: the same line again goes on.</summary>
    public required bool Completed { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    public long Read { get; init; }

    /// <summary>Documents that Transform made of an item beyond its first.</summary>
    public long Added { get; init; }

    public long Written { get; init; }

    /// <summary>
    /// Of the written documents, those that were not there before. One that may only have been written again (after a lost answer, or by a
    /// run that goes on) counts here.
    /// </summary>
    public long Created { get; init; }

    /// <summary>Of the written documents, those that replaced one that was there.</summary>
    public long Replaced { get; init; }

    /// <summary>Removed by a change of an incremental export.</summary>
    public long Deleted { get; init; }

    /// <summary>Not written because their time to live was over.</summary>
    public long Expired { get; init; }

    /// <summary>Left out by the mapping's Where, or because Transform returned nothing.</summary>
    public long Filtered { get; init; }

    /// <summary>Refused, each with its reason in the file of rejected items.</summary>
    public long Rejected { get; init; }

    /// <summary>Numbers that became doubles of another value (NumberMode Double).</summary>
    public long NumberLosses { get; init; }

    /// <summary>
    /// Of an import that is split over several containers: what became of the items of each. With <see cref="WithoutRoute"/> they are all
    /// that was read.
    /// </summary>
    public IReadOnlyList<ContainerCounts> Containers { get => _containers; init => _containers = [.. value]; }

    /// <summary>
    /// Items of a split import that no container got: no route takes them, or they could not be read. They are among the rejected and
    /// filtered ones.
    /// </summary>
    public long WithoutRoute { get; init; }

    /// <summary>Request units that all runs of the import spent: also on writes that a later run made again.</summary>
    public double RequestCharge { get; init; }

    /// <summary>Answers of 429 in this run, those that the SDK tried again by itself among them.</summary>
    public long Throttled { get; init; }

    /// <summary>Writes that the import tried again in this run.</summary>
    public long Retries { get; init; }

    /// <summary>Data files read to their end.</summary>
    public int UnitsDone { get; init; }

    public int? UnitsTotal { get; init; }

    public int PeakInFlight { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Of this run.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Of all runs.</summary>
    public TimeSpan TotalDuration { get; init; }

    /// <summary>1 for an import that was never interrupted.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>An earlier run had finished it, and this one wrote nothing.</summary>
    public bool WasComplete { get; init; }

    /// <summary>The course of this run in at most 121 steps, for a chart of it.</summary>
    public IReadOnlyList<ImportMoment> History { get => _history; init => _history = [.. value]; }

    public string? CheckpointPath { get; init; }

    /// <summary>Null where nothing was rejected.</summary>
    public string? RejectedItemPath { get; init; }

    public override string ToString() =>
        $"{Target}: {Written} of {Read} written, {Rejected} rejected{(Completed ? "" : ", not completed")}";
}
