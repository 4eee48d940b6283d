using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos.Throughput;
using DynamoCosmos.Model;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>Throughput through the resource manager, over the Cosmos stand-in's own state.</summary>
[Trait("Category", "Slow")]
public sealed class ThroughputControlTests
{
    [Fact]
    public async Task Throughput_is_shown_with_its_minimum()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await StartAsync(40_000);
        ThroughputControl control = new(scene.Settings, clouds);

        CosmosThroughput shown = await control.ReadAsync(Orders(scene), default);

        Assert.Equal((ThroughputMode.Manual, 40_000, 400, false), (shown.Mode, shown.Throughput, shown.MinimumThroughput, shown.IsPending));
        Assert.Equal((scene.Manager.Options.SubscriptionId, scene.Manager.Options.ResourceGroup, scene.Cosmos.Endpoint),
            (shown.SubscriptionId, shown.ResourceGroup, shown.AccountEndpoint));
    }

    [Fact]
    public async Task A_change_takes_effect_and_is_not_made_twice()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await StartAsync(400);
        ThroughputControl control = new(scene.Settings, clouds);
        ThroughputRequest request = new(ThroughputMode.Manual, 5_000);

        CosmosThroughput changed = await (await control.PlanAsync(Orders(scene), request, default)).Apply(default);
        scene.ClearRequests();
        AccessPlan<CosmosThroughput> again = await control.PlanAsync(Orders(scene), request, default);

        Assert.Equal((5_000, false), (changed.Throughput, again.IsChange));
        Assert.Equal((5_000, false), scene.Cosmos.Throughput("shop", "orders"));
        Assert.Empty(scene.Writes);
    }

    [Theory]
    [InlineData(ThroughputMode.Autoscale, null, 1_000)]
    [InlineData(ThroughputMode.Autoscale, 20_000, 20_000)]
    public async Task Manual_becomes_autoscale(ThroughputMode mode, int? value, int expected)
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await StartAsync(800);
        ThroughputControl control = new(scene.Settings, clouds);

        CosmosThroughput changed = await (await control.PlanAsync(Orders(scene), new(mode, value), default)).Apply(default);

        Assert.Equal((ThroughputMode.Autoscale, expected, expected / 10),
            (changed.Mode, changed.AutoscaleMaxThroughput, changed.Throughput));
        Assert.Equal((expected, true), scene.Cosmos.Throughput("shop", "orders"));
    }

    [Fact]
    public async Task Autoscale_becomes_manual_at_the_value_that_is_asked_for()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await AccessScene.StartAsync();
        scene.Cosmos.CreateContainer("shop", "orders", ["/pk"], null, autoscaleMaximum: 4_000);
        ThroughputControl control = new(scene.Settings, clouds);

        CosmosThroughput changed = await (await control.PlanAsync(Orders(scene), new(ThroughputMode.Manual, 600), default)).Apply(default);

        Assert.Equal((ThroughputMode.Manual, 600), (changed.Mode, changed.Throughput));
    }

    [Theory]
    [InlineData(ThroughputMode.Manual, 450, "ThroughputNotAMultiple", "400 or 500")]
    [InlineData(ThroughputMode.Autoscale, 1_500, "ThroughputNotAMultiple", "1000 or 2000")]
    [InlineData(ThroughputMode.Manual, 300, "ThroughputBelowMinimum", "400")]
    [InlineData(ThroughputMode.Manual, 900, "ThroughputBelowMinimum", "1000")]
    public async Task What_cannot_be_set_is_refused_with_the_numbers(ThroughputMode mode, int value, string errorId, string numbers)
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await StartAsync(100_000);
        ThroughputControl control = new(scene.Settings, clouds);

        MigrationException failure =
            await Assert.ThrowsAsync<MigrationException>(() => control.PlanAsync(Orders(scene), new(mode, value), default));

        Assert.Equal(errorId, failure.ErrorId);
        Assert.Contains(numbers, failure.Message);
        Assert.Empty(scene.Writes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_serverless_account_has_none(bool byKey)
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await AccessScene.StartAsync(cosmosOptions: new() { Serverless = true });
        scene.Cosmos.CreateContainer("shop", "orders", "/pk");
        AzureSettings key = new() { AccountKey = Secret.From(AccessScene.Secure(scene.Cosmos.AccountKey)) };
        ThroughputControl control = new(byKey ? key : scene.Settings, clouds);
        ThroughputTarget target = byKey ? Orders(scene) with { AccountEndpoint = scene.Cosmos.Endpoint } : Orders(scene);

        MigrationException failure =
            await Assert.ThrowsAsync<MigrationException>(() => control.PlanAsync(target, new(ThroughputMode.Autoscale, 4_000), default));

        Assert.Equal("ThroughputServerless", failure.ErrorId);
    }

    [Theory]
    [InlineData("shop", null, "ThroughputNotDedicated")]
    [InlineData("shop", "nothing", "CosmosContainerNotFound")]
    [InlineData("nowhere", "orders", "CosmosDatabaseNotFound")]
    public async Task What_has_no_throughput_is_told_from_what_is_not_there(string database, string? container, string errorId)
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await StartAsync(400);
        ThroughputControl control = new(scene.Settings, clouds);

        MigrationException failure =
            await Assert.ThrowsAsync<MigrationException>(() => control.ReadAsync(new(scene.Account, database, container), default));

        Assert.Equal(errorId, failure.ErrorId);
    }

    [Fact]
    public async Task The_twenty_sixth_change_in_five_minutes_is_told_as_what_it_is()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await StartAsync(400);
        ThroughputControl control = new(scene.Settings, clouds);
        for (int i = 0; i < 25; i++) await (await control.PlanAsync(Orders(scene), new(ThroughputMode.Manual, 500 + i % 2 * 100), default))
            .Apply(default);
        AccessPlan<CosmosThroughput> plan = await control.PlanAsync(Orders(scene), new(ThroughputMode.Manual, 700), default);

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));

        Assert.Equal(("ThroughputChangesTooMany", FailureKind.Throttled), (failure.ErrorId, failure.Kind));
    }

    [Fact]
    public async Task A_change_that_splits_partitions_is_waited_for()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene =
            await AccessScene.StartAsync(cosmosOptions: new() { ThroughputChangeTime = TimeSpan.FromSeconds(2) });
        scene.Cosmos.CreateContainer("shop", "orders", ["/pk"], 400);
        ThroughputControl control = new(scene.Settings, clouds);

        CosmosThroughput changed =
            await (await control.PlanAsync(Orders(scene), new(ThroughputMode.Manual, 30_000), default)).Apply(default);

        Assert.Equal((30_000, false, 30_000), (changed.Throughput, changed.IsPending, changed.InstantMaximumThroughput));
        Assert.Equal(3, scene.Cosmos.Ranges("shop", "orders").Count);
    }

    [Fact]
    public async Task The_account_key_serves_where_there_is_nothing_else_and_cannot_change_the_mode()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await StartAsync(400);
        ThroughputControl control = new(new() { AccountKey = Secret.From(AccessScene.Secure(scene.Cosmos.AccountKey)) }, clouds);
        ThroughputTarget target = Orders(scene) with { AccountEndpoint = scene.Cosmos.Endpoint };

        CosmosThroughput changed = await (await control.PlanAsync(target, new(null, 1_200), default)).Apply(default);
        AccessPlan<CosmosThroughput> plan = await control.PlanAsync(target, new(ThroughputMode.Autoscale, 4_000), default);
        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));

        Assert.Equal((1_200, "ThroughputModeNeedsSignIn"), (changed.Throughput, failure.ErrorId));
        Assert.Empty(scene.Manager.Requests);
    }

    [Theory]
    [InlineData(0, 1, 6_000, 10_000)]
    [InlineData(40L << 30, 1, 6_000, 10_000)]
    [InlineData((40L << 30) + 1, 2, 12_000, 20_000)]
    [InlineData(1L << 40, 26, 156_000, 260_000)]
    public void A_load_is_given_partitions_of_forty_gigabytes(long bytes, int partitions, int create, int raise) =>
        Assert.Equal(new(bytes, partitions, create, raise), LoadThroughput.For(bytes));

    private static async Task<AccessScene> StartAsync(int throughput)
    {
        AccessScene scene = await AccessScene.StartAsync();
        scene.Cosmos.CreateContainer("shop", "orders", ["/pk"], throughput);
        return scene;
    }

    private static ThroughputTarget Orders(AccessScene scene) => new(scene.Account, "shop", "orders");
}
