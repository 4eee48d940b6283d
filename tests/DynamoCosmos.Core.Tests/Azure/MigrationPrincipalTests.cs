using System.Net;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>From no principal to one that signs in and holds no more roles than it needs.</summary>
[Trait("Category", "Slow")]
public sealed class MigrationPrincipalTests
{
    private static readonly TimeSpan s_month = TimeSpan.FromDays(30);

    [Fact]
    public async Task A_principal_is_made_and_can_sign_in_although_the_directory_follows_late()
    {
        await using AccessScene scene = await AccessScene.StartAsync(new() { ReplicationDelay = TimeSpan.FromSeconds(0.7) });
        MigrationPrincipals principals = new(scene.Open());

        MigrationPrincipal made = await (await principals.PlanAsync("migration", null, false, s_month, true, default)).Apply(default);

        Assert.Equal(scene.Tenant.Id, made.TenantId);
        Assert.InRange(made.SecretExpiresAt!.Value, DateTimeOffset.UtcNow.AddDays(29), DateTimeOffset.UtcNow.AddDays(31));
        TenantPrincipal known = scene.Tenant.Principals.Single(one => one.ObjectId == made.PrincipalId);
        AzureSettings settings = scene.SettingsOf(known, new NetworkCredential("", made.ClientSecret).Password);
        Assert.NotEmpty((await AzureCredentials.Create(settings,
            TestClouds.Process.Azure.Transport).GetTokenAsync(new(["https://storage.azure.com/.default"]), default)).Token);
    }

    [Fact]
    public async Task The_second_run_adopts_it_and_writes_nothing()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        MigrationPrincipals principals = new(scene.Open());
        MigrationPrincipal made = await (await principals.PlanAsync("migration", null, false, s_month, true, default)).Apply(default);
        scene.ClearRequests();

        AccessPlan<MigrationPrincipal> again = await principals.PlanAsync("migration", null, false, s_month, true, default);

