namespace DynamoCosmos.Assessment;

/// <summary>
/// What the load will take, and how the container should be for it. Estimates: request units rest on a rule of thumb by size.
/// </summary>
public sealed record LoadPlan
{
    // Arrays: a host may take elements by their number, which the lists that the compiler makes do not offer to all of them.
    private readonly string[] _partitionKeyPath = [];
    private readonly LoadChoice[] _choices = [];

    /// <summary>For making a container.</summary>
    public required IReadOnlyList<string> PartitionKeyPath { get => _partitionKeyPath; init => _partitionKeyPath = [.. value]; }

    public required string PartitionKeyReason { get; init; }

    /// <summary>JSON, for making a container or completion, for after the load.</summary>
    public required string IndexingPolicy { get; init; }

    /// <summary>Bytes of all documents.</summary>
    public required long DocumentBytes { get; init; }

    /// <summary>Physical partitions that storage and throughput ask for.</summary>
    public required int PhysicalPartitions { get; init; }

    /// <summary>For inserting everything while nothing is indexed (DeferIndexing).</summary>
    public required double RequestUnits { get; init; }

    /// <summary>With every property indexed during the load.</summary>
    public required double RequestUnitsIndexed { get; init; }

    /// <summary>In which the load is to be done.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Request units a second to provision for the load.</summary>
    public required int Throughput { get; init; }

    /// <summary>What a container can be created with and have at once; more takes the service hours.</summary>
    public required int InstantThroughput { get; init; }

    /// <summary>
    /// What the container can be scaled down to afterwards: a hundredth of the highest it ever had, 1 RU/s for each GB, and 400 at least.
    /// </summary>
    public required int ThroughputFloor { get; init; }

    /// <summary>How long the load takes at <see cref="Throughput"/>.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Of the throughput, for whole hours, as it is billed.</summary>
    public required decimal LoadCost { get; init; }

    public required decimal StorageCostPerMonth { get; init; }

    public required string Currency { get; init; }

    /// <summary>When the prices were right.</summary>
    public required DateOnly PricesAsOf { get; init; }

    /// <summary>The same load at other throughputs.</summary>
    public required IReadOnlyList<LoadChoice> Choices { get => _choices; init => _choices = [.. value]; }

    public override string ToString() => $"{Throughput} RU/s for {Duration}";
}

/// <summary>A throughput, and what the load takes with it.</summary>
public sealed record LoadChoice(int Throughput, TimeSpan Duration, decimal Cost);

/// <summary>The prices that an estimate goes by. They change: a table says when it was right.</summary>
public sealed record PriceTable
{
    public required DateOnly Date { get; init; }

    public required string Source { get; init; }

    public required string Currency { get; init; }

    /// <summary>Manual throughput, in one region.</summary>
    public required decimal Per100RequestUnitsHour { get; init; }

    public required decimal StoragePerGigabyteMonth { get; init; }
}
