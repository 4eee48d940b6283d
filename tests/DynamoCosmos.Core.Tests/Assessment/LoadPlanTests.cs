using System.Text.Json;
using DynamoCosmos.Assessment;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Assessment;

/// <summary>Throughput, time, price and partition key, calculated by hand beside.</summary>
public sealed class LoadPlanTests
{
    private static readonly KeyMap s_keys = new(new("pk", KeyType.S), new("sk", KeyType.S));

    [Fact]
    public void Throughput_for_a_window_and_its_price()
    {
        // 28,800,000 KB take 158,400,000 RU; in four hours, at 80 %, that is 13,750 RU/s.
        LoadPlanning load = new(28_800_000, 30L << 30, new() { Window = TimeSpan.FromHours(4), Prices = Prices.Table });
        Assert.Equal((158_400_000, 13_800, 2, 10_000),
            ((long)load.RequestUnits, load.Throughput, load.PhysicalPartitions, load.InstantThroughput));
        Assert.Equal(TimeSpan.FromSeconds(Math.Ceiling(158_400_000 / (13_800 * 0.8))), load.DurationAt(13_800));
        // 138 hundreds, 4 hours begun, 0.01 each; 30 GB at 0.50.
        Assert.Equal((5.52m, 15m), (load.CostAt(load.Throughput), load.StorageCostPerMonth));
        Assert.Equal(400, load.ThroughputFloor);
    }

    [Fact]
    public void Regions_multiply_prices_and_no_load_costs_less_than_an_hour()
    {
        LoadPlanning load = new(1_000, 1L << 30, new() { RegionCount = 3, RegionMultiplier = 1.25, Prices = Prices.Table });
        Assert.Equal(400, load.Throughput);
        Assert.Equal((0.15m, 1.88m), (load.CostAt(400), load.StorageCostPerMonth));
    }

    [Fact]
    public void A_very_large_load_asks_for_partitions_and_leaves_a_floor()
    {
        LoadPlanning load = new(1_000_000_000, 1L << 40, new() { Prices = Prices.Table });
        Assert.Equal(1_909_800, load.Throughput);
        Assert.Equal((191, 210_000), (load.PhysicalPartitions, load.InstantThroughput));
        Assert.Equal(19_100, load.ThroughputFloor);
        Assert.All(load.Choices(), choice =>
            Assert.Equal((load.DurationAt(choice.Throughput), load.CostAt(choice.Throughput)), (choice.Duration, choice.Cost)));
        Assert.Contains(load.Choices(), choice => choice.Throughput == load.Throughput);
    }

    [Theory]
    [InlineData(11, true)]
    [InlineData(9, false)]
    public void A_logical_partition_near_its_20_GB_asks_for_a_hierarchical_key(int gigabytes, bool isHierarchical)
    {
        PartitionKeyAdvice advice =
            PartitionKeyAdvice.Of(new(s_keys), Partitions(gigabytes, 100_000), 1, new(1, 1, new() { Prices = Prices.Table }));
        Assert.Equal(isHierarchical ? ["/pk", "/sk"] : ["/pk"], advice.Paths);
    }

    [Fact]
    public void A_sample_is_projected_before_partitions_are_judged()
    {
        PartitionKeyAdvice advice =
            PartitionKeyAdvice.Of(new(s_keys), Partitions(1, 100_000), 30, new(1, 1, new() { Prices = Prices.Table }));
        Assert.Equal(["/pk", "/sk"], advice.Paths);
    }

