namespace DynamoCosmos.Assessment;

/// <summary>What an assessment's estimates are made for.</summary>
public sealed record LoadWishes
{
    /// <summary>In which the load is to be done. An hour is the unit that throughput is billed by.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Regions of the account: each has the throughput and the storage.</summary>
    public int RegionCount { get; init; } = 1;

    /// <summary>What a region's prices are beside those of the table: 1.25 for availability zones, for instance.</summary>
    public double RegionMultiplier { get; init; } = 1;

    public required PriceTable Prices { get; init; }
}

/// <summary>Throughput, time and price of a load. The rules are those of docs/cosmos.md.</summary>
internal sealed class LoadPlanning(double writeKilobytes, long documentBytes, LoadWishes wishes)
{
    /// <summary>Inserting 1 KB, with nothing indexed and with everything.</summary>
    internal const double RequestUnitsPerKilobyte = 5.5;

    internal const double RequestUnitsPerKilobyteIndexed = 10;

    // Keys never spread quite evenly, and a load starts and ends slowly.
    internal const double UsableShare = 0.8;

    /// <summary>What a physical partition holds and serves (service limits).</summary>
    internal const long PhysicalPartitionBytes = 50L << 30;

    internal const int PhysicalPartitionThroughput = 10_000;

    private const int MinThroughput = 400;

    private static readonly int[] s_choices = [4_000, 10_000, 20_000, 40_000, 100_000, 200_000, 400_000, 1_000_000];

    internal double RequestUnits => writeKilobytes * RequestUnitsPerKilobyte;

    internal double RequestUnitsIndexed => writeKilobytes * RequestUnitsPerKilobyteIndexed;

    internal long DocumentBytes => documentBytes;

    /// <summary>To provision, in steps of 100.</summary>
    internal int Throughput =>
        (int)Math.Clamp(Math.Ceiling(RequestUnits / (wishes.Window.TotalSeconds * UsableShare) / 100) * 100, MinThroughput,
        int.MaxValue / 100 * 100);

    private int StoragePartitions => (int)Math.Max(1, (documentBytes + PhysicalPartitionBytes - 1) / PhysicalPartitionBytes);

    internal int PhysicalPartitions =>
        Math.Max(StoragePartitions, (Throughput + PhysicalPartitionThroughput - 1) / PhysicalPartitionThroughput);

    /// <summary>
    /// A container that is created with 6,000 RU/s for each partition can be raised to 10,000 at once ("Best practices for scaling
    /// provisioned throughput").
    /// </summary>
    internal int InstantThroughput => StoragePartitions * PhysicalPartitionThroughput;

    internal int ThroughputFloor =>
        (int)Math.Max(Math.Max(MinThroughput, documentBytes >> 30), Math.Ceiling(Throughput / 100.0 / 100) * 100);

    internal TimeSpan DurationAt(int throughput) => TimeSpan.FromSeconds(Math.Ceiling(RequestUnits / (throughput * UsableShare)));

    internal IReadOnlyList<LoadChoice> Choices() =>
    [
        .. s_choices.Append(Throughput).Distinct().Order()
            .Select(throughput => new LoadChoice(throughput, DurationAt(throughput), CostAt(throughput)))
            .Where(choice => choice.Throughput == Throughput
                || (choice.Duration >= TimeSpan.FromMinutes(1) && choice.Duration <= TimeSpan.FromDays(30))),
    ];

    internal decimal CostAt(int throughput) =>
        Math.Round(throughput / 100m * wishes.Prices.Per100RequestUnitsHour * Hours(DurationAt(throughput)) * Factor, 2);

    internal decimal StorageCostPerMonth =>
        Math.Round(documentBytes / (decimal)(1L << 30) * wishes.Prices.StoragePerGigabyteMonth * Factor, 2);

    private decimal Factor => wishes.RegionCount * (decimal)wishes.RegionMultiplier;

    private static decimal Hours(TimeSpan duration) => Math.Max(1, (decimal)Math.Ceiling(duration.TotalHours));
}
