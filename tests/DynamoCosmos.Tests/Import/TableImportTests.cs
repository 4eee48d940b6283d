using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Tests.Import;

/// <summary>Get-DynamoTable into Import-CosmosItems and Compare-CosmosMigration: a table that is scanned.</summary>
public sealed class TableImportTests : IAsyncLifetime
{
    private const int Items = 2_000;
    private const string Target = "-AccountName mycosmos -DatabaseName shop -ContainerName orders";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos scan ").FullName;
    private readonly SampleOrders _orders = new(expiredEvery: 100);
    private SandboxSession _session = null!;
    private StandInTable _table = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000, defaultTtl: -1);
        _table = _orders.CreateTable(_session.Aws.Dynamo, Items);
        _session.Host.Set("checkpoint", Path.Combine(_root, "checkpoint.json"));
        _session.Host.Set("rejected", Path.Combine(_root, "rejected.ndjson"));
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_table_of_the_pipeline_is_imported_whole_and_Compare_says_so()
    {
        PSObject result = _session.Invoke($"Get-DynamoTable Orders | Import-CosmosItems {Target} -CheckpointPath $checkpoint").Single();
        int expired = _orders.CountExpired(Items);
        Assert.Equal((true, (long)Items, (long)Items - expired, (long)expired),
            (Get<bool>(result, "Completed"), Get<long>(result, "Read"), Get<long>(result, "Written"), Get<long>(result, "Expired")));
        Assert.StartsWith(_table.Arn, Get<string>(result, "Source"), StringComparison.Ordinal);
        PSObject verdict = _session.Invoke($"Get-DynamoTable Orders | Compare-CosmosMigration {Target}").Single();
        Assert.Equal((true, (long)Items - expired), (Get<bool>(verdict, "Passed"), Get<long>(verdict, "Matched")));
    }

    [Fact]
    public void A_container_made_for_a_table_leads_its_import_to_the_table()
    {
        ScriptRun run = _session.Invoke("""
            $target = Get-DynamoTable Orders | New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName made -Throughput 10000
            $target | Import-CosmosItems -CheckpointPath $checkpoint
            $target | Compare-CosmosMigration
            """).ThrowIfFailed();
        Assert.Equal((true, true), (Get<bool>(run.Output[0], "Completed"), Get<bool>(run.Output[1], "Passed")));
    }

    [Fact]
    public void A_table_throttled_at_its_capacity_is_imported_all_the_same()
    {
        _table.ReadCapacityLimit = 40;
        PSObject result = _session.Invoke($"Get-DynamoTable Orders | Import-CosmosItems {Target} -CheckpointPath $checkpoint").Single();
        Assert.Equal((true, (long)Items), (Get<bool>(result, "Completed"), Get<long>(result, "Read")));
        Assert.Contains(_session.Aws.Requests, static request => request.Operation == "Scan" && request.Status == 400);
    }

    [Fact]
    public void A_capacity_granted_below_the_tables_own_is_never_throttled()
    {
        _table.ReadCapacityLimit = 400;
        PSObject result = _session.Invoke($"Get-DynamoTable Orders | Import-CosmosItems {Target} -CheckpointPath $checkpoint " +
            "-MaxReadCapacity 100").Single();
        Assert.True(Get<bool>(result, "Completed"));
        Assert.DoesNotContain(_session.Aws.Requests, static request => request.Operation == "Scan" && request.Status == 400);
    }

    [Fact]
    public void An_interrupted_scan_goes_on_with_the_segments_that_are_left_and_names_each_reject_once()
    {
        for (int number = 0; number < 40; number++) _table.Put($$$"""{"customerId":{"S":"bad"},"orderId":{"S":"{{{number}}}"},"n":{"N":"12345678901234567890123456789012345678"}}""");
        string import = $"Get-DynamoTable Orders | Import-CosmosItems {Target} -CheckpointPath $checkpoint -RejectedItemPath $rejected " +
            "-NumberMode Reject";
        _session.Aws.Add(AwsFault.Error("Scan", 403, "AccessDeniedException", times: 1, skip: 9));
        ScriptRun first = _session.Invoke(import);
        Assert.StartsWith("AwsAccessDenied,", first.ErrorId, StringComparison.Ordinal);
        int before = _session.Aws.Requests.Count(static request => request.Operation == "Scan");
        PSObject result = _session.Invoke(import).Single();
        Assert.Equal((true, (long)Items + 40, 2), (Get<bool>(result, "Completed"), Get<long>(result, "Read"), Get<int>(result, "Runs")));
        Assert.InRange(_session.Aws.Requests.Count(static request => request.Operation == "Scan") - before, 1, 15);
        long rejected = Get<long>(result, "Rejected");
        Assert.True(rejected >= 40);
        Assert.Equal(rejected, File.ReadLines(Path.Combine(_root, "rejected.ndjson")).Distinct().Count());
        Assert.Equal(rejected, File.ReadLines(Path.Combine(_root, "rejected.ndjson")).Count());
    }

    [Theory]
    [InlineData("-ReadCapacityPercent 50 -MaxReadCapacity 10", "ReadCapacityTwice")]
    [InlineData("-MaxReadCapacity 0", "ParameterArgumentValidationError")]
    public void Capacities_that_cannot_be_are_errors(string given, string errorId) =>
        Assert.StartsWith(errorId + ",", _session.Invoke($"Get-DynamoTable Orders | Import-CosmosItems {Target} {given}").ErrorId,
            StringComparison.Ordinal);

    [Fact]
    public void WhatIf_reads_nothing_of_the_table()
    {
        _session.Invoke($"Get-DynamoTable Orders | Import-CosmosItems {Target} -WhatIf").ThrowIfFailed();
        Assert.DoesNotContain(_session.Aws.Requests, static request => request.Operation == "Scan");
    }

    private static T? Get<T>(PSObject value, string property) => (T?)value.Properties[property].Value;
}
