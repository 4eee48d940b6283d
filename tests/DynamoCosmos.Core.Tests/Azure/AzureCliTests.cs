using System.Text.Json.Nodes;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos.Throughput;
using DynamoCosmos.Model;
using DynamoCosmos.RealServers;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>
/// Debian's azure-cli and we read what the other wrote; it also holds the stand-in to what a real client expects. Its own 'az role
/// assignment' fails with Debian's version of the library under it, before it sends anything, and is left out.
/// </summary>
[Trait("Category", "Slow")]
public sealed class AzureCliTests
{
    private static readonly ResourceManagerOptions s_options = new() { OperationTime = TimeSpan.FromSeconds(0.5), RetryAfterSeconds = 1 };

    [RealServerFact(RealServer.AzureCli)]
    public async Task Azure_cli_and_we_agree_both_ways()
    {
        await using AccessScene scene = await AccessScene.StartAsync(managerOptions: s_options);
        scene.Cosmos.CreateContainer("shop", "orders", ["/pk"], 400);
        (TenantPrincipal worker, _) = scene.Tenant.AddSignedInApplication("worker");
        await using AzureCli az = await scene.SignInToAzureCliAsync();
        string[] account = ["--account-name", "mycosmos", "--resource-group", scene.Manager.Options.ResourceGroup];
        CosmosRoleDefinitions definitions = new(scene.Open());
        CosmosRoleAssignments assignments = new(scene.Open());

        // What az writes, we read.
        JsonNode? made = await az.RunAsync(["cosmosdb", "sql", "role", "definition", "create", .. account, "--body", DefinitionBody]);
        CosmosRoleDefinition ours = Assert.Single(await definitions.ReadAsync(scene.Account, "By az", default));
        Assert.Equal((string?)made!["name"], ours.RoleDefinitionId);
        Assert.Equal(CosmosDataActions.Of(CosmosRolePreset.ImportOnly).Order(), ours.DataAction.Order());
        Assert.Equal(["/dbs/shop"], ours.AssignableScope);
        await az.RunAsync(
            ["cosmosdb", "sql", "role", "assignment", "create", .. account, "--role-definition-name", "By az", "--principal-id",
            worker.ObjectId, "--scope", "/dbs/shop/colls/orders"]);
        AccessPlan<CosmosRoleAssignment> same =
            await assignments.PlanAddAsync(scene.Account, "By az", new(worker.ObjectId), "/dbs/shop/colls/orders", true, default);
        Assert.False(same.IsChange);

        // What we write, az reads.
        await (await definitions.PlanPutAsync(scene.Account, "By us", null, CosmosDataActions.Of(CosmosRolePreset.ReadOnly), null, false,
            null, default)).Apply(default);
        await (await assignments.PlanAddAsync(scene.Account, "By us", new(worker.ObjectId), "/", true, default)).Apply(default);
        JsonArray theirs = (await az.RunAsync(["cosmosdb", "sql", "role", "definition", "list", .. account]))!.AsArray();
        JsonNode byUs = Assert.Single(theirs, definition => (string?)definition!["roleName"] == "By us")!;
        Assert.Equal(CosmosDataActions.Of(CosmosRolePreset.ReadOnly).Order(), byUs["permissions"]![0]!["dataActions"]!.AsArray()
            .Select(action => (string)action!).Order());
        JsonArray held = (await az.RunAsync(["cosmosdb", "sql", "role", "assignment", "list", .. account]))!.AsArray();
        Assert.Equal(2, held.Count(assignment => (string?)assignment!["principalId"] == worker.ObjectId));
    }

    [RealServerFact(RealServer.AzureCli)]
    public async Task Azure_cli_and_we_agree_on_throughput()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await AccessScene.StartAsync(managerOptions: s_options);
        scene.Cosmos.CreateContainer("shop", "orders", ["/pk"], 400);
        await using AzureCli az = await scene.SignInToAzureCliAsync();
        string[] orders = ["--account-name", "mycosmos", "--resource-group", scene.Manager.Options.ResourceGroup, "--database-name", "shop",
            "--name", "orders"];
        ThroughputControl control = new(scene.Settings, clouds);
        ThroughputTarget target = new(scene.Account, "shop", "orders");

        await az.RunAsync(["cosmosdb", "sql", "container", "throughput", "update", .. orders, "--throughput", "2000"]);
        Assert.Equal((ThroughputMode.Manual, 2_000), await ShownAsync());
        await az.RunAsync(["cosmosdb", "sql", "container", "throughput", "migrate", .. orders, "--throughput-type", "autoscale"]);
        Assert.Equal((ThroughputMode.Autoscale, 2_000), await ShownAsync());
        await (await control.PlanAsync(target, new(null, 7_000), default)).Apply(default);

        JsonNode? shown = await az.RunAsync(["cosmosdb", "sql", "container", "throughput", "show", .. orders]);

        Assert.Equal(7_000, (int)shown!["resource"]!["autoscaleSettings"]!["maxThroughput"]!);
        async Task<(ThroughputMode, int)> ShownAsync()
        {
            CosmosThroughput now = await control.ReadAsync(target, default);
            return (now.Mode, now.AutoscaleMaxThroughput ?? now.Throughput);
        }
    }

    private const string DefinitionBody = """
        {"RoleName":"By az","Type":"CustomRole","AssignableScopes":["/dbs/shop"],"Permissions":[{"DataActions":["Microsoft.DocumentDB/databaseAccounts/readMetadata",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/create","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/replace"]}]}
        """;
}
