using DynamoCosmos.Basics;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>The container that a migration wants.</summary>
public sealed record ContainerRequest
{
    public required string DatabaseName { get; init; }

    public required string ContainerName { get; init; }

    /// <summary>
    /// The table's keys; null where only <see cref="PartitionKeyPath"/> tells how to partition. Their types do not matter here.
    /// </summary>
    public KeyName? PartitionKey { get; init; }

    public KeyName? SortKey { get; init; }

    /// <summary>The table's TTL attribute: where there is one, the container has time to live by document.</summary>
    public string? TtlAttribute { get; init; }

    /// <summary>Partition by both keys of the table.</summary>
    public bool Hierarchical { get; init; }

    /// <summary>Paths that take the place of the table's keys.</summary>
    public IReadOnlyList<string>? PartitionKeyPath { get; init; }

    /// <summary>Manual request units per second. Neither this nor autoscale: serverless, or what the database shares.</summary>
    public int? Throughput { get; init; }

    /// <summary>Autoscale's maximum.</summary>
    public int? AutoscaleMaxThroughput { get; init; }

    /// <summary>As JSON. Null for what is there, or the service's default.</summary>
    public string? IndexingPolicy { get; init; }

    /// <summary>Index nothing for the time of the load.</summary>
    public bool DeferIndexing { get; init; }

    /// <summary>Carried on to the target.</summary>
    public DynamoExport? Export { get; init; }

    /// <summary>Likewise.</summary>
    public DynamoTable? Table { get; init; }

    /// <summary>Items that are to come, for the plan's text and its warnings; null where nobody knows.</summary>
    public long? ItemCount { get; init; }

    /// <summary>As DynamoDB counts them; null where nobody knows.</summary>
    public long? SizeBytes { get; init; }

    /// <exception cref="MigrationException">Nothing tells the partition key, or settings contradict each other.</exception>
    internal IReadOnlyList<string> ResolvePaths()
    {
        ConversionOptions options = new() { Hierarchical = Hierarchical, PartitionKeyPaths = PartitionKeyPath };
        if (PartitionKey is not null) return new ItemConverter(new(PartitionKey.WithType(KeyType.S), SortKey?.WithType(KeyType.S)),
            options).PartitionKeyPaths;
        if (PartitionKeyPath is not { Count: > 0 }) throw CosmosErrors.PartitionKeyUnknown(Export?.Location?.GetLeftPart(UriPartial.Path)
            ?? "What was given");
        // Any key will do to have the paths checked.
        return new ItemConverter(new(new("pk", KeyType.S)), options).PartitionKeyPaths;
    }
}
