using DynamoCosmos.Migration;

namespace DynamoCosmos;

/// <summary>What an import is to read, where to, and how.</summary>
public sealed record ImportRequest : MigrationEnds
{
    public ImportOptions Options { get; init; } = new();

    /// <summary>A file:// URL or the https URL of a blob; null for the place beside the data.</summary>
    public Uri? CheckpointLocation { get; init; }

    /// <summary>Likewise.</summary>
    public Uri? RejectionLocation { get; init; }
}
