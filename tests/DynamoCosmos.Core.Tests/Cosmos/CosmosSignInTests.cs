using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Core.Tests.Azure;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Cosmos.Containers;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>Containers and writes under a sign-in of Entra ID, where roles decide.</summary>
public sealed class CosmosSignInTests : IDisposable
{
    private static readonly ContainerRequest s_request = new()
    {
        DatabaseName = "shop",
        ContainerName = "orders",
        PartitionKey = new("pk"),
        TtlAttribute = "expires",
        Throughput = 1000,
    };

    private readonly CloudConnections _clouds = new();

    [Fact]
    public async Task Containers_are_made_through_the_resource_manager_and_the_place_is_remembered()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        CosmosContainers containers = Open(scene, scene.Settings);
        CosmosTarget target =
            await (await containers.PlanAsync(s_request with { DeferIndexing = true }, NoMessages.Instance, default)).Apply(default);
        Assert.Equal((1000, false), scene.Cosmos.Throughput("shop", "orders"));
        Assert.Equal(-1, (int)scene.Cosmos.ContainerProperties("shop", "orders")["defaultTtl"]!);
        Assert.Contains($"/subscriptions/{target.SubscriptionId}/resourceGroups/{target.ResourceGroup}/", scene.AccountId);
        Assert.DoesNotContain(scene.Cosmos.Requests, request => request.Method != "GET");

        scene.ClearRequests();
        AccessPlan<CosmosTarget> again = await containers.PlanAsync(s_request with { DeferIndexing = true }, NoMessages.Instance, default);
        Assert.False(again.IsChange, again.Action);
        Assert.DoesNotContain(scene.Manager.Requests, request => request.IsWrite
            && request.Path.Contains("sqlDatabases", StringComparison.Ordinal));

        CosmosTarget complete = await (
            await containers.PlanCompletionAsync(new(again.Current!, null, new(ThroughputMode.Manual, 400)), wait: true,
            NoMessages.Instance, default)).Apply(default);
        Assert.Equal((400, false), (complete.Throughput, complete.IndexingDeferred));
        Assert.Equal((400, false), scene.Cosmos.Throughput("shop", "orders"));
    }

    [Fact]
    public async Task Without_a_role_on_the_account_the_missing_action_is_named()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (TenantPrincipal nobody, string secret) = scene.Tenant.AddSignedInApplication("nobody");
        scene.Manager.Access.Assign(nobody, "Reader", scene.Manager.SubscriptionScope);
        CosmosContainers containers = Open(scene, scene.SettingsOf(nobody, secret));
        AccessPlan<CosmosTarget> plan = await containers.PlanAsync(s_request, NoMessages.Instance, default);
        MigrationException refused = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));
        Assert.Equal("AzureAuthorizationFailed", refused.ErrorId);
        Assert.Contains("sqlDatabases/write", refused.Message);
    }

    [Fact]
    public async Task The_data_plane_says_that_tokens_do_not_make_containers()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (TenantPrincipal writer, string secret) = Writer(scene, [CosmosDataActions.ReadMetadata]);
        CosmosSettings settings = CosmosSettings.Create("mycosmos", scene.Cosmos.Endpoint, scene.SettingsOf(writer, secret));
        using CosmosClients clients = new(settings, _clouds.Azure);
        DataPlaneContainerAdmin admin = new(settings, clients);
        MigrationException refused = await Assert.ThrowsAsync<MigrationException>(() => admin.CreateDatabaseAsync("shop", default));
        Assert.Equal("CosmosResourceManagerNeeded", refused.ErrorId);
        Assert.Contains("Cosmos DB Operator", refused.Message);
    }

    [Fact]
    public async Task Documents_are_written_under_a_data_role_with_keys_switched_off()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        scene.Cosmos.CreateContainer("shop", "orders", "/pk");
        scene.Cosmos.DisableLocalAuth = true;
        (TenantPrincipal writer, string secret) = Writer(scene, [CosmosDataActions.ReadMetadata, CosmosDataActions.Items + "upsert"]);
        await using CosmosSink sink = await CosmosSink.OpenAsync(
            CosmosSettings.Create("mycosmos", scene.Cosmos.Endpoint, scene.SettingsOf(writer, secret)), "shop", ["orders"], _clouds.Cosmos,
            default);
        Assert.Equal(201, (await sink.WriteAsync(Upsert(), default)).Status);
    }

    [Fact]
    public async Task A_missing_data_action_is_named_by_the_answer_to_the_write()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        scene.Cosmos.CreateContainer("shop", "orders", "/pk");
        (TenantPrincipal reader, string secret) = Writer(scene, [CosmosDataActions.ReadMetadata]);
        await using CosmosSink sink = await CosmosSink.OpenAsync(
            CosmosSettings.Create("mycosmos", scene.Cosmos.Endpoint, scene.SettingsOf(reader, secret)), "shop", ["orders"], _clouds.Cosmos,
            default);
        WriteAnswer answer = await sink.WriteAsync(Upsert(), default);
        Assert.Equal((403, 5301), (answer.Status, answer.SubStatus));
        Assert.Contains(CosmosDataActions.Items + "upsert", answer.Message);
    }

    [Fact]
    public async Task Reading_the_container_without_a_role_names_the_role_that_is_missing()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        scene.Cosmos.CreateContainer("shop", "orders", "/pk");
        (TenantPrincipal nobody, string secret) = scene.Tenant.AddSignedInApplication("nobody");
        CosmosSettings settings = CosmosSettings.Create("mycosmos", scene.Cosmos.Endpoint, scene.SettingsOf(nobody, secret));
        MigrationException refused = await Assert.ThrowsAsync<MigrationException>(() =>
            CosmosSink.OpenAsync(settings, "shop", ["orders"], _clouds.Cosmos, default));
        Assert.Equal("CosmosPermissionMissing", refused.ErrorId);
        Assert.Contains(CosmosDataActions.ReadMetadata, refused.Message);
        CosmosSettings wrong = CosmosSettings.Create("mycosmos", scene.Cosmos.Endpoint, scene.SettingsOf(nobody, "wrong-" + secret));
        MigrationException signIn = await Assert.ThrowsAsync<MigrationException>(() =>
            CosmosSink.OpenAsync(wrong, "shop", ["orders"], _clouds.Cosmos, default));
        Assert.Equal("AzureSignInFailed", signIn.ErrorId);
        Assert.DoesNotContain(secret, signIn.ToString());
    }

    public void Dispose() => _clouds.Dispose();

    private CosmosContainers Open(AccessScene scene, AzureSettings azure) =>
        new(CosmosSettings.Create("mycosmos", scene.Cosmos.Endpoint, azure), scene.Account, _clouds);

    private static (TenantPrincipal Principal, string Secret) Writer(AccessScene scene, string[] actions)
    {
        (TenantPrincipal principal, string secret) = scene.Tenant.AddSignedInApplication("writer");
        CosmosDataRole role = new("mycosmos", Guid.NewGuid().ToString(), "writer", false, ["/"], actions);
        scene.Manager.Access.Put(role);
        scene.Manager.Access.Put(
            new CosmosDataAssignment("mycosmos", Guid.NewGuid().ToString(), role.Id, "/", principal.ObjectId, DateTimeOffset.MinValue));
        return (principal, secret);
    }

    private static ItemWrite Upsert() => new(WriteKind.Upsert, "a", ["p"], """{"id":"a","pk":"p"}"""u8.ToArray());
}
