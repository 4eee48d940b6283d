using DynamoCosmos.Cosmos;
using DynamoCosmos.Dynamo;
using DynamoCosmos.Items;
using DynamoCosmos.Migration;

namespace DynamoCosmos;

/// <summary>The two ends of a migration and the conversion between them: what an import and its comparison have in common.</summary>
public abstract record MigrationEnds
{
    /// <summary>With its location.</summary>
    public required DynamoExport Export { get; init; }

    /// <summary>Where the export does not name it: an export found by its manifest does not.</summary>
    public KeyName? PartitionKey { get; init; }

    public KeyName? SortKey { get; init; }

    /// <summary>In place of the export's own; empty for none.</summary>
    public string? TtlAttribute { get; init; }

    public required CosmosSettings Account { get; init; }

    public required string DatabaseName { get; init; }

    public required string ContainerName { get; init; }

    public ConversionOptions Conversion { get; init; } = new();

    /// <summary>For an export in S3.</summary>
    public AwsSettings Aws { get; init; } = new();

    /// <summary>For an export, a checkpoint or rejected items in a lake; its account key is the storage account's.</summary>
    public AzureSettings Lake { get; init; } = new();
}
