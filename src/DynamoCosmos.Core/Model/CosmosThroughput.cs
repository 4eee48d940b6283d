namespace DynamoCosmos.Model;

public enum ThroughputMode
{
    Manual,
    Autoscale,
}

/// <summary>The provisioned throughput of a database or container, in request units per second (RU/s).</summary>
public sealed record CosmosThroughput
{
    public required string AccountName { get; init; }

    public required string DatabaseName { get; init; }

    /// <summary>Null for a database's shared throughput.</summary>
    public string? ContainerName { get; init; }

    public required ThroughputMode Mode { get; init; }

    /// <summary>Manual: what is provisioned. Autoscale: what it never falls below, a tenth of the maximum.</summary>
    public required int Throughput { get; init; }

    /// <summary>Autoscale only.</summary>
    public int? AutoscaleMaxThroughput { get; init; }

    /// <summary>
    /// The least that can be set in this mode: max(400, GB stored, highest ever / 100), or max(1000, GB × 10, highest ever / 10) for
    /// autoscale's maximum.
    /// </summary>
    public int? MinimumThroughput { get; init; }

    /// <summary>What can be set without waiting for partitions to split: 10,000 RU/s each. Null where the service does not say.</summary>
    public int? InstantMaximumThroughput { get; init; }

    /// <summary>A change is under way.</summary>
    public bool IsPending { get; init; }

    public string? SubscriptionId { get; init; }

    public string? ResourceGroup { get; init; }

    public Uri? AccountEndpoint { get; init; }

    /// <summary>The value that can be set: manual RU/s or autoscale's maximum.</summary>
    internal int Setting => AutoscaleMaxThroughput ?? Throughput;

    public override string ToString() => $"{DatabaseName}{(ContainerName is null ? "" : "/" + ContainerName)}: {Mode}, {Setting} RU/s";
}

/// <summary>The throughput that a load of known size should be given.</summary>
/// <param name="PhysicalPartitions">So that each ends at 40 GB of its 50 GB:
/// https://learn.microsoft.com/azure/cosmos-db/scaling-provisioned-throughput-best-practices.</param>
/// <param name="CreateWith">RU/s to create the container with: 6,000 for each partition makes that many.</param>
/// <param name="RaiseTo">RU/s for the load: 10,000 for each partition is all that they can serve, and can be set at once.</param>
public sealed record LoadThroughput(long Bytes, int PhysicalPartitions, int CreateWith, int RaiseTo)
{
    private const long BytesPerPartition = 40L << 30;

    /// <param name="bytes">As DynamoDB counts them. Documents are about as large: names and values stay.</param>
    public static LoadThroughput For(long bytes)
    {
        int partitions = (int)Math.Max(1, (bytes + BytesPerPartition - 1) / BytesPerPartition);
        return new(bytes, partitions, partitions * 6_000, partitions * 10_000);
    }
}

/// <summary>What is wanted of a throughput.</summary>
/// <param name="Mode">Null keeps the mode.</param>
/// <param name="Value">RU/s, or autoscale's maximum RU/s; null leaves the value to the service when the mode changes.</param>
public sealed record ThroughputRequest(ThroughputMode? Mode, int? Value);

/// <summary>Where a throughput is set: a database, or a container in it.</summary>
public sealed record ThroughputTarget(AccountReference Account, string DatabaseName, string? ContainerName, Uri? AccountEndpoint = null);
