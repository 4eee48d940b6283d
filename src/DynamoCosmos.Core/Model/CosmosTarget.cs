using DynamoCosmos.Sources;

namespace DynamoCosmos.Model;

/// <summary>
/// A container that items go to, with what the next stage needs: the export that it was made for, and the table's keys. Properties are
/// named like the parameters of the import, the comparison and completion.
/// </summary>
public sealed record CosmosTarget
{
    // Arrays: a host may take elements by their number, which the lists that the compiler makes do not offer to all of them.
    private readonly string[] _partitionKeyPath = [];

    public required string AccountName { get; init; }

    /// <summary>Null for the account's own address in its cloud.</summary>
    public Uri? AccountEndpoint { get; init; }

    public required string DatabaseName { get; init; }

    public required string ContainerName { get; init; }

    /// <summary>One to three paths, such as <c>/pk</c> or <c>/"order id"</c>.</summary>
    public required IReadOnlyList<string> PartitionKeyPath { get => _partitionKeyPath; init => _partitionKeyPath = [.. value]; }

    /// <summary>Seconds; −1 where each document's own ttl decides; null where time to live is off.</summary>
    public int? DefaultTimeToLive { get; init; }

    /// <summary>Manual request units per second; null for autoscale, serverless, and throughput shared with the database.</summary>
    public int? Throughput { get; init; }

    /// <summary>Autoscale's maximum in request units per second.</summary>
    public int? AutoscaleMaxThroughput { get; init; }

    /// <summary>The container's throughput could not be read by this sign-in.</summary>
    public bool IsThroughputUnseen { get; init; }

    /// <summary>The container indexes nothing for the time of the load; completion puts <see cref="IndexingPolicy"/> in place.</summary>
    public bool IndexingDeferred { get; init; }

    /// <summary>The policy that is in force, or that is to be once the load is done, as JSON.</summary>
    public string? IndexingPolicy { get; init; }

    /// <summary>Where the account is, as far as it was looked up.</summary>
    public string? SubscriptionId { get; init; }

    public string? ResourceGroup { get; init; }

    /// <summary>The export that is to be imported; null for a container that was made for a table, or by itself.</summary>
    public DynamoExport? Export { get; init; }

    /// <summary>The table that it was made for without an export: its import scans it.</summary>
    public DynamoTable? Table { get; init; }

    /// <summary>The table's partition key; null where nothing told it, and without a type where only its name is known.</summary>
    public KeyName? PartitionKeyAttribute { get; init; }

    public KeyName? SortKeyAttribute { get; init; }

    public string? TtlAttribute { get; init; }

    public override string ToString() => $"{AccountName}/{DatabaseName}/{ContainerName}";
}
