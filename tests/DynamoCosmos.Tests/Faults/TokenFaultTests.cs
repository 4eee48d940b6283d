using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Entra;
using DynamoCosmos.Tests.Access;

namespace DynamoCosmos.Tests.Faults;

/// <summary>Imports from a lake that are signed in with tokens, which live shorter than the run.</summary>
[Trait("Category", "Slow")]
public sealed class TokenFaultTests : IAsyncLifetime
{
    private const int Items = 2_000;

    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(8);

    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("dynamocosmos-tokens-");
    private TenantSession _session = null!;
    private string _key = "";

    public async Task InitializeAsync()
    {
        _session = await TenantSession.StartAsync(
            new() { Tenant = new() { TokenLifetime = s_lifetime }, Cosmos = new() { Throttle = false } }, signIn: false);
        _session.Tenant.Manager.Access.SetKeys("mycosmos", false);
        _session.Tenant.Manager.Access.SetKeys("mylake", false);
        _session.Tenant.Cosmos.CreateContainer("shop", "orders", ["/customerId"], throughput: 40_000, defaultTtl: -1);
        ExportLayout layout = new SampleOrders().WriteExport(_disk.FullName, Items, files: 6);
        foreach (string path in Directory.EnumerateFiles(_disk.FullName, "*", SearchOption.AllDirectories))
            _session.Tenant.Blob.Put("mylake", "exports", Path.GetRelativePath(_disk.FullName, path).Replace('\\', '/'),
                File.ReadAllBytes(path));
        _key = layout.Facts.Folder;
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        _disk.Delete(recursive: true);
    }

    [Fact]
    public void Tokens_are_renewed_for_as_long_as_a_run_takes()
    {
        SignIn("migrator");
        _session.Tenant.Cosmos.Latency = TimeSpan.FromSeconds(1);
        PSObject result = Import().Single();
        Assert.Equal((true, (long)Items), (result.Properties["Completed"].Value, result.Properties["Written"].Value));
        Assert.True((TimeSpan)result.Properties["Duration"].Value > 2 * s_lifetime, "The run was too short to say anything.");
        Assert.DoesNotContain(_session.Tenant.Cosmos.Requests, static request => request.Status is 401 or 403);
        Assert.Equal(Items, _session.Tenant.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task A_sign_in_that_is_taken_away_in_mid_run_stops_it_and_another_goes_on()
    {
        TenantPrincipal first = SignIn("first");
        _session.Tenant.Cosmos.Latency = TimeSpan.FromSeconds(1);
        Task<ScriptRun> importing = Task.Run(Import);
        await ScriptRun.UntilAsync(importing, () => _session.Tenant.Cosmos.Count("shop", "orders") >= 300);
        // What it holds stays good until it expires; there is no next one.
        Assert.True(_session.Tenant.Directory.RemovePrincipal(first.ObjectId));
        ScriptRun stopped = await importing.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.StartsWith("AzureSignInFailed,", stopped.ErrorId);
        Assert.InRange(_session.Tenant.Cosmos.Count("shop", "orders"), 300, Items - 1);

        SignIn("second");
        _session.Tenant.Cosmos.Latency = TimeSpan.Zero;
        PSObject result = Import().Single();
        Assert.Equal((true, (long)Items, 0L, 2),
            (result.Properties["Completed"].Value, result.Properties["Written"].Value, result.Properties["Rejected"].Value,
            result.Properties["Runs"].Value));
        Assert.Equal(Items, _session.Tenant.Cosmos.Count("shop", "orders"));
    }

    // With its checkpoint on this machine: a lease in the lake that nobody could give back any more holds the next run up for a minute.
    private ScriptRun Import() => _session.Invoke(
        $"Import-CosmosItems -Location '{_session.Tenant.Blob.AccountEndpoint("mylake")}/exports/{_key}' -AccountName mycosmos " +
            "-DatabaseName shop -ContainerName orders -PartitionKeyAttribute customerId:S -SortKeyAttribute orderId:S -MaxInFlight 100 " +
            $"-CheckpointPath '{Path.Combine(_disk.FullName, "c.json")}'");

    private TenantPrincipal SignIn(string name)
    {
        (TenantPrincipal principal, string secret) = _session.Tenant.Directory.AddSignedInApplication(name);
        AccessControl access = _session.Tenant.Manager.Access;
        access.Assign(principal, "Storage Blob Data Contributor", _session.Tenant.StorageId);
        CosmosDataRole role =
            access.DataRoles.First(static known => known.IsBuiltIn && known.Name.Contains("Contributor", StringComparison.Ordinal));
        access.Put(new CosmosDataAssignment("mycosmos", Guid.NewGuid().ToString(), role.Id, "/", principal.ObjectId,
            DateTimeOffset.MinValue));
        _session.SignIn(principal, secret);
        return principal;
    }
}
