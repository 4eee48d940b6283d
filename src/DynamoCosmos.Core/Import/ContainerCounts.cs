using DynamoCosmos.Import.Checkpoints;

namespace DynamoCosmos.Import;

/// <summary>
/// What became of the items of one container, of an import that is split over several: Read and Added are the sum of the others but the
/// last two.
/// </summary>
public sealed record ContainerCounts
{
    public required string ContainerName { get; init; }

    public long Read { get; init; }

    public long Added { get; init; }

    public long Written { get; init; }

    /// <summary>Of the written documents, those that were not there before.</summary>
    public long Created { get; init; }

    /// <summary>Of the written documents, those that replaced one.</summary>
    public long Replaced { get; init; }

    public long Deleted { get; init; }

    public long Expired { get; init; }

    public long Filtered { get; init; }

    public long Rejected { get; init; }

    public long NumberLosses { get; init; }

    /// <summary>Request units.</summary>
    public double RequestCharge { get; init; }

    internal static ContainerCounts Of(string containerName, ImportCounts counts) => new()
    {
        ContainerName = containerName,
        Read = counts.Read,
        Added = counts.Added,
        Written = counts.Written,
        Created = counts.Written - counts.Replaced,
        Replaced = counts.Replaced,
        Deleted = counts.Deleted,
        Expired = counts.Expired,
        Filtered = counts.Filtered,
        Rejected = counts.Rejected,
        NumberLosses = counts.NumberLosses,
        RequestCharge = counts.RequestCharge,
    };

    public override string ToString() => $"{ContainerName}: {Written} of {Read}";
}
