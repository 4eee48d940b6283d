using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>Trying data actions must tell what is allowed, and change nothing.</summary>
public sealed class DataPermissionProbeTests
{
    public static TheoryData<string> Actions => new(CosmosDataActions.Known.Where(action =>
        !action.EndsWith('*') && !action.EndsWith("StoredProcedure", StringComparison.Ordinal)
            && !action.EndsWith("Conflicts", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task An_action_is_granted_with_its_role_and_missing_without(string action)
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        scene.Cosmos.CreateContainer("shop", "orders", "/pk", "/address/city");
        (TenantPrincipal with, string withSecret) = scene.Tenant.AddSignedInApplication("with");
        (TenantPrincipal without, string withoutSecret) = scene.Tenant.AddSignedInApplication("without");
        Give(scene, with, [CosmosDataActions.ReadMetadata, action]);
        Give(scene, without, [.. CosmosDataActions.Known.Where(known => !CosmosDataActions.Allows([known], action))]);
        using DataPermissionProbe granted = new("mycosmos", scene.Cosmos.Endpoint, scene.SettingsOf(with, withSecret),
            TestClouds.Process.Azure);
        using DataPermissionProbe missing = new("mycosmos", scene.Cosmos.Endpoint, scene.SettingsOf(without, withoutSecret),
            TestClouds.Process.Azure);

        (ProbeOutcome first, string? detail) = await granted.TryAsync(action, "shop", "orders", default);
        (ProbeOutcome second, _) = await missing.TryAsync(action, "shop", "orders", default);

        Assert.True(first == ProbeOutcome.Granted, $"{first}: {detail}");
        Assert.Equal(ProbeOutcome.Missing, second);
        Assert.Equal(0, scene.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task A_batch_that_asks_for_more_than_its_operations_is_seen_and_told_with_the_way_out()
    {
        const string Upsert = CosmosDataActions.Items + "upsert", Asked = CosmosDataActions.Containers + "executeStoredProcedure";
        await using AccessScene scene = await AccessScene.StartAsync(cosmosOptions: new() { BatchAction = Asked });
        scene.Cosmos.CreateContainer("shop", "orders", "/pk");
        (TenantPrincipal importer, string secret) = scene.Tenant.AddSignedInApplication("importer");
        (TenantPrincipal migrator, string otherSecret) = scene.Tenant.AddSignedInApplication("migrator");
        Give(scene, importer, [.. CosmosDataActions.Of(CosmosRolePreset.ImportOnly)]);
        Give(scene, migrator, [.. CosmosDataActions.Of(CosmosRolePreset.Migration)]);
        using DataPermissionProbe first = new("mycosmos", scene.Cosmos.Endpoint, scene.SettingsOf(importer, secret),
            TestClouds.Process.Azure);
        using DataPermissionProbe second = new("mycosmos", scene.Cosmos.Endpoint, scene.SettingsOf(migrator, otherSecret),
            TestClouds.Process.Azure);

        (ProbeOutcome outcome, string? detail) = await first.TryAsync(Upsert, "shop", "orders", default);

        Assert.Equal(ProbeOutcome.Missing, outcome);
        Assert.Contains(Asked, detail);
        Assert.Contains($"{Remedy.GrantAccess} {Setting.Preset} Migration", detail);
        Assert.Equal(ProbeOutcome.Granted, (await second.TryAsync(Upsert, "shop", "orders", default)).Outcome);
        Assert.Equal(0, scene.Cosmos.Count("shop", "orders"));
    }

    private static void Give(AccessScene scene, TenantPrincipal principal, string[] actions)
    {
        CosmosDataRole role = new("mycosmos", Guid.NewGuid().ToString(), principal.DisplayName, false, ["/"], actions);
        scene.Manager.Access.Put(role);
        scene.Manager.Access.Put(
            new CosmosDataAssignment("mycosmos", Guid.NewGuid().ToString(), role.Id, "/", principal.ObjectId, DateTimeOffset.MinValue));
    }
}
