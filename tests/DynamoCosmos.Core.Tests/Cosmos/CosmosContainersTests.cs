using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Core.Tests.Azure;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Cosmos.Containers;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

public sealed class CosmosContainersTests : IDisposable
{
    private readonly CloudConnections _clouds = new();

    private static readonly ContainerRequest s_request = new()
    {
        DatabaseName = "shop",
        ContainerName = "orders",
        PartitionKey = new("pk", KeyType.S),
        SortKey = new("order id"),
        TtlAttribute = "expires",
        AutoscaleMaxThroughput = 4000,
        ItemCount = 1234,
    };

    [Fact]
    public async Task A_container_follows_the_tables_keys_and_its_time_to_live()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        CosmosContainers containers = Open(standIn);
        AccessPlan<CosmosTarget> plan = await containers.PlanAsync(s_request, NoMessages.Instance, default);
        Assert.Equal("Create the database and the container, partitioned by /pk, with autoscale up to 4,000 RU/s, DefaultTimeToLive -1, " +
            "for 1,234 items", plan.Action);
        Assert.Equal("sandboxcosmos/shop/orders", plan.Target);
        Assert.False(standIn.HasContainer("shop", "orders"));
        CosmosTarget target = await plan.Apply(default);
        Assert.Equal((-1, (4000, true)),
            ((int)standIn.ContainerProperties("shop", "orders")["defaultTtl"]!, standIn.Throughput("shop", "orders")));
        Assert.Equal(["/pk"], target.PartitionKeyPath);
        Assert.Equal((s_request.PartitionKey, s_request.SortKey, "expires", -1),
            (target.PartitionKeyAttribute, target.SortKeyAttribute, target.TtlAttribute, target.DefaultTimeToLive));
        Assert.Equal((4000, null, false), (target.AutoscaleMaxThroughput, target.Throughput, target.IndexingDeferred));
        Assert.Equal(standIn.Endpoint, target.AccountEndpoint);
    }

    [Fact]
    public async Task The_same_container_again_changes_nothing_and_sends_no_write()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        CosmosContainers containers = Open(standIn);
        foreach (bool defer in new[] { false, true })
        {
            ContainerRequest request = s_request with { ContainerName = "orders" + defer, DeferIndexing = defer };
            CosmosTarget first = await (await containers.PlanAsync(request, NoMessages.Instance, default)).Apply(default);
            standIn.ClearLog();
            AccessPlan<CosmosTarget> again = await containers.PlanAsync(request, NoMessages.Instance, default);
            Assert.False(again.IsChange, again.Action);
            CosmosTarget second = await again.Apply(default);
            Assert.DoesNotContain(standIn.Requests, entry => entry.Method is "PUT" or "DELETE"
                || (entry.Method == "POST" && entry.Kind != CosmosRequestKind.Offer));
            Assert.Equal((first.IndexingDeferred, first.AutoscaleMaxThroughput, first.DefaultTimeToLive),
                (second.IndexingDeferred, second.AutoscaleMaxThroughput, second.DefaultTimeToLive));
        }
    }

    [Fact]
    public async Task Another_partition_key_is_an_error_that_shows_both()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", "/customer");
        CosmosContainers containers = Open(standIn);
        MigrationException differs = await Assert.ThrowsAsync<MigrationException>(() =>
            containers.PlanAsync(s_request with { Hierarchical = true }, NoMessages.Instance, default));
        Assert.Equal("PartitionKeyDiffers", differs.ErrorId);
        Assert.Contains("/customer", differs.Message);
        Assert.Contains("/pk, /\"order id\"", differs.Message);
    }

    [Fact]
    public async Task Hierarchical_and_explicit_paths_are_taken()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        CosmosContainers containers = Open(standIn);
        CosmosTarget both =
            await (await containers.PlanAsync(s_request with { Hierarchical = true }, NoMessages.Instance, default)).Apply(default);
        CosmosTarget own = await (
            await containers.PlanAsync(
            s_request with { ContainerName = "own", PartitionKey = null, TtlAttribute = null, PartitionKeyPath = ["/a/b", "/\"c d\""] },
            NoMessages.Instance, default)).Apply(default);
        Assert.Equal(["/pk", "/\"order id\""], both.PartitionKeyPath);
        Assert.Equal("""["/a/b","/\u0022c d\u0022"]""",
            standIn.ContainerProperties("shop", "own")["partitionKey"]!["paths"]!.ToJsonString());
        Assert.Null(own.DefaultTimeToLive);
    }

    [Fact]
    public async Task A_container_that_is_there_gets_time_to_live_but_keeps_its_throughput_with_a_warning()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", ["/pk"], 1000);
        CosmosContainers containers = Open(standIn);
        RecordedMessages heard = new();
        AccessPlan<CosmosTarget> plan = await containers.PlanAsync(s_request, heard, default);
        Assert.Equal("Change the container: DefaultTimeToLive becomes -1, for 1,234 items", plan.Action);
        CosmosTarget target = await plan.Apply(default);
        Assert.Contains("keeps its throughput (1,000 RU/s)", Assert.Single(heard.Warnings));
        Assert.Equal((1000, null), (target.Throughput, target.AutoscaleMaxThroughput));
        Assert.Equal(-1, (int)standIn.ContainerProperties("shop", "orders")["defaultTtl"]!);
    }

    [Fact]
    public async Task Deferred_indexing_indexes_nothing_and_is_completed_from_the_object()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { IndexTransformationTime = TimeSpan.FromSeconds(1) });
        CosmosContainers containers = Open(standIn);
        const string wanted = """{"indexingMode":"consistent","includedPaths":[{"path":"/total/?"}],"excludedPaths":[{"path":"/*"}]}""";
        CosmosTarget target = await (
            await containers.PlanAsync(s_request with { DeferIndexing = true, IndexingPolicy = wanted }, NoMessages.Instance, default))
            .Apply(default);
        Assert.True(target.IndexingDeferred);
        Assert.Empty(Included(standIn));

        AccessPlan<CosmosTarget> completion = await containers.PlanCompletionAsync(new(target, null, new(ThroughputMode.Autoscale, 1000)),
            wait: true, NoMessages.Instance, default);
        Assert.Equal("Put the indexing policy in place; throughput: change from autoscale up to 4000 RU/s to autoscale up to 1000 RU/s",
            completion.Action);
        CosmosTarget complete = await completion.Apply(default);
        Assert.Equal(["/total/?"], Included(standIn));
        Assert.Equal((1000, true), standIn.Throughput("shop", "orders"));
        Assert.Equal((false, 1000, 100), (complete.IndexingDeferred, complete.AutoscaleMaxThroughput, containers.IndexProgress));
        Assert.False((await containers.PlanCompletionAsync(new(complete), wait: true, NoMessages.Instance, default)).IsChange);
    }

    [Fact]
    public async Task A_deferred_policy_is_found_and_completed_without_the_object()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        CosmosContainers containers = Open(standIn);
        await (await containers.PlanAsync(s_request with { DeferIndexing = true }, NoMessages.Instance, default)).Apply(default);
        CosmosTarget bare = new() { AccountName = "sandboxcosmos", DatabaseName = "shop", ContainerName = "orders", PartitionKeyPath = [] };
        RecordedMessages heard = new();
        CosmosTarget complete = await (await containers.PlanCompletionAsync(new(bare), wait: true, heard, default)).Apply(default);
        Assert.Contains("service's default, which indexes everything", Assert.Single(heard.Warnings), StringComparison.Ordinal);
        Assert.Equal(["/*"], Included(standIn));
        Assert.Equal(["/pk"], complete.PartitionKeyPath);
    }

    [Fact]
    public async Task A_policy_that_a_container_had_before_deferring_comes_back()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", ["/pk"], 400,
            indexingPolicy: (
            System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse("""{"includedPaths":[{"path":"/*"}],"excludedPaths":[{"path":"/big/*"}]}""")!);
        CosmosContainers containers = Open(standIn);
        RecordedMessages heard = new();
        CosmosTarget target = await (
            await containers.PlanAsync(s_request with { DeferIndexing = true, AutoscaleMaxThroughput = null }, heard, default))
            .Apply(default);
        string warning = Assert.Single(heard.Warnings, static text =>
            text.Contains($"{Setting.DeferIndexing} takes its index away", StringComparison.Ordinal));
        Assert.Contains("/big/*", warning, StringComparison.Ordinal);
        await (await containers.PlanCompletionAsync(new(target), wait: true, NoMessages.Instance, default)).Apply(default);
        Assert.Contains("/big/*", standIn.ContainerProperties("shop", "orders")["indexingPolicy"]!["excludedPaths"]!.ToJsonString());
    }

    [Theory]
    [InlineData(450, null, "ThroughputNotAMultiple")]
    [InlineData(100, null, "ThroughputBelowMinimum")]
    [InlineData(null, 1500, "ThroughputNotAMultiple")]
    [InlineData(400, 1000, "ThroughputTwice")]
    public async Task Throughput_that_the_service_does_not_take_is_refused_before_anything_is_sent(int? manual, int? autoscale, string id)
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        CosmosContainers containers = Open(standIn);
        Assert.Equal(id,
            await ErrorOf(() =>
            containers.PlanAsync(s_request with { Throughput = manual, AutoscaleMaxThroughput = autoscale }, NoMessages.Instance,
            default)));
        Assert.Equal(0, standIn.RequestCount);
    }

    [Fact]
    public async Task What_cannot_be_made_says_why()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { Serverless = true });
        CosmosContainers containers = Open(standIn);
        Assert.Equal("PartitionKeyUnknown",
            await ErrorOf(() => containers.PlanAsync(s_request with { PartitionKey = null }, NoMessages.Instance, default)));
        Assert.Equal("IndexingPolicyInvalid",
            await ErrorOf(() => containers.PlanAsync(s_request with { IndexingPolicy = "[1]" }, NoMessages.Instance, default)));
        AccessPlan<CosmosTarget> plan = await containers.PlanAsync(s_request, NoMessages.Instance, default);
        MigrationException serverless = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));
        Assert.Equal("ThroughputServerless", serverless.ErrorId);
        Assert.Contains("serverless", serverless.Message);
        CosmosTarget none = await (
            await containers.PlanAsync(s_request with { AutoscaleMaxThroughput = null }, NoMessages.Instance, default)).Apply(default);
        Assert.Equal((null, null), (none.Throughput, none.AutoscaleMaxThroughput));
    }

    [Fact]
    public async Task An_account_that_does_not_exist_and_one_that_is_not_reached_are_told_apart()
    {
        using CloudConnections clouds = new();

        CosmosContainers Away(string endpoint)
        {
            CosmosSettings settings =
                CosmosSettings.Create("nothere", new(endpoint), new() { AccountKey = Keys.Secret(Convert.ToBase64String(new byte[64])) });
            return new(settings, new("nothere"), clouds);
        }

        CosmosContainers unknown = Away("https://nothere.invalid/"), silent = Away("http://127.0.0.1:9/");
        Assert.Equal("CosmosAccountNotFound", await ErrorOf(() => unknown.PlanAsync(s_request, NoMessages.Instance, default)));
        Assert.Equal("CosmosNotReachable", await ErrorOf(() => silent.PlanAsync(s_request, NoMessages.Instance, default)));
    }

    public void Dispose() => _clouds.Dispose();

    private static IEnumerable<string> Included(CosmosStandIn standIn) =>
        standIn.ContainerProperties("shop", "orders")["indexingPolicy"]!["includedPaths"]!.AsArray().Select(path => (string)path!["path"]!);

    private CosmosContainers Open(CosmosStandIn standIn) => new(standIn.Settings(), new(standIn.AccountName), _clouds);

    private static async Task<string> ErrorOf(Func<Task> action) => (await Assert.ThrowsAsync<MigrationException>(action)).ErrorId;
}