    [Fact]
    public void Without_a_sort_key_another_property_is_asked_for()
    {
        PartitionKeyAdvice advice = PartitionKeyAdvice.Of(new(s_keys with { SortKey = null }), Partitions(12, 100_000), 1,
            new(1, 1, new() { Prices = Prices.Table }));
        Assert.Equal(["/pk"], advice.Paths);
        Assert.Contains(Setting.PartitionKeyPath, advice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_values_for_the_physical_partitions_ask_for_a_hierarchical_key()
    {
        LoadPlanning many = new(1, 500L << 30, new() { Prices = Prices.Table });
        Assert.Equal(["/pk", "/sk"], PartitionKeyAdvice.Of(new(s_keys), Partitions(1, 20), 1, many).Paths);
        Assert.Equal(["/pk"], PartitionKeyAdvice.Of(new(s_keys), Partitions(1, 2_000), 1, many).Paths);
    }

    [Fact]
    public void Indexes_become_a_policy_of_their_keys_and_advice()
    {
        SecondaryIndex[] indexes =
        [
            new("byDate", "Local", new("pk", KeyType.S), new("order date", KeyType.S)),
            new("byStatus", "Global", new("status", KeyType.S), new("order date", KeyType.S)),
            new("turned", "Global", new("sk", KeyType.S), new("pk", KeyType.S)),
            new("byTenant", "Global", new("tenant", KeyType.S), new("pk", KeyType.S)),
        ];
        AttributeUsage[] attributes = [Used("status", 50), Used("tenant", 100), Used("pk", 100), Used("sk", 100)];
        IndexAdvising advising = new(s_keys, indexes, attributes, physicalPartitions: 4);
        Assert.Equal(
            [("byDate", IndexAdviceKind.IndexingPolicy, 1.0), ("byStatus", IndexAdviceKind.SecondContainer, 0.5),
                ("turned", IndexAdviceKind.SecondContainer, 1.0), ("byTenant", IndexAdviceKind.HierarchicalKey, 1.0)],
            advising.Advise(100).Select(static advice => (advice.Name, advice.Advice, advice.Coverage)));
        Assert.Equal(IndexAdviceKind.IndexingPolicy, new IndexAdvising(s_keys, indexes, attributes, physicalPartitions: 1)
            .Advise(100)[1].Advice);
        using JsonDocument policy = JsonDocument.Parse(advising.Policy());
        Assert.Equal(["/\"order date\"/?", "/pk/?", "/sk/?", "/status/?", "/tenant/?"], Paths(policy, "includedPaths"));
        Assert.Equal(["/*", "/\"_etag\"/?"], Paths(policy, "excludedPaths"));
        Assert.Equal("[{\"path\":\"/status\",\"order\":\"ascending\"},{\"path\":\"/\\\"order date\\\"\",\"order\":\"ascending\"}]",
            policy.RootElement.GetProperty("compositeIndexes")[1].GetRawText());
    }

    [Fact]
    public void Without_known_indexes_everything_is_indexed_but_long_texts_and_binary()
    {
        AttributeUsage[] attributes = [Used("status", 100), Used("body", 100, bytes: 500_000),
            Used("picture", 100) with { Types = new Dictionary<string, long> { ["B"] = 100 } }, Used("_ts", 100, bytes: 500_000)];
        using JsonDocument policy = JsonDocument.Parse(new IndexAdvising(s_keys, [], attributes, 4).Policy());
        Assert.Equal(["/*"], Paths(policy, "includedPaths"));
        Assert.Equal(["/body/?", "/picture/?", "/dynamo__ts/?", "/\"_etag\"/?"], Paths(policy, "excludedPaths"));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{\"date\":\"2025-06-01\"}")]
    [InlineData("{\"date\":\"2025-06-01\",\"source\":\"x\",\"currency\":\"USD\",\"per100RequestUnitsHour\":-1,\"storagePerGigabyteMonth\":0}")]
    public void What_is_no_price_table_is_refused(string text)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            Assert.Equal("PriceTableInvalid", Assert.Throws<MigrationException>(() => PriceTableFile.Read(path)).ErrorId);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string[] Paths(JsonDocument policy, string name) =>
        [.. policy.RootElement.GetProperty(name).EnumerateArray().Select(static path => path.GetProperty("path").GetString()!)];

    private static AttributeUsage Used(string path, long count, long bytes = 1_000) =>
        new() { Path = path, Count = count, Types = new Dictionary<string, long> { ["S"] = count }, Bytes = bytes };

    private static PartitionUsage Partitions(long gigabytes, long distinct) => new()
    {
        Distinct = distinct,
        DistinctError = 0,
        UnseenBytes = 0,
        Largest = [new("a", gigabytes << 30, gigabytes << 30, 10, 0.01)],
    };
}
