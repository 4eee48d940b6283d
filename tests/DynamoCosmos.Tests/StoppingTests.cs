using System.Management.Automation;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests;

/// <summary>Ctrl+C and a pipeline that wants no more: the cmdlet ends soon, and no work outlives it.</summary>
public sealed class StoppingTests : IAsyncLifetime
{
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        // Slow enough that a stop always comes in the middle.
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Latency = TimeSpan.FromMilliseconds(200) });
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 20_000);
        _session.Invoke("""
            $target = Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery |
                Copy-S3ToAdls -StorageAccountName lake -FileSystem s3datacopy |
                New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName orders -Throughput 5000
            """).ThrowIfFailed();
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [Fact]
    public async Task A_stopped_import_leaves_nothing_running_and_the_next_one_goes_on()
    {
        using (PowerShell shell = _session.Host.Start("$target | Import-CosmosItems"))
        {
            IAsyncResult running = shell.BeginInvoke();
            await Eventually.UntilAsync(() => _session.Cosmos.Count("shop", "orders") > 0);
            await Task.Factory.FromAsync(shell.BeginStop(null, null), shell.EndStop);
            Assert.True(running.IsCompleted);
            Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        }
        long written = _session.Cosmos.Count("shop", "orders");
        await Eventually.StandsStillAsync(() => _session.Cosmos.RequestCount);
        Assert.InRange(written, 1, 19_999);

        _session.Cosmos.Latency = TimeSpan.Zero;
        _session.Cosmos.Throttle = false;
        PSObject result = _session.Invoke("$target | Import-CosmosItems").Single();
        Assert.Equal(true, result.Properties["Completed"].Value);
        Assert.Equal(20_000L, result.Properties["Read"].Value);
        Assert.Equal(20_000, _session.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task A_pipeline_that_wants_no_more_ends_the_cmdlet_that_writes()
    {
        for (int i = 0; i < 300; i++) new SampleOrders().CreateTable(_session.Aws.Dynamo, 1, $"Table{i:D3}");
        // Select-Object is not in this host; a loop that is left stops its pipeline in the same way.
        ScriptRun run = _session.Invoke("foreach ($once in 1) { Get-DynamoTable Table* | ForEach-Object { $_.TableName; break } }");
        Assert.Null(run.Terminated);
        Assert.Empty(run.Errors);
        // The rest of the tables is never asked for.
        await Eventually.StandsStillAsync(() => _session.Aws.Requests.Count);
        Assert.InRange(_session.Aws.Requests.Count, 1, 300);
    }

    [Fact]
    public void An_error_under_ErrorAction_Stop_ends_the_pipeline()
    {
        ScriptRun run = _session.Invoke("Get-DynamoTable NoSuchTable, Orders -ErrorAction Stop");
        Assert.NotNull(run.Terminated);
        Assert.Equal("DynamoTableNotFound,DynamoCosmos.Commands.GetDynamoTableCommand", run.ErrorId);
    }
}
