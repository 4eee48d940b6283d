using System.Management.Automation;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests.Comparison;

[Trait("Category", "Slow")]
public sealed class CompareCosmosMigrationTests
{
    private const string Keys = "-PartitionKeyAttribute customerId -SortKeyAttribute orderId -TtlAttribute expiresAt";
    private const string Container = $"-AccountName mycosmos -DatabaseName shop -ContainerName orders {Keys}";

    [Fact]
    public async Task Each_difference_comes_as_an_object_the_summary_last_and_then_an_error()
    {
        using PlantedDifferences planted = new(2_000);
        await using SandboxSession session = await FilledAsync(planted.Imported);
        ScriptRun run = session.Invoke($"Get-DynamoExport -Location '{planted.Exported}' | Compare-CosmosMigration {Container}");
        Assert.Null(run.Terminated);
        Assert.Equal("DifferencesFound,DynamoCosmos.Commands.CompareCosmosMigrationCommand",
            Assert.Single(run.Errors).FullyQualifiedErrorId);

        Assert.Equal(5, run.Output.Count);
        Assert.Equal(["Missing", "Extra", "Different", "Different"], run.Output.SkipLast(1)
            .Select(d => d.Properties["Kind"].Value.ToString()).OrderBy(k => "MED".IndexOf(k![0])));
        PSObject missing = Of(run, PlantedDifferences.IdSuffix(planted.Missing)),
            nested = Of(run, PlantedDifferences.IdSuffix(planted.NestedDigit)), retyped =
            Of(run, PlantedDifferences.IdSuffix(planted.Retyped));
        Assert.Equal("Missing", missing.Properties["Kind"].Value.ToString());
        Assert.EndsWith(".json.gz", (string)missing.Properties["DataFile"].Value);
        Assert.Equal((long)(planted.Missing / 4) + 1, missing.Properties["Line"].Value);
        Assert.Equal("Extra", Of(run, PlantedDifferences.IdSuffix(planted.Count)).Properties["Kind"].Value.ToString());
        Assert.StartsWith("/address/geo/lat: ", Values(nested).Single());
        Assert.Matches("^/quantity: (\\d+) -> \"\\1\"$", Values(retyped).Single());

        PSObject summary = run.Output[^1];
        Assert.Equal("DynamoCosmos.Comparison.ComparisonResult", summary.TypeNames[0]);
        Assert.Equal((false, 2_000L, 2_000L, 1_997L, 1L, 1L, 2L), (
            summary.Properties["Passed"].Value, summary.Properties["SourceItems"].Value, summary.Properties["TargetDocuments"].Value,
                summary.Properties["Matched"].Value,
            summary.Properties["Missing"].Value, summary.Properties["Extra"].Value, summary.Properties["Different"].Value));
        Assert.True((double)summary.Properties["RequestCharge"].Value > 10);
        Assert.Equal(summary.BaseObject, run.Errors[0].TargetObject);
    }

