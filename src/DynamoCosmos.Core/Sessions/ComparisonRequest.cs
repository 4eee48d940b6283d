using DynamoCosmos.Comparison;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Sessions;

/// <summary>What is to be compared, and how.</summary>
public sealed record ComparisonRequest : MigrationEnds
{
    public ComparisonOptions Options { get; init; } = new();

    /// <summary>As the import had it: what became of the converted documents; null where they are as they were converted.</summary>
    public IDocumentTransform? Transform { get; init; }

    /// <summary>Writes missing and different documents again.</summary>
    public bool Repair { get; init; }

    /// <summary>Only so many items, drawn by chance and looked up one by one; null compares everything.</summary>
    public int? Sample { get; init; }
}
