using DynamoCosmos.Cosmos;
using DynamoCosmos.Items;

namespace DynamoCosmos;

/// <summary>The two ends of a migration and the conversion between them: what an import and its comparison have in common.</summary>
public abstract record MigrationEnds
{
    public required ItemOrigin Origin { get; init; }

    public required CosmosSettings Account { get; init; }

    public required string DatabaseName { get; init; }

    public required string ContainerName { get; init; }

    public ConversionOptions Conversion { get; init; } = new();
}
