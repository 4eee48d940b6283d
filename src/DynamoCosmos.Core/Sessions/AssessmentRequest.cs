using DynamoCosmos.Assessment;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;

namespace DynamoCosmos.Sessions;

/// <summary>What is to be assessed, and for what.</summary>
public sealed record AssessmentRequest
{
    public required ItemOrigin Origin { get; init; }

    public ConversionOptions Conversion { get; init; } = new();

    /// <summary>Tells the indexes, where it is known.</summary>
    public DynamoTable? Table { get; init; }

    /// <summary>About so many items; null for all.</summary>
    public long? Sample { get; init; }

    public required LoadWishes Wishes { get; init; }
}
