using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Blob;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Sandbox.Entra;
using DynamoCosmos.Tests.Access;

namespace DynamoCosmos.Tests.Import;

/// <summary>One sign-in and one opening: what the stand-ins see of cmdlets that are signed in with tokens, over an export of one data file
/// with two items.</summary>
public sealed class OneOpeningTests : IAsyncLifetime
{
    private const string Storage = "https://storage.azure.com", Data = "https://mycosmos.documents.azure.com",
        Management = "https://management.azure.com";
    private const string To = "-AccountName mycosmos -DatabaseName shop -ContainerName orders -ConnectionMode Gateway";
    private const string Find =
        "$export = Get-DynamoExport -Location $place -PartitionKeyAttribute customerId:S -SortKeyAttribute orderId:S";
    private const string Keys = "-PartitionKeyAttribute customerId -SortKeyAttribute orderId";

    private static readonly string[] s_manifests = ["manifest-files.json", "manifest-files.md5", "manifest-summary.json",
        "manifest-summary.md5"];

    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("dynamocosmos-opening-");
    private TenantSession _session = null!;
    private TenantPrincipal _principal = null!;

    public async Task InitializeAsync()
    {
        _session = await TenantSession.StartAsync(signIn: false);
        _session.Tenant.Cosmos.CreateContainer("shop", "orders", ["/customerId"], throughput: 10_000, defaultTtl: -1);
        ExportLayout layout = new SampleOrders().WriteExport(_disk.FullName, 2, files: 1, new() { S3Bucket = "my-exports" });
        foreach (string path in Directory.EnumerateFiles(_disk.FullName, "*", SearchOption.AllDirectories))
        {
            string key = Path.GetRelativePath(_disk.FullName, path).Replace('\\', '/');
            _session.Tenant.Blob.Put("mylake", "exports", key, File.ReadAllBytes(path));
            _session.Aws.S3["my-exports"].Put(key, File.ReadAllBytes(path));
        }
        SignIn();
        _session.Host.Set("place", $"{_session.Tenant.Blob.AccountEndpoint("mylake")}/exports/{layout.Facts.Folder}");
        _session.Host.Set("bucket", $"s3://my-exports/{layout.Facts.Folder}");
        _session.Host.Set("file", Path.Combine(_disk.FullName, "mapping.json"));
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        _disk.Delete(recursive: true);
    }

    [Fact]
    public void An_import_signs_in_once_for_each_cloud_service_and_reads_each_manifest_once()
    {
        Assert.Equal(2L, Count($"Import-CosmosItems -Location $place {To} {Keys}").Single().Properties["Written"].Value);

        Assert.Equal([Data, Storage], Audiences);
        Assert.Equal(s_manifests, ManifestReads);
        // Of them 16 are for the import's own files: the checkpoint with its lease, the history, the rejections.
        Assert.InRange(_session.Tenant.Blob.Log.Requests, 1, 24);
        Assert.Single(_session.Tenant.Cosmos.Requests, static request => request.Kind == CosmosRequestKind.Account);
    }

    [Fact]
    public void The_plan_of_an_export_that_was_found_before_asks_nobody()
    {
        _session.Invoke(Find).ThrowIfFailed();

        Count($"$export | Import-CosmosItems {To} -WhatIf").ThrowIfFailed();

        Assert.Empty(Audiences);
        Assert.Equal(0, _session.Tenant.Blob.Log.Requests);
        Assert.Empty(_session.Tenant.Cosmos.Requests);
    }

    [Fact]
    public void The_plan_of_a_place_reads_the_manifests_and_nothing_else()
    {
        Count($"Import-CosmosItems -Location $place {To} {Keys} -WhatIf").ThrowIfFailed();

        Assert.Equal([Storage], Audiences);
        Assert.Equal(s_manifests, ManifestReads);
        Assert.Equal(s_manifests.Length, _session.Tenant.Blob.Log.Requests);
        Assert.Empty(_session.Tenant.Cosmos.Requests);
    }

    [Theory]
    [InlineData("Compare-CosmosMigration -Location $place " + To + " " + Keys, Storage, Data)]
    [InlineData("Measure-DynamoTable -Location $place " + Keys, Storage)]
    [InlineData("Read-DynamoExport -Path $place", Storage)]
    [InlineData("Get-DynamoExport -Location $place", Storage)]
    [InlineData("ConvertTo-CosmosItem -Location $place " + Keys, Storage)]
    [InlineData("New-MigrationMapping -Path $file -Location $place " + Keys, Storage)]
    public void Whatever_reads_an_export_signs_in_once_and_reads_each_manifest_once(string script, params string[] audiences)
    {
        if (script.StartsWith("Compare", StringComparison.Ordinal)) _session.Invoke(
            $"$null = Import-CosmosItems -Location $place {To} {Keys}").ThrowIfFailed();

        Count(script).ThrowIfFailed();

        Assert.Equal(audiences.Order(), Audiences);
        Assert.Equal(s_manifests, ManifestReads);
    }

