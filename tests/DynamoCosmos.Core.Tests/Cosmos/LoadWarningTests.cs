using DynamoCosmos.Connections;
using DynamoCosmos.Core.Tests.Azure;
using DynamoCosmos.Cosmos.Containers;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>What setting up a container says before the load could surprise.</summary>
public sealed class LoadWarningTests
{
    private static readonly ContainerRequest s_large = new()
    {
        DatabaseName = "shop",
        ContainerName = "orders",
        PartitionKey = new("pk"),
        ItemCount = 10_000_000,
        SizeBytes = 10_000_000L * 1024,
    };

    [Theory]
    // 100 million RU, of which 80 % of the throughput is a rate that a load keeps up: 34.7 hours at 1,000 RU/s, 3.5 at 10,000.
    [InlineData(1_000, false, "100,000,000 RU: 35 hours at 1,000 RU/s", "Indexing stays on")]
    [InlineData(10_000, false, "Indexing stays on")]
    [InlineData(1_000, true, "55,000,000 RU: 19 hours at 1,000 RU/s")]
    [InlineData(10_000, true)]
    public async Task A_new_container_that_would_take_long_or_cost_twice_is_told_of(int throughput, bool deferred, params string[] warnings)
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        AssertWarned(await WarningsAsync(standIn, s_large with { AutoscaleMaxThroughput = throughput, DeferIndexing = deferred }),
            warnings);
    }

    [Fact]
    public async Task A_small_load_and_one_of_unknown_size_are_not_warned_of()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        AssertWarned(await WarningsAsync(standIn, s_large with { ItemCount = 1000, SizeBytes = 1 << 20, Throughput = 400 }));
        AssertWarned(await WarningsAsync(standIn, s_large with { ItemCount = null, SizeBytes = null, Throughput = 400 }));
    }

    [Fact]
    public async Task A_container_that_is_there_is_asked_for_its_throughput_and_its_index_is_left_alone()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", ["/pk"], throughput: 400);
        AssertWarned(await WarningsAsync(standIn, s_large), "87 hours at 400 RU/s");
    }

    [Fact]
    public async Task Without_a_throughput_of_its_own_there_is_none_to_warn_of()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { Serverless = true });
        standIn.CreateDatabase("shop");
        standIn.CreateContainer("shop", "orders", "/pk");
        AssertWarned(await WarningsAsync(standIn, s_large));
    }

    private static void AssertWarned(string[] given, params string[] expected)
    {
        Assert.Equal(expected.Length, given.Length);
        Assert.All(expected, text => Assert.Contains(given, warning => warning.Contains(text, StringComparison.Ordinal)));
    }

    private static async Task<string[]> WarningsAsync(CosmosStandIn standIn, ContainerRequest request)
    {
        using CloudConnections clouds = new();
        RecordedMessages messages = new();
        CosmosContainers containers = new(standIn.Settings(), new(standIn.AccountName), clouds);
        await containers.PlanAsync(request, messages, default);
        return [.. messages.Warnings];
    }
}
