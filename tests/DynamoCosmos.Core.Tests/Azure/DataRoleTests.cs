using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>Data role definitions and assignments through the resource manager.</summary>
[Trait("Category", "Slow")]
public sealed class DataRoleTests
{
    private const string Upsert = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert";

    [Fact]
    public async Task A_definition_is_made_once_and_found_again()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        CosmosRoleDefinitions definitions = new(scene.Open());

        CosmosRoleDefinition made =
            await (await PlanAsync(definitions, scene, "Importer", CosmosDataActions.Of(CosmosRolePreset.ImportOnly))).Apply(default);
        scene.ClearRequests();
        AccessPlan<CosmosRoleDefinition> again =
            await PlanAsync(definitions, scene, "importer", CosmosDataActions.Of(CosmosRolePreset.ImportOnly));

        Assert.False(again.IsChange);
        Assert.Equal(made.RoleDefinitionId, again.Current!.RoleDefinitionId);
        Assert.Empty(scene.Manager.Writes);
        Assert.Equal((scene.Manager.Options.SubscriptionId, scene.Manager.Options.ResourceGroup, "mycosmos"),
            (made.SubscriptionId, made.ResourceGroup, made.AccountName));
    }

    [Fact]
    public async Task A_name_that_is_there_is_changed_and_not_doubled()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        CosmosRoleDefinitions definitions = new(scene.Open());
        await (await PlanAsync(definitions, scene, "Importer", [Upsert])).Apply(default);

        await (await PlanAsync(definitions, scene, "Importer", CosmosDataActions.Of(CosmosRolePreset.ReadOnly))).Apply(default);

        CosmosDataRole only = Assert.Single(scene.Manager.Access.DataRoles, role => role.Name == "Importer");
        Assert.Equal(CosmosDataActions.Of(CosmosRolePreset.ReadOnly).Order(), only.DataActions.Order());
    }

    [Fact]
    public async Task Planning_sends_no_write()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        CosmosRoleDefinitions definitions = new(scene.Open());

        AccessPlan<CosmosRoleDefinition> plan = await PlanAsync(definitions, scene, "Importer", [Upsert]);

        Assert.True(plan.IsChange);
        Assert.Empty(scene.Manager.Writes);
    }

    [Theory]
    [InlineData("items/fly", "/", "DataActionUnknown")]
    [InlineData(Upsert, "/dbs", "ScopeOutsideAccount")]
    [InlineData(Upsert, "/subscriptions/x/resourceGroups/y/providers/Microsoft.DocumentDB/databaseAccounts/other", "ScopeOutsideAccount")]
    public async Task What_the_service_would_refuse_is_refused_before_any_write(string action, string scope, string errorId)
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        CosmosRoleDefinitions definitions = new(scene.Open());

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() =>
            definitions.PlanPutAsync(scene.Account, "R", null, [action], [scope], false, null, default));

        Assert.Equal(errorId, failure.ErrorId);
        Assert.Empty(scene.Manager.Writes);
    }

    [Fact]
    public async Task A_scope_of_an_account_with_a_longer_name_is_outside()
    {
        await using AccessScene scene = await AccessScene.StartAsync();

        MigrationException failure =
            Assert.Throws<MigrationException>(() => CosmosScope.Relative(scene.AccountId, scene.AccountId + "2/dbs/shop"));

        Assert.Equal("ScopeOutsideAccount", failure.ErrorId);
        Assert.Equal("/dbs/shop", CosmosScope.Relative(scene.AccountId, scene.AccountId + "/dbs/shop"));
    }

    [Fact]
    public async Task A_definition_in_use_is_not_removed_and_the_error_lists_its_assignments()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (CosmosRoleDefinitions definitions, CosmosRoleAssignments assignments, TenantPrincipal principal) = await PrepareAsync(scene);
        CosmosRoleAssignment assignment =
            await (await assignments.PlanAddAsync(scene.Account, "Importer", new(principal.ObjectId), "/", true, default)).Apply(default);

        MigrationException failure =
            await Assert.ThrowsAsync<MigrationException>(() => definitions.PlanRemoveAsync(scene.Account, "Importer", default));
        await (await assignments.PlanRemoveAsync(scene.Account, assignment.RoleAssignmentId, default)).Apply(default);
        await (await definitions.PlanRemoveAsync(scene.Account, "Importer", default)).Apply(default);

        Assert.Equal("RoleDefinitionInUse", failure.ErrorId);
        Assert.Contains(assignment.RoleAssignmentId, failure.Message);
        Assert.DoesNotContain(scene.Manager.Access.DataRoles, role => role.Name == "Importer");
    }

    [Fact]
    public async Task Built_in_definitions_are_left_alone()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        CosmosRoleDefinitions definitions = new(scene.Open());

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() =>
            definitions.PlanRemoveAsync(scene.Account, "00000000-0000-0000-0000-000000000001", default));

        Assert.Equal("RoleDefinitionBuiltIn", failure.ErrorId);
    }

    [Fact]
    public async Task An_assignment_made_elsewhere_under_another_id_is_recognized_by_what_it_says()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (_, CosmosRoleAssignments assignments, TenantPrincipal principal) = await PrepareAsync(scene);
        string roleId = scene.Manager.Access.DataRoles.Single(role => role.Name == "Importer").Id;
        scene.Manager.Access.Put(
            new CosmosDataAssignment("mycosmos", Guid.NewGuid().ToString(), roleId, "/dbs/shop", principal.ObjectId,
            DateTimeOffset.MinValue));

        AccessPlan<CosmosRoleAssignment> same = await assignments.PlanAddAsync(scene.Account, "Importer", new(principal.ObjectId),
            scene.AccountId + "/dbs/shop", true, default);
        AccessPlan<CosmosRoleAssignment> other =
            await assignments.PlanAddAsync(scene.Account, "Importer", new(principal.ObjectId), "/dbs/shop2", true, default);

        Assert.Equal((false, true), (same.IsChange, other.IsChange));
    }

    [Fact]
    public async Task The_id_of_an_assignment_is_a_function_of_what_it_says()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (_, CosmosRoleAssignments assignments, TenantPrincipal principal) = await PrepareAsync(scene);

        CosmosRoleAssignment first =
            await (await assignments.PlanAddAsync(scene.Account, "Importer", new(principal.ObjectId), "/", true, default)).Apply(default);
        await (await assignments.PlanRemoveAsync(scene.Account, first.RoleAssignmentId, default)).Apply(default);
        CosmosRoleAssignment second = await (
            await assignments.PlanAddAsync(scene.Account, "Importer", new(ApplicationId: principal.AppId), "/", true, default))
            .Apply(default);

        Assert.Equal(first.RoleAssignmentId, second.RoleAssignmentId);
        Assert.True(Guid.TryParseExact(first.RoleAssignmentId, "D", out _));
    }

    [Fact]
    public async Task A_principal_that_is_not_known_yet_is_waited_for()
    {
        await using AccessScene scene = await AccessScene.StartAsync(new() { ReplicationDelay = TimeSpan.FromSeconds(1.5) });
        await using AccessScene _ = scene;
        CosmosRoleDefinitions definitions = new(scene.Open());
        await (await PlanAsync(definitions, scene, "Importer", [Upsert])).Apply(default);
        TenantApplication application = scene.Tenant.AddApplication("late");
        TenantPrincipal late = scene.Tenant.AddPrincipal(application.AppId, "late", PrincipalKind.Application);
        CosmosRoleAssignments assignments = new(scene.Open());

        await (await assignments.PlanAddAsync(scene.Account, "Importer", new(late.ObjectId), "/", true, default)).Apply(default);

        Assert.InRange(PutAssignments(scene), 2, 100);
        Assert.Single(scene.Manager.Access.DataAssignments, assignment => assignment.PrincipalId == late.ObjectId);
    }

    [Fact]
    public async Task A_principal_that_the_directory_knows_and_cosmos_does_not_is_waited_for()
    {
        await using AccessScene scene = await AccessScene.StartAsync(new() { LateLookups = 3 });
        CosmosRoleDefinitions definitions = new(scene.Open());
        await (await PlanAsync(definitions, scene, "Importer", [Upsert])).Apply(default);
        TenantApplication application = scene.Tenant.AddApplication("late");
        TenantPrincipal late = scene.Tenant.AddPrincipal(application.AppId, "late", PrincipalKind.Application);
        CosmosRoleAssignments assignments = new(scene.Open());

        AccessPlan<CosmosRoleAssignment> plan =
            await assignments.PlanAddAsync(scene.Account, "Importer", new(ApplicationId: late.AppId), "/", true, default);
        await plan.Apply(default);

        Assert.Equal(4, PutAssignments(scene));
        Assert.All(scene.Manager.Writes, write => Assert.Equal(202, write.Status));
        Assert.Single(scene.Manager.Access.DataAssignments, assignment => assignment.PrincipalId == late.ObjectId);
    }

    [Fact]
    public async Task A_principal_that_nobody_ever_hears_of_is_given_up_on()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (_, CosmosRoleAssignments assignments, _) = await PrepareAsync(scene);
        AccessPlan<CosmosRoleAssignment> plan =
            await assignments.PlanAddAsync(scene.Account, "Importer", new(Guid.NewGuid().ToString()), "/", true, default);

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));

        Assert.Equal("PrincipalNotReplicated", failure.ErrorId);
    }

    [Fact]
    public async Task Two_principals_of_one_name_have_to_be_told_apart()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (_, CosmosRoleAssignments assignments, TenantPrincipal principal) = await PrepareAsync(scene);
        TenantPrincipal twin = scene.Tenant.AddManagedIdentity(principal.DisplayName);

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() =>
            assignments.PlanAddAsync(scene.Account, "Importer", new(DisplayName: principal.DisplayName), "/", true, default));

        Assert.Equal("PrincipalNameAmbiguous", failure.ErrorId);
        Assert.Contains(twin.ObjectId, failure.Message);
        Assert.Contains(principal.ObjectId, failure.Message);
    }

    [Fact]
    public async Task A_definition_is_not_assigned_where_it_may_not_be()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (CosmosRoleDefinitions definitions, CosmosRoleAssignments assignments, TenantPrincipal principal) = await PrepareAsync(scene);
        await (await definitions.PlanPutAsync(scene.Account, "Narrow", null, [Upsert], ["/dbs/shop"], false, null, default)).Apply(default);

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() =>
            assignments.PlanAddAsync(scene.Account, "Narrow", new(principal.ObjectId), "/dbs/other", true, default));

        Assert.Equal("ScopeNotAssignable", failure.ErrorId);
    }

    [Fact]
    public async Task The_wait_ends_when_the_assignment_is_in_force_for_the_signed_in_principal()
    {
        await using AccessScene scene = await AccessScene.StartAsync(new() { AssignmentDelay = TimeSpan.FromSeconds(2) });
        scene.Cosmos.CreateContainer("shop", "orders", "/pk");
        CosmosRoleDefinitions definitions = new(scene.Open());
        CosmosRoleAssignments assignments = new(scene.Open());
        await (await PlanAsync(definitions, scene, "Importer", CosmosDataActions.Of(CosmosRolePreset.Migration))).Apply(default);
        AccessPlan<CosmosRoleAssignment> plan =
            await assignments.PlanAddAsync(scene.Account, "Importer", new(Current: true), "/dbs/shop/colls/orders", true, default);

        await plan.Apply(default);

        string token = scene.Tenant.IssueToken(scene.Administrator, "https://cosmos.azure.com");
        Assert.True(scene.Manager.Access.Decide(token, Upsert, AccessScope.Cosmos("mycosmos", "shop", "orders")).IsAllowed);
        Assert.Equal(0, scene.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task Long_running_changes_are_followed_to_their_end()
    {
        await using AccessScene scene = await AccessScene.StartAsync(managerOptions: new() { OperationTime = TimeSpan.FromSeconds(1.5) });
        CosmosRoleDefinitions definitions = new(scene.Open());

        await (await PlanAsync(definitions, scene, "Importer", [Upsert])).Apply(default);

        Assert.Contains(scene.Manager.Access.DataRoles, role => role.Name == "Importer");
        int polls = scene.Manager.Requests.Count(request => request.Path.Contains("/operationsStatus/", StringComparison.Ordinal));
        Assert.InRange(polls, 3, 6);
    }

    [Fact]
    public async Task Without_the_right_the_error_names_action_and_scope()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (TenantPrincipal principal, string secret) = scene.Tenant.AddSignedInApplication("operator");
        scene.Manager.Access.Assign(principal, "Cosmos DB Operator", scene.AccountId);
        CosmosRoleDefinitions definitions = new(scene.Open(scene.SettingsOf(principal, secret)));
        AccessPlan<CosmosRoleDefinition> plan = await PlanAsync(definitions, scene, "Importer", [Upsert]);

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));

        Assert.Equal("AzureAuthorizationFailed", failure.ErrorId);
        Assert.Contains("Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/write", failure.Message);
        Assert.Contains(scene.AccountId, failure.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_account_is_found_by_its_name_even_when_resource_graph_lags(bool lags)
    {
        await using AccessScene scene = await AccessScene.StartAsync(managerOptions: new() { GraphLags = lags });
        CosmosRoleDefinitions definitions = new(scene.Open());

        IReadOnlyList<CosmosRoleDefinition> found = await definitions.ReadAsync(new("MyCosmos"), null, default);
        MigrationException failure =
            await Assert.ThrowsAsync<MigrationException>(() => definitions.ReadAsync(new("nowhere"), null, default));

        Assert.Equal(2, found.Count);
        Assert.Equal("AzureAccountNotFound", failure.ErrorId);
    }

    private static int PutAssignments(AccessScene scene) => scene.Manager.Requests.Count(request =>
        request.Method == "PUT" && request.Path.Contains("/sqlRoleAssignments/", StringComparison.Ordinal));

    private static Task<AccessPlan<CosmosRoleDefinition>> PlanAsync(
        CosmosRoleDefinitions definitions, AccessScene scene, string name, IReadOnlyList<string> actions) =>
        definitions.PlanPutAsync(scene.Account, name, null, actions, null, false, null, default);

    private static async Task<(CosmosRoleDefinitions, CosmosRoleAssignments, TenantPrincipal)> PrepareAsync(AccessScene scene)
    {
        CosmosRoleDefinitions definitions = new(scene.Open());
        await (await PlanAsync(definitions, scene, "Importer", [Upsert])).Apply(default);
        return (definitions, new(scene.Open()), scene.Tenant.AddSignedInApplication("worker").Principal);
    }
}