    [Fact]
    public void Several_exports_of_one_pipeline_share_the_sign_in_and_the_clients()
    {
        _session.Invoke(Find).ThrowIfFailed();

        ScriptRun run = Count($"$export, $export, $export | Import-CosmosItems {To} -Restart").ThrowIfFailed();

        Assert.Equal([2L, 2L, 2L], run.Output.Select(static result => result.Properties["Written"].Value));
        Assert.Equal([Data, Storage], Audiences);
        Assert.Single(_session.Tenant.Cosmos.Requests, static request => request.Kind == CosmosRequestKind.Account);
    }

    [Fact]
    public void A_repair_over_several_containers_has_one_client_to_read_and_one_to_write()
    {
        _session.Tenant.Cosmos.CreateContainer("shop", "others", ["/customerId"], throughput: 10_000, defaultTtl: -1);

        ScriptRun run = Count(
            $"Compare-CosmosMigration -Location $place -AccountName mycosmos -DatabaseName shop -ConnectionMode Gateway {Keys} -Repair " +
            "-Route @{ Container = 'others'; Where = 'attribute_not_exists(customerId)' } -DefaultContainer orders");

        Assert.Equal(2, _session.Tenant.Cosmos.Count("shop", "orders"));
        Assert.Null(run.Terminated);
        Assert.Equal([Data, Storage], Audiences);
        Assert.Equal(2, _session.Tenant.Cosmos.Requests.Count(static request => request.Kind == CosmosRequestKind.Account));
    }

    [Fact]
    public void A_copy_signs_in_once_and_finds_the_bucket_once()
    {
        Count("Copy-S3ToAdls -SourceLocation $bucket -StorageAccountName mylake -FileSystem staged").ThrowIfFailed();

        Assert.Equal([Storage], Audiences);
        Assert.Single(_session.Aws.Requests, static request => request.Operation == "HeadBucket");
        // Once to prove them, and once to copy them.
        foreach (string manifest in s_manifests.Where(static name => name.EndsWith(".json", StringComparison.Ordinal)))
            Assert.Equal(2, _session.Aws.Requests.Count(request =>
                request.Operation == "GetObject" && request.Path.EndsWith(manifest, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("New-CosmosMigrationContainer mycosmos shop new -PartitionKeyAttribute customerId -Throughput 1000")]
    [InlineData("Get-CosmosThroughput mycosmos shop orders")]
    [InlineData("Set-CosmosThroughput mycosmos shop orders -Throughput 5000")]
    [InlineData("Complete-CosmosMigration mycosmos shop orders -Throughput 6000 -NoWait")]
    public void Whatever_changes_an_account_signs_in_once(string script)
    {
        _session.Tenant.Manager.Access.Assign(_principal, "Owner", _session.Tenant.Manager.SubscriptionScope);

        Count(script).ThrowIfFailed();

        Assert.Equal([Management], Audiences);
    }

    private IEnumerable<string> Audiences => _session.Tenant.Entra.IssuedFor.Order();

    /// <summary>The names of the manifest files that were read, as often as they were.</summary>
    private IEnumerable<string> ManifestReads =>
        from entry in _session.Tenant.Blob.Log.Entries
        where entry.Operation == "GetBlob" && entry.Blob?.Contains("/manifest-", StringComparison.Ordinal) == true
        orderby entry.Blob
        select entry.Blob!.Split('/')[^1];

    /// <summary>Runs it, with all that is counted at zero before.</summary>
    private ScriptRun Count(string script)
    {
        _session.Tenant.ClearRequests();
        _session.Tenant.Blob.Log.Clear();
        _session.Tenant.Cosmos.ClearLog();
        _session.Aws.ClearRequests();
        return _session.Invoke(script);
    }

    private void SignIn()
    {
        (_principal, string secret) = _session.Tenant.Directory.AddSignedInApplication("migrator");
        AccessControl access = _session.Tenant.Manager.Access;
        access.Assign(_principal, "Storage Blob Data Contributor", _session.Tenant.StorageId);
        CosmosDataRole role = access.DataRoles.First(static known =>
            known.IsBuiltIn && known.Name.Contains("Contributor", StringComparison.Ordinal));
        access.Put(new CosmosDataAssignment("mycosmos", Guid.NewGuid().ToString(), role.Id, "/", _principal.ObjectId,
            DateTimeOffset.MinValue));
        _session.SignIn(_principal, secret);
    }
}
