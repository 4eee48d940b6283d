using DynamoCosmos.Cosmos;
using DynamoCosmos.Dynamo;
using DynamoCosmos.Items;
using DynamoCosmos.Migration;

namespace DynamoCosmos;

/// <summary>What an import is to read, where to, and how.</summary>
public sealed record ImportRequest
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

    public ImportOptions Options { get; init; } = new();

    /// <summary>A file:// URL or the https URL of a blob; null for the place beside the data.</summary>
    public Uri? CheckpointLocation { get; init; }

    /// <summary>Likewise.</summary>
    public Uri? RejectionLocation { get; init; }

    /// <summary>For an export in S3.</summary>
    public AwsSettings Aws { get; init; } = new();

    /// <summary>For an export, a checkpoint or rejected items in a lake; its account key is the storage account's.</summary>
    public AzureSettings Lake { get; init; } = new();
}
