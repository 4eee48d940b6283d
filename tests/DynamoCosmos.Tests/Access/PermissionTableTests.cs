using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Tests.Access;

/// <summary>
/// Takes one permission away at a time: exactly the stage that needs it fails, with an error that names the permission, and
/// Test-MigrationAccess has said so before.
/// </summary>
[Trait("Category", "Slow")]
public sealed class PermissionTableTests
{
    private const string Databases = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases";
    private const string Blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/";

    private static readonly string[] s_stages = ["Export", "Copy", "Container", "Throughput", "Import"];

    private static readonly Dictionary<string, string> s_commands = new()
    {
        ["Export"] = "$global:export = Export-DynamoTable -TableName Orders -S3Bucket my-exports -ErrorAction Stop",
        ["Copy"] = "$global:staged = $export | Copy-S3ToAdls -StorageAccountName mylake -FileSystem s3datacopy -ErrorAction Stop",
        ["Container"] = "$global:target = $staged | New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop " +
            "-ContainerName orders -Throughput 1000 -ErrorAction Stop",
        ["Throughput"] = "$null = Set-CosmosThroughput mycosmos shop orders -Throughput 2000 -ErrorAction Stop",
        ["Import"] = "$target | Import-CosmosItems -ErrorAction Stop",
    };

    public static TheoryData<string, string> Table => new()
    {
        { "dynamodb:DescribeTable", "Export" },
        { "dynamodb:DescribeContinuousBackups", "Export" },
        { "dynamodb:ExportTableToPointInTime", "Export" },
        { "dynamodb:DescribeExport", "Export" },
        { "dynamodb:DescribeTimeToLive", "Export" },
        { "s3:PutObject", "Export" },
        { "s3:PutObjectAcl", "Export" },
        { "s3:AbortMultipartUpload", "Export" },
        { "s3:ListBucket", "Copy" },
        { Blobs + "read", "Copy" },
        { "s3:GetObject", "Copy" },
        { Blobs + "write", "Copy" },
        { "Microsoft.DocumentDB/databaseAccounts/read", "Container" },
        { Databases + "/read", "Container" },
        { Databases + "/write", "Container" },
        { Databases + "/containers/read", "Container" },
        { Databases + "/containers/write", "Container" },
        { Databases + "/containers/throughputSettings/read", "Throughput" },
        { Databases + "/containers/throughputSettings/write", "Throughput" },
        { "Microsoft.DocumentDB/databaseAccounts/readMetadata", "Import" },
        { Databases + "/containers/items/upsert", "Import" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Without_it_the_stage_that_needs_it_fails_and_the_test_has_said_so(string permission, string stage)
    {
        await using TenantSession session = await TenantSession.StartAsync();
        new SampleOrders().CreateTable(session.Aws.Dynamo, 20);
        session.Invoke("Export-DynamoTable -TableName Orders -S3Bucket my-exports -S3Prefix earlier -EnablePointInTimeRecovery")
            .ThrowIfFailed();
        // A database that is there is looked into for the container; one that is not is made without a look.
        if (permission == Databases + "/containers/read") session.Tenant.Cosmos.CreateDatabase("shop");
        // The container is there for the test to try on, unless making it is what fails.
        if (stage == "Import") session.Tenant.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 1000, defaultTtl: -1);
        TenantPrincipal worker = await GrantAsync(session);
        Deny(session, worker, permission);

        PSObject[] missing = [.. session.Invoke("Test-MigrationAccess -TableName Orders -S3Bucket my-exports -StorageAccountName mylake " +
            "-FileSystem s3datacopy -AccountName mycosmos -DatabaseName shop -ContainerName orders")
            .ThrowIfFailed().Output.Where(one => one.Properties["State"].Value.ToString() == "Missing")];
        Assert.Contains(missing, one => (string)one.Properties["Permission"].Value == permission);
        Assert.All(missing, one => Assert.False(string.IsNullOrEmpty((string?)one.Properties["GrantCommand"].Value)));

        foreach (string each in s_stages)
        {
            ScriptRun run = session.Invoke(s_commands[each]);
            if (each != stage)
            {
                run.ThrowIfFailed();
                continue;
            }
            string said = (run.Terminated?.ErrorRecord ?? run.Errors.FirstOrDefault())?.Exception.Message ?? "";
            Assert.True(said.Contains(permission, StringComparison.OrdinalIgnoreCase), $"{permission}: {run.ErrorId}: {said}");
            return;
        }
    }

    [Fact]
    public async Task With_all_of_them_every_stage_passes_and_nothing_is_missing()
    {
        await using TenantSession session = await TenantSession.StartAsync();
        new SampleOrders().CreateTable(session.Aws.Dynamo, 20);
        session.Invoke("Export-DynamoTable -TableName Orders -S3Bucket my-exports -S3Prefix earlier -EnablePointInTimeRecovery")
            .ThrowIfFailed();
        await GrantAsync(session);

        ScriptRun tested = session.Invoke("Test-MigrationAccess -TableName Orders -S3Bucket my-exports -StorageAccountName mylake " +
            "-FileSystem s3datacopy -AccountName mycosmos -DatabaseName shop -ContainerName orders").ThrowIfFailed();
        foreach (string stage in s_stages) session.Invoke(s_commands[stage]).ThrowIfFailed();
        ScriptRun again =
            session.Invoke("Test-MigrationAccess -AccountName mycosmos -DatabaseName shop -ContainerName orders").ThrowIfFailed();

        Assert.All(tested.Output.Concat(again.Output), one =>
            Assert.True(one.Properties["State"].Value.ToString() == "Granted",
            $"{one.Properties["Permission"].Value}: {one.Properties["State"].Value}: {one.Properties["Detail"].Value}"));
        Assert.Equal(20, session.Tenant.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task Testing_changes_nothing()
    {
        await using TenantSession session = await TenantSession.StartAsync();
        new SampleOrders().CreateTable(session.Aws.Dynamo, 20);
        session.Tenant.Cosmos.CreateContainer("shop", "orders", "/customerId");
        await GrantAsync(session);
        session.Tenant.ClearRequests();

        session.Invoke("Test-MigrationAccess -TableName Orders -S3Bucket my-exports -StorageAccountName mylake -FileSystem s3datacopy " +
            "-AccountName mycosmos -DatabaseName shop -ContainerName orders").ThrowIfFailed();

        Assert.Empty(session.Tenant.Writes);
        Assert.Equal(0, session.Tenant.Cosmos.Count("shop", "orders"));
        Assert.Empty(session.Tenant.Blob.Names("mylake", "s3datacopy"));
        Assert.Empty(session.Aws.S3["my-exports"].Keys);
    }

    // A principal with exactly what Grant-MigrationAccess gives; from here on the session is signed in as it.
    private static Task<TenantPrincipal> GrantAsync(TenantSession session)
    {
        (TenantPrincipal worker, string secret) = session.Tenant.Directory.AddSignedInApplication("worker");
        session.Tenant.Blob.CreateContainer("mylake", "s3datacopy");
        session.Invoke($"Grant-MigrationAccess -PrincipalId {worker.ObjectId} -StorageAccountName mylake -FileSystem s3datacopy " +
            "-AccountName mycosmos -DatabaseName shop -ContainerName orders").ThrowIfFailed();
        session.SignIn(worker, secret);
        return Task.FromResult(worker);
    }

    private static void Deny(TenantSession session, TenantPrincipal worker, string permission)
    {
        if (permission.Contains(':')) session.AwsUser.Deny(permission);
        else session.Tenant.Manager.Access.Deny(worker.ObjectId, permission);
    }
}
