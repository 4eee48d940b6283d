namespace DynamoCosmos.Comparison;

/// <summary>How to compare.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Request units a second that reading may take; 0 for no limit.</summary>
    public double MaxThroughput { get; init; }

    /// <summary>How far the moment at which a document expires may be from what its TTL attribute says.</summary>
    public TimeSpan TtlTolerance { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>After so many findings the search ends; the fast pass has counted both sides by then.</summary>
    public int MaxDifferences { get; init; } = 10_000;

    /// <summary>Rejected items that do not fail the comparison: as many as the import's file of rejected items accounts for.</summary>
    public long AllowRejected { get; init; }

    /// <summary>Places named in a document that is different.</summary>
    public int MaxValues { get; init; } = 10;

    /// <summary>Units of the source, and ranges of the container, that are read at once.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Bytes of documents that the second look may hold; what does not fit waits for a further round.</summary>
    public long MaxHeldBytes { get; init; } = 48 * 1024 * 1024;

    /// <summary>How long a document is tried to be written again, with Repair.</summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.FromMinutes(10);
}
