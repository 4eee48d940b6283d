using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Model;

/// <summary>A table as its migration needs to see it. Counts and bytes are AWS's own, renewed about every six hours.</summary>
public sealed record DynamoTable
{
    // Arrays: a host may take elements by their number, which the lists that the compiler makes do not offer to all of them.
    private readonly DynamoIndex[] _indexes = [];

    public required string TableName { get; init; }

    public required string TableArn { get; init; }

    public required string TableStatus { get; init; }

    public required KeyAttribute PartitionKey { get; init; }

    public KeyAttribute? SortKey { get; init; }

    public long ItemCount { get; init; }

    public long TableSizeBytes { get; init; }

    /// <summary>Null where TTL is off.</summary>
    public string? TtlAttribute { get; init; }

    public bool PointInTimeRecovery { get; init; }

    public DateTimeOffset? EarliestRestorableTime { get; init; }

    public DateTimeOffset? LatestRestorableTime { get; init; }

    /// <summary>PROVISIONED or PAY_PER_REQUEST.</summary>
    public string BillingMode { get; init; } = "PROVISIONED";

    public long? ReadCapacityUnits { get; init; }

    public long? WriteCapacityUnits { get; init; }

    public string? StreamArn { get; init; }

    public string? StreamViewType { get; init; }

    public IReadOnlyList<DynamoIndex> Indexes { get => _indexes; init => _indexes = [.. value]; }

    public DateTimeOffset? CreationDateTime { get; init; }

    public string? Region { get; init; }

    /// <summary>Where it was found, when that is not the region's own endpoint.</summary>
    public Uri? EndpointUrl { get; init; }

    public KeyMap Keys => new(PartitionKey, SortKey, TtlAttribute);

    public override string ToString() => TableName;
}

/// <summary>A secondary index.</summary>
/// <param name="Kind">Global or Local.</param>
/// <param name="Projection">ALL, KEYS_ONLY or INCLUDE.</param>
public sealed record DynamoIndex(string Name, string Kind, KeyAttribute PartitionKey, KeyAttribute? SortKey, string Projection,
    IReadOnlyList<string> NonKeyAttributes)
{
    public override string ToString() => $"{Name} ({Kind})";
}