        Assert.False(again.IsChange);
        Assert.Equal((made.ApplicationId, made.PrincipalId, null),
            (again.Current!.ApplicationId, again.Current.PrincipalId, again.Current.ClientSecret));
        Assert.Empty(scene.Writes);
    }

    [Fact]
    public async Task What_an_interrupted_run_left_undone_is_done()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        TenantApplication half = scene.Tenant.AddApplication("migration");
        MigrationPrincipals principals = new(scene.Open());

        MigrationPrincipal made = await (await principals.PlanAsync("migration", null, false, s_month, true, default)).Apply(default);

        Assert.Equal(half.AppId, made.ApplicationId);
        Assert.NotNull(made.ClientSecret);
        Assert.Single(scene.Tenant.Applications, application => application.DisplayName == "migration");
    }

    [Fact]
    public async Task Another_secret_is_made_only_when_asked_for()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        MigrationPrincipals principals = new(scene.Open());
        MigrationPrincipal made = await (await principals.PlanAsync("migration", null, false, s_month, true, default)).Apply(default);

        MigrationPrincipal renewed = await (await principals.PlanAsync("migration", null, true, s_month, true, default)).Apply(default);

        Assert.Equal(made.PrincipalId, renewed.PrincipalId);
        Assert.NotNull(renewed.ClientSecret);
        Assert.Equal(2, scene.Tenant.Passwords.Count(password => password.AppId == made.ApplicationId));
    }

    [Fact]
    public async Task Two_applications_of_one_name_have_to_be_told_apart()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        TenantApplication first = scene.Tenant.AddApplication("migration"), second = scene.Tenant.AddApplication("migration");
        MigrationPrincipals principals = new(scene.Open());

        MigrationException failure =
            await Assert.ThrowsAsync<MigrationException>(() => principals.PlanAsync("migration", null, false, s_month, true, default));
        MigrationPrincipal adopted =
            await (await principals.PlanAsync("migration", second.AppId, false, s_month, true, default)).Apply(default);

        Assert.Equal("ApplicationNameAmbiguous", failure.ErrorId);
        Assert.Contains(first.AppId, failure.Message);
        Assert.Equal(second.AppId, adopted.ApplicationId);
    }

    [Fact]
    public async Task Without_the_right_to_register_applications_the_error_says_who_has_it()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (TenantPrincipal worker, string secret) = scene.Tenant.AddSignedInApplication("worker");
        MigrationPrincipals principals = new(scene.Open(scene.SettingsOf(worker, secret)));
        AccessPlan<MigrationPrincipal> plan = await principals.PlanAsync("migration", null, false, s_month, true, default);

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));

        Assert.Equal("GraphPermissionDenied", failure.ErrorId);
        Assert.Contains("Application.ReadWrite.All", failure.Message);
    }

    [Fact]
    public async Task A_principal_shows_no_secret_as_text()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        MigrationPrincipals principals = new(scene.Open());

        MigrationPrincipal made = await (await principals.PlanAsync("migration", null, false, s_month, true, default)).Apply(default);

        Assert.DoesNotContain(new NetworkCredential("", made.ClientSecret).Password, made.ToString());
    }

    [Theory]
    [InlineData(MigrationStage.Copy, "Storage Blob Data Contributor")]
    [InlineData(MigrationStage.Import, "Cosmos DB Operator|DynamoCosmos Import Only|Storage Blob Data Contributor")]
    [InlineData(MigrationStage.All, "Cosmos DB Operator|DynamoCosmos Import Only|Storage Blob Data Contributor")]
    public async Task A_stage_is_given_what_it_needs_and_no_more(MigrationStage stage, string roles)
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (TenantPrincipal worker, _) = scene.Tenant.AddSignedInApplication("worker");
        MigrationGrants grants = new(scene.Open());

        List<MigrationGrant> given = [];
        foreach (AccessPlan<MigrationGrant> plan in await grants.PlanAsync(Request(scene, worker, stage), default)) given.Add(
            await plan.Apply(default));

        Assert.Equal(roles, string.Join('|', given.Select(grant => grant.RoleName).Order()));
        Assert.All(given, grant => Assert.True(grant.IsNew));
        Assert.Equal(given.Count(grant => grant.Kind == GrantKind.AzureRole),
            scene.Manager.Access.AzureAssignments.Count(one => one.PrincipalId == worker.ObjectId));
        Assert.Equal(given.Count(grant => grant.Kind == GrantKind.CosmosDataRole),
            scene.Manager.Access.DataAssignments.Count(one => one.PrincipalId == worker.ObjectId));
    }

    [Fact]
    public async Task Granting_twice_writes_nothing_the_second_time_and_planning_never_does()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (TenantPrincipal worker, _) = scene.Tenant.AddSignedInApplication("worker");
        MigrationGrants grants = new(scene.Open());
        IReadOnlyList<AccessPlan<MigrationGrant>> first = await grants.PlanAsync(Request(scene, worker, MigrationStage.All), default);
        Assert.Empty(scene.Writes);
        foreach (AccessPlan<MigrationGrant> plan in first) await plan.Apply(default);
        scene.ClearRequests();

        IReadOnlyList<AccessPlan<MigrationGrant>> second = await grants.PlanAsync(Request(scene, worker, MigrationStage.All), default);

        Assert.All(first, plan => Assert.True(plan.IsChange));
        Assert.All(second, plan => Assert.False(plan.IsChange));
        Assert.Empty(scene.Writes);
    }

    [Fact]
    public async Task A_role_that_is_held_on_the_account_counts_for_its_containers()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (TenantPrincipal worker, _) = scene.Tenant.AddSignedInApplication("worker");
        scene.Manager.Access.Assign(worker, "Storage Blob Data Contributor", scene.StorageId);
        MigrationGrants grants = new(scene.Open());

        AccessPlan<MigrationGrant> plan = Assert.Single(await grants.PlanAsync(Request(scene, worker, MigrationStage.Copy), default));

        Assert.False(plan.IsChange);
    }

    [Fact]
    public async Task A_new_principal_is_given_roles_before_the_directory_has_replicated()
    {
        await using AccessScene scene = await AccessScene.StartAsync(new() { ReplicationDelay = TimeSpan.FromSeconds(1.5) });
        TenantApplication application = scene.Tenant.AddApplication("late");
        TenantPrincipal late = scene.Tenant.AddPrincipal(application.AppId, "late", PrincipalKind.Application);
        MigrationGrants grants = new(scene.Open());

        foreach (AccessPlan<MigrationGrant> plan in await grants.PlanAsync(Request(scene, late, MigrationStage.All),
            default)) await plan.Apply(default);

        Assert.Equal((2, 1),
            (scene.Manager.Access.AzureAssignments.Count(one => one.PrincipalId == late.ObjectId),
            scene.Manager.Access.DataAssignments.Count(one => one.PrincipalId == late.ObjectId)));
    }

    [Fact]
    public async Task Whoever_may_not_give_roles_is_told_who_may()
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        (TenantPrincipal worker, string secret) = scene.Tenant.AddSignedInApplication("worker");
        scene.Manager.Access.Assign(worker, "Contributor", scene.Manager.SubscriptionScope);
        MigrationGrants grants = new(scene.Open(scene.SettingsOf(worker, secret)));
        AccessPlan<MigrationGrant> plan = (await grants.PlanAsync(Request(scene, worker, MigrationStage.Copy), default)).Single();

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() => plan.Apply(default));

        Assert.Equal("AzureAuthorizationFailed", failure.ErrorId);
        Assert.Contains("Microsoft.Authorization/roleAssignments/write", failure.Message);
        Assert.Contains("User Access Administrator", failure.Message);
    }

    [Theory]
    [InlineData(MigrationStage.Copy, "GrantStorageMissing")]
    [InlineData(MigrationStage.Import, "GrantCosmosMissing")]
    public async Task What_a_stage_works_on_has_to_be_named(MigrationStage stage, string errorId)
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        MigrationGrants grants = new(scene.Open());

        MigrationException failure = await Assert.ThrowsAsync<MigrationException>(() =>
            grants.PlanAsync(new() { Principal = new(Current: true), Stage = stage }, default));

        Assert.Equal(errorId, failure.ErrorId);
    }

    private static GrantRequest Request(AccessScene scene, TenantPrincipal principal, MigrationStage stage) => new()
    {
        Principal = new(principal.ObjectId),
        Stage = stage,
        Storage = new("mylake"),
        FileSystem = "s3datacopy",
        Cosmos = scene.Account,
        DatabaseName = "shop",
        ContainerName = "orders",
    };
}
