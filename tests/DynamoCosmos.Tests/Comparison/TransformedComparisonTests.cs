using System.Management.Automation;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Comparison;

/// <summary>Compare-CosmosMigration -Transform: what a script made of an import's items is proved by the script.</summary>
public sealed class TransformedComparisonTests : IAsyncLifetime
{
    private const string Container =
        "-AccountName mycosmos -DatabaseName shop -ContainerName orders -PartitionKeyAttribute customerId -SortKeyAttribute orderId";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos scripts ").FullName;
    private SandboxSession _session = null!;
    private string _folder = "";

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000);
        _folder = new SampleOrders().WriteExport(_root, 600, files: 3).Folder;
        _session.Host.Set("folder", _folder);
        _session.Host.Set("rejected", Path.Combine(_root, "rejected.ndjson"));
        // None, one or two documents, and now and then an error.
        _session.Invoke("""
            $shop = 'eu'
            $split = {
                param($Document)
                if ($Document.quantity -eq 3) { throw 'not this one' }
                if ($Document.quantity -eq 4) { return }
                $Document.PSObject.Properties.Add([psnoteproperty]::new('shop', $using:shop))
                $Document
                if ($Document.quantity -gt 4) { @{ id = "$($Document.id)-q"; customerId = $Document.customerId; quantity = $Document.quantity } }
            }
            """).ThrowIfFailed();
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void An_import_with_a_script_is_proved_with_it()
    {
        PSObject imported = Import("$split");
        Assert.True(Get(imported, "Added") > 0 && Get(imported, "Filtered") > 0 && Get(imported, "Rejected") > 0);
        // What the script refuses has no document.
        Assert.StartsWith("ItemsRejected,", Compare("-Transform $split").ErrorId, StringComparison.Ordinal);
        ScriptRun run = Compare($"-Transform $split -AllowRejected {Get(imported, "Rejected")}").ThrowIfFailed();
        PSObject summary = run.Single();
        Assert.True((bool)summary.Properties["Passed"].Value);
        Assert.Equal(
            (600L, Get(imported, "Added"), Get(imported, "Filtered"), Get(imported, "Rejected"), Get(imported, "Written"),
            Get(imported, "Written")),
            (Get(summary, "SourceItems"), Get(summary, "Added"), Get(summary, "Skipped"), Get(summary, "Rejected"), Get(summary, "Matched"),
                Get(summary, "TargetDocuments")));
        Assert.Contains(run.Warnings, static warning => warning.ToString()
            .Contains("are rejected with these settings", StringComparison.Ordinal));
        // Without the script nothing is as it should be.
        Assert.StartsWith("DifferencesFound,", Compare("-MaxDifferences 5").ErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_and_a_repair_go_by_the_script_too()
    {
        PSObject imported = Import("$split");
        PSObject sample = Compare("-Transform $split -Sample 50 -AllowRejected 600").Single();
        Assert.Equal((true, 50L), ((bool)sample.Properties["Passed"].Value, Get(sample, "Matched")));

        _session.Invoke("$shop = 'us'");
        ScriptRun other = Compare("-Transform $split -Repair -AllowRejected 600");
        PSObject repaired = other.Output[^1];
        Assert.Equal((true, Get(imported, "Written") - Get(imported, "Added")),
            ((bool)repaired.Properties["Passed"].Value, Get(repaired, "Repaired")));
        object found = ((System.Collections.IEnumerable)other.Output[0].Properties["Values"].Value).Cast<object>().Single();
        Assert.Equal("/shop: \"us\" -> \"eu\"", found.ToString());
        Assert.True((bool)Compare("-Transform $split -AllowRejected 600").Single().Properties["Passed"].Value);
    }

    [Theory]
    [InlineData("@{ id = $Document.id; customerId = $Document.customerId; made = [guid]::NewGuid() }")]
    [InlineData("@{ id = [guid]::NewGuid().ToString(); customerId = $Document.customerId }")]
    [InlineData("@{ id = $Document.id; customerId = $Document.customerId; at = [DateTime]::UtcNow.Ticks }")]
    public void A_script_that_is_not_the_same_each_time_is_told(string makes)
    {
        _session.Invoke($"$changing = {{ param($Document) {makes} }}");
        Import("$changing");
        foreach (string how in (string[])["", "-Repair", "-Sample 50"])
        {
            ScriptRun run = Compare($"-Transform $changing {how}");
            Assert.Equal("TransformNotRepeatable,DynamoCosmos.Commands.CompareCosmosMigrationCommand", run.ErrorId);
            Assert.Empty(run.Output);
        }
        Assert.Equal(600, _session.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public void A_window_of_changes_is_refused()
    {
        string window = new SampleOrders()
            .WriteExport(Path.Combine(_root, "window"), 10,
            facts: new() { FromTime = DateTimeOffset.UtcNow.AddHours(-2), ToTime = DateTimeOffset.UtcNow.AddHours(-1) }).Folder;
        Assert.StartsWith("ChangesNotTransformable,", _session.Invoke($"Compare-CosmosMigration -Location '{window}' {Container} " +
            "-Transform $split").ErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_without_end_is_stopped_with_the_comparison()
    {
        using PowerShell shell =
            _session.Host.Start($"Compare-CosmosMigration -Location $folder {Container} -Transform {{ while ($true) {{ }} }}");
        IAsyncResult running = shell.BeginInvoke();
        await Eventually.UntilAsync(() => _session.Cosmos.RequestCount > 0);
        await Task.Run(shell.Stop).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.True(running.IsCompleted);
    }

    private PSObject Import(string script) =>
        _session.Invoke($"Import-CosmosItems -Location $folder {Container} -Transform {script} -RejectedItemPath $rejected " +
            "-WarningAction SilentlyContinue").Single();

    private ScriptRun Compare(string arguments) => _session.Invoke($"Compare-CosmosMigration -Location $folder {Container} {arguments}");

    private static long Get(PSObject from, string name) => (long)from.Properties[name].Value;
}
