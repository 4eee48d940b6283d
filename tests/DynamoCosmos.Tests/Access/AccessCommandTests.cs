using System.Management.Automation;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Tests.Access;

/// <summary>The access cmdlets through the module: what they send, what they give, what they say.</summary>
[Trait("Category", "Slow")]
public sealed class AccessCommandTests
{
    private const string Grant = "Grant-MigrationAccess -PrincipalName worker -StorageAccountName mylake -FileSystem s3datacopy " +
        "-AccountName mycosmos -DatabaseName shop -ContainerName orders";

    public static TheoryData<string> Changes =>
    [
        "New-CosmosRoleDefinition mycosmos Importer -Preset ImportOnly -AssignableScope /dbs/shop",
        "New-CosmosRoleDefinition mycosmos Importer -DataAction Microsoft.DocumentDB/databaseAccounts/readMetadata",
        "Set-CosmosRoleDefinition mycosmos Present -Preset ReadOnly",
        "Set-CosmosRoleDefinition mycosmos Present -AssignableScope /dbs/shop",
        "New-CosmosRoleAssignment mycosmos Present -PrincipalName worker -DatabaseName shop",
        "New-CosmosRoleAssignment mycosmos Present -CurrentPrincipal -Scope /dbs/shop/colls/orders",
        "Set-CosmosThroughput mycosmos shop orders -Throughput 1200",
        "Set-CosmosThroughput mycosmos shop orders -AutoscaleMaxThroughput 5000",
        "Set-CosmosThroughput mycosmos shop orders -Mode Autoscale",
        "Set-CosmosThroughput mycosmos shop orders -ForLoad -SizeBytes 1000",
        "New-MigrationServicePrincipal 'dynamo migration'",
        "New-CosmosMigrationContainer mycosmos shop other -PartitionKeyAttribute pk -Throughput 400",
        Grant,
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_is_planned_without_a_write_made_once_and_found_the_second_time(string script)
    {
        await using TenantSession session = await StartAsync();

        session.Tenant.ClearRequests();
        session.Invoke(script + " -WhatIf").ThrowIfFailed();
        Assert.Empty(session.Tenant.Writes);

        session.Invoke(script).ThrowIfFailed();
        Assert.NotEmpty(session.Tenant.Writes);

        session.Tenant.ClearRequests();
        session.Invoke(script).ThrowIfFailed();
        Assert.Empty(session.Tenant.Writes);
    }

    [Theory]
    [InlineData("Get-CosmosRoleDefinition mycosmos", "CosmosRoleDefinition", 3)]
    [InlineData("Get-CosmosRoleDefinition mycosmos 'Cosmos DB Built-in*'", "CosmosRoleDefinition", 2)]
    [InlineData("Get-CosmosRoleDefinition mycosmos Present", "CosmosRoleDefinition", 1)]
    [InlineData("Get-CosmosRoleDefinition mycosmos Present | New-CosmosRoleAssignment -PrincipalName worker", "CosmosRoleAssignment", 1)]
    [InlineData("$null = New-CosmosRoleAssignment mycosmos Present -CurrentPrincipal; Get-CosmosRoleAssignment mycosmos -CurrentPrincipal",
        "CosmosRoleAssignment", 1)]
    [InlineData("Get-CosmosThroughput mycosmos shop orders", "CosmosThroughput", 1)]
    [InlineData("New-CosmosMigrationContainer mycosmos shop orders -PartitionKeyAttribute pk | Set-CosmosThroughput -Throughput 900",
        "CosmosTarget", 1)]
    [InlineData("New-CosmosMigrationContainer mycosmos shop orders -PartitionKeyAttribute pk | Get-CosmosThroughput", "CosmosThroughput",
        1)]
    [InlineData("New-MigrationServicePrincipal 'dynamo migration' | Grant-MigrationAccess -AccountName mycosmos -Stage Import",
        "MigrationGrant", 2)]
    public async Task What_comes_out_is_what_the_next_takes(string script, string type, int count)
    {
        await using TenantSession session = await StartAsync();

        ScriptRun run = session.Invoke(script).ThrowIfFailed();

        Assert.Equal(count, run.Output.Count);
        Assert.All(run.Output, output => Assert.EndsWith("." + type, output.TypeNames[0], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("New-CosmosRoleDefinition mycosmos R -DataAction items/fly", "DataActionUnknown")]
    [InlineData("New-CosmosRoleDefinition mycosmos R -AssignableScope " +
        "/subscriptions/1/resourceGroups/2/providers/Microsoft.DocumentDB/databaseAccounts/other", "ScopeOutsideAccount")]
    [InlineData("Set-CosmosRoleDefinition mycosmos Nobody -Preset ReadOnly", "RoleDefinitionNotFound")]
    [InlineData("Remove-CosmosRoleDefinition mycosmos 00000000-0000-0000-0000-000000000002 -Confirm:$false", "RoleDefinitionBuiltIn")]
    [InlineData("$null = New-CosmosRoleAssignment mycosmos Present -CurrentPrincipal; Remove-CosmosRoleDefinition mycosmos Present " +
        "-Confirm:$false", "RoleDefinitionInUse")]
    [InlineData("New-CosmosRoleAssignment mycosmos Present", "PrincipalNotGiven")]
    [InlineData("New-CosmosRoleAssignment mycosmos Present -PrincipalName twin", "PrincipalNameAmbiguous")]
    [InlineData("New-CosmosRoleAssignment mycosmos Present -CurrentPrincipal -ContainerName orders", "ContainerWithoutDatabase")]
    [InlineData("New-MigrationServicePrincipal twin", "ApplicationNameAmbiguous")]
    [InlineData("Set-CosmosThroughput mycosmos shop orders -Throughput 450", "ThroughputNotAMultiple")]
    [InlineData("Set-CosmosThroughput mycosmos shop orders -Throughput 100", "ThroughputBelowMinimum")]
    [InlineData("Set-CosmosThroughput mycosmos shop orders -ForLoad", "LoadSizeMissing")]
    [InlineData("Get-CosmosThroughput mycosmos shop", "ThroughputNotDedicated")]
    [InlineData("Get-CosmosThroughput nowhere shop", "AzureAccountNotFound")]
    [InlineData("Grant-MigrationAccess -CurrentPrincipal -Stage Copy -AccountName mycosmos", "GrantStorageMissing")]
    [InlineData("Test-MigrationAccess -StorageAccountName mylake", "LakeIncomplete")]
    [InlineData("Get-CosmosRoleDefinition mycosmos -TenantId 00000000-0000-0000-0000-000000000009", "AzureSignInFailed")]
    public async Task What_is_wrong_has_a_stable_id(string script, string errorId)
    {
        await using TenantSession session = await StartAsync();

        ScriptRun run = session.Invoke(script);

        Assert.Equal(errorId, run.ErrorId?.Split(',')[0]);
        Assert.DoesNotContain(session.Tenant.Manager.Writes, write =>
            write.Path.Contains("/sqlRoleDefinitions/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_definition_that_is_renamed_keeps_its_id()
    {
        await using TenantSession session = await StartAsync();
        string id = session.Tenant.Manager.Access.DataRoles.Single(role => role.Name == "Present").Id;

        PSObject renamed = session.Invoke("Set-CosmosRoleDefinition mycosmos Present -NewName Renamed").Single();

        Assert.Equal((id, "Renamed"), (renamed.Properties["RoleDefinitionId"].Value, renamed.Properties["RoleName"].Value));
        Assert.Single(session.Tenant.Manager.Access.DataRoles, role => !role.IsBuiltIn);
    }

    [Fact]
    public async Task Removing_takes_away_what_was_made()
    {
        await using TenantSession session = await StartAsync();
        session.Invoke("$null = New-CosmosRoleAssignment mycosmos Present -CurrentPrincipal").ThrowIfFailed();

        session.Invoke("Get-CosmosRoleAssignment mycosmos | Remove-CosmosRoleAssignment -Confirm:$false; Get-CosmosRoleDefinition " +
            "mycosmos Present | Remove-CosmosRoleDefinition -Confirm:$false").ThrowIfFailed();

        Assert.Empty(session.Tenant.Manager.Access.DataAssignments);
        Assert.DoesNotContain(session.Tenant.Manager.Access.DataRoles, role => role.Name == "Present");
    }

    [Fact]
    public async Task One_account_that_is_not_there_does_not_keep_the_others_from_being_served()
    {
        await using TenantSession session = await StartAsync();

        ScriptRun run = session.Invoke("[pscustomobject]@{ AccountName = 'nowhere' }, [pscustomobject]@{ AccountName = 'mycosmos' } | " +
            "New-CosmosRoleDefinition -RoleName Importer");

        Assert.Equal("AzureAccountNotFound", Assert.Single(run.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Single(run.Output);
    }

    [Fact]
    public void Data_actions_are_completed_by_any_part_of_their_names()
    {
        using ModuleHost host = new();

        ScriptRun run = host.Invoke("(TabExpansion2 'New-CosmosRoleDefinition -DataAction upsert').CompletionMatches.CompletionText");

        Assert.Equal("'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert'", run.Single().ToString());
    }

    [Fact]
    public void The_aws_policy_names_what_it_is_given_and_allows_nothing_else()
    {
        using ModuleHost host = new();

        string policy = host.Invoke("Get-MigrationAwsPolicy -TableName Orders -S3Bucket my-exports -S3Prefix nightly").Single().ToString()!;

        Assert.Contains("\"arn:aws:dynamodb:*:*:table/Orders\"", policy);
        Assert.Contains("\"arn:aws:s3:::my-exports/nightly/AWSDynamoDB/*\"", policy);
        Assert.Contains("\"s3:prefix\"", policy);
        Assert.DoesNotContain("UpdateContinuousBackups", policy);
        System.Text.Json.Nodes.JsonNode onAll = Assert.Single(System.Text.Json.Nodes.JsonNode.Parse(policy)!["Statement"]!.AsArray(),
            statement => statement!["Resource"]!.AsArray().Any(resource => (string)resource! == "*"))!;
        Assert.Equal("dynamodb:ListExports", (string?)Assert.Single(onAll["Action"]!.AsArray()));
    }

    [Fact]
    public async Task The_aws_policy_is_all_that_export_test_and_copy_need()
    {
        await using TenantSession session = await StartAsync();
        new DynamoCosmos.Sandbox.Aws.SampleOrders().CreateTable(session.Aws.Dynamo, 20);
        const string test = """
            'Export', 'Copy' | ForEach-Object { Test-MigrationAccess -Stage $_ -TableName Orders -S3Bucket my-exports -S3Prefix nightly } |
                Where-Object Cloud -eq AWS | ForEach-Object { "$($_.Permission)=$($_.State)" }
            """;
        const string place = "-S3Bucket my-exports -S3Prefix nightly -EnablePointInTimeRecovery";
        session.AwsUser.Policy = new(session.Invoke($"Get-MigrationAwsPolicy -TableName Orders {place}").Single().ToString()!);

        ScriptRun before = session.Invoke(test);
        ScriptRun export = session.Invoke($"Export-DynamoTable Orders {place}; Get-DynamoExport -TableName Orders").ThrowIfFailed();
        ScriptRun after = session.Invoke(test);

        Assert.DoesNotContain(before.Output, state => state.ToString()!.EndsWith("=Missing", StringComparison.Ordinal));
        Assert.All(export.Output, made => Assert.Equal("COMPLETED", made.Properties["ExportStatus"].Value));
        Assert.Contains(after.Output, state => state.ToString() == "s3:GetObject=Granted");
        Assert.Contains(after.Output, state => state.ToString() == "dynamodb:ListExports=Granted");
        Assert.DoesNotContain(after.Output, state => state.ToString()!.EndsWith("=Missing", StringComparison.Ordinal));
    }

    private static async Task<TenantSession> StartAsync()
    {
        TenantSession session = await TenantSession.StartAsync();
        SandboxTenant tenant = session.Tenant;
        tenant.Cosmos.CreateContainer("shop", "orders", ["/pk"], 400);
        tenant.Directory.AddSignedInApplication("worker");
        tenant.Directory.AddSignedInApplication("twin");
        tenant.Directory.AddSignedInApplication("twin");
        tenant.Manager.Access.Put(new CosmosDataRole("mycosmos", Guid.NewGuid().ToString(), "Present", false, ["/"],
            ["Microsoft.DocumentDB/databaseAccounts/readMetadata",
                "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read"]));
        return session;
    }
}