    [Fact]
    public async Task A_good_migration_passes_without_an_error()
    {
        using PlantedDifferences planted = new(1_000);
        await using SandboxSession session = await FilledAsync(planted.Exported);
        PSObject summary = session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Container}").Single();
        Assert.Equal((true, 1_000L), (summary.Properties["Passed"].Value, summary.Properties["Matched"].Value));
    }

    [Fact]
    public async Task ErrorAction_Stop_gates_a_script()
    {
        using PlantedDifferences planted = new(500);
        await using SandboxSession session = await FilledAsync(planted.Imported);
        ScriptRun run = session.Invoke($$"""
            try { Compare-CosmosMigration -Location '{{planted.Exported}}' {{Container}} -ErrorAction Stop -OutVariable found; 'went on' }
            catch { $_.FullyQualifiedErrorId }
            """);
        Assert.Equal(6, run.Output.Count);
        Assert.Equal("DifferencesFound,DynamoCosmos.Commands.CompareCosmosMigrationCommand", run.Output[^1].BaseObject);
    }

    [Fact]
    public async Task Repair_mends_what_is_missing_or_different_and_says_what_it_would_do()
    {
        using PlantedDifferences planted = new(500);
        await using SandboxSession session = await FilledAsync(planted.Imported);
        (long, long, ulong) before = session.Cosmos.Content("shop", "orders");
        Assert.Empty(session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Container} -Repair -WhatIf")
            .ThrowIfFailed().Output);
        Assert.Equal(before, session.Cosmos.Content("shop", "orders"));

        session.Cosmos.ClearLog();
        ScriptRun run = session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Container} -Repair");
        // Each document is written at once: none waits for a batch.
        Assert.Equal(3, session.Cosmos.Requests.Count(static request => request.Kind == CosmosRequestKind.Point));
        Assert.DoesNotContain(session.Cosmos.Requests, static request => request.Kind == CosmosRequestKind.Batch);
        Assert.Equal(["Different True", "Different True", "Extra False", "Missing True"],
            run.Output.SkipLast(1).Select(d => $"{d.Properties["Kind"].Value} {d.Properties["IsRepaired"].Value}").Order());
        // The extra one stays, so that the container does not pass yet.
        Assert.StartsWith("DifferencesFound", run.ErrorId);
        PSObject again = session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Container} -ErrorAction " +
            $"SilentlyContinue | Where-Object {{ $_.PSObject.Properties['Passed'] }}").Output.Single();
        Assert.Equal((0L, 1L, 0L),
            (again.Properties["Missing"].Value, again.Properties["Extra"].Value, again.Properties["Different"].Value));
    }

    [Fact]
    public async Task A_sample_is_looked_up_item_by_item()
    {
        using PlantedDifferences planted = new(1_000);
        await using SandboxSession session = await FilledAsync(planted.Exported);
        session.Cosmos.ClearLog();
        PSObject summary = session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Container} -Sample 50").Single();
        Assert.Equal((true, true, 50L, 50L),
            (summary.Properties["Passed"].Value, summary.Properties["IsSample"].Value, summary.Properties["SourceItems"].Value,
            summary.Properties["Matched"].Value));
        Assert.Equal(50, session.Cosmos.Requests.Count(r => r.Kind == CosmosRequestKind.Point));
        Assert.DoesNotContain(session.Cosmos.Requests, r => r.Kind == CosmosRequestKind.Query);
    }

    [Fact]
    public async Task A_mistyped_key_proves_nothing()
    {
        using PlantedDifferences planted = new(300);
        await using SandboxSession session = await SandboxSession.StartAsync();
        session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], throughput: 40_000, defaultTtl: -1);
        const string Mistyped = "-AccountName mycosmos -DatabaseName shop -ContainerName orders -PartitionKeyAttribute customerId:N";
        ScriptRun run = session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Mistyped}");
        PSObject summary = run.Output[0];
        Assert.Equal((false, 0L, 300L),
            (summary.Properties["Passed"].Value, summary.Properties["Matched"].Value, summary.Properties["Rejected"].Value));
        Assert.EndsWith("KeyTypeMismatch", (string)summary.Properties["RejectedExample"].Value);
        Assert.StartsWith("ItemsRejected,", run.ErrorId);
        Assert.Empty(run.Warnings);
        PSObject allowed = session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Mistyped} -AllowRejected 300")
            .ThrowIfFailed().Single();
        Assert.Equal((true, 300L), (allowed.Properties["Passed"].Value, allowed.Properties["AllowedRejected"].Value));
    }

    [Fact]
    public async Task MaxThroughput_is_kept_to()
    {
        using PlantedDifferences planted = new(1_000);
        await using SandboxSession session = await FilledAsync(planted.Exported);
        PSObject summary =
            session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Container} -MaxThroughput 100").Single();
        double rate = (double)summary.Properties["RequestCharge"].Value / ((TimeSpan)summary.Properties["Duration"].Value).TotalSeconds;
        Assert.InRange(rate, 20, 130);
    }

    [Theory]
    [InlineData("-Hierarchical")]
    [InlineData("-PartitionKeyPath '/quantity'")]
    public async Task Settings_of_another_container_are_an_error(string settings)
    {
        using PlantedDifferences planted = new(100);
        await using SandboxSession session = await FilledAsync(planted.Exported);
        Assert.StartsWith("PartitionKeyDiffers,",
            session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Container} {settings}").ErrorId);
    }

    [Fact]
    public async Task Other_settings_than_the_imports_show_as_differences()
    {
        using PlantedDifferences planted = new(100);
        await using SandboxSession session = await FilledAsync(planted.Exported);
        ScriptRun run =
            session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Container} -NumberMode String -MaxDifferences 10");
        Assert.Equal(11, run.Output.Count);
        Assert.Equal((10L, true), (run.Output[^1].Properties["Different"].Value, run.Output[^1].Properties["IsTruncated"].Value));
        Assert.Contains(Values(run.Output[0]), v => v.StartsWith("/quantity: \"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_there_is_an_error()
    {
        using PlantedDifferences planted = new(100);
        await using SandboxSession session = await SandboxSession.StartAsync();
        Assert.StartsWith("CosmosContainerNotFound,",
            session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}' {Container}").ErrorId);
        Assert.StartsWith("ExportManifestMissing,",
            session.Invoke($"Compare-CosmosMigration -Location '{planted.Exported}/none' {Container}").ErrorId);
    }

    [Fact]
    public async Task Stopping_ends_it_and_leaves_no_running_work()
    {
        using PlantedDifferences planted = new(1_000);
        await using SandboxSession session = await FilledAsync(planted.Exported);
        session.Cosmos.Latency = TimeSpan.FromMilliseconds(300);
        using PowerShell shell = session.Host.Start($"Compare-CosmosMigration -Location '{planted.Exported}' {Container} -MaxThroughput 1");
        IAsyncResult running = shell.BeginInvoke();
        await Eventually.UntilAsync(() => session.Cosmos.Requests.Any(r => r.Kind == CosmosRequestKind.Query));
        await Task.Run(shell.Stop).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.True(running.IsCompleted);
        await Eventually.StandsStillAsync(() => session.Cosmos.RequestCount);
    }

    private static async Task<SandboxSession> FilledAsync(string export)
    {
        SandboxSession session = await SandboxSession.StartAsync();
        session.Cosmos.Throttle = false;
        session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], throughput: 40_000, defaultTtl: -1);
        session.Invoke($"Get-DynamoExport -Location '{export}' | Import-CosmosItems {Container}").ThrowIfFailed();
        return session;
    }

    private static PSObject Of(ScriptRun run, string suffix) =>
        run.Output.Single(d => d.Properties["Id"]?.Value is string id && id.EndsWith(suffix, StringComparison.Ordinal));

    private static IEnumerable<string> Values(PSObject difference) =>
        ((System.Collections.IEnumerable)difference.Properties["Values"].Value).Cast<object>().Select(v => v.ToString()!);
}
