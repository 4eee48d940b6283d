using System.Text.Json;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests;

/// <summary>The user's ten lines, from a table to documents in a container.</summary>
[Trait("Category", "Slow")]
public sealed class PipelineTests : IAsyncLifetime
{
    private const int Items = 2000;

    private readonly SampleOrders _orders = new(expiredEvery: 100);
    private SandboxSession _session = null!;

    private const string Pipeline = """
        Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery |
            Copy-S3ToAdls -StorageAccountName lake -FileSystem s3datacopy |
            New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName orders -AutoscaleMaxThroughput 40000 |
            Import-CosmosItems
        """;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync();
        _orders.CreateTable(_session.Aws.Dynamo, Items);
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [Fact]
    public void Ten_lines_carry_every_item_from_the_table_to_the_container()
    {
        System.Management.Automation.PSObject result = _session.Invoke(Pipeline).Single();
        long expired = _orders.CountExpired(Items);
        Assert.Equal(true, result.Properties["Completed"].Value);
        Assert.Equal((long)Items, result.Properties["Read"].Value);
        Assert.Equal(Items - expired, result.Properties["Written"].Value);
        Assert.Equal(expired, result.Properties["Expired"].Value);
        Assert.Equal(0L, result.Properties["Rejected"].Value);
        Assert.Equal(Items - expired, _session.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public void A_stage_that_hands_its_object_on_shows_no_progress_meanwhile()
    {
        ScriptRun run = _session.Invoke(Pipeline);
        run.ThrowIfFailed();
        HashSet<int> shown = [];
        foreach (System.Management.Automation.ProgressRecord record in run.Progress)
        {
            if (record.RecordType == System.Management.Automation.ProgressRecordType.Completed) shown.Remove(record.ActivityId);
            else shown.Add(record.ActivityId);
            Assert.True(shown.Count <= 1, $"'{record.Activity}' is shown beside the bar of an earlier stage.");
        }
        Assert.Empty(shown);
    }

    [Fact]
    public void Several_tables_go_through_one_chain_and_each_bar_names_its_own()
    {
        _session.Aws.Dynamo.CreateTable("Customers", "id:S").Put("""{"id":{"S":"a"}}""");
        // A bar shows after a fifth of a second. So the first write of Orders takes a whole one.
        int waits = 1;
        _session.Cosmos.OperationFault = write =>
        {
            if (write.Id.Contains('|', StringComparison.Ordinal)
                && Interlocked.Exchange(ref waits, 0) == 1) Thread.Sleep(TimeSpan.FromSeconds(1));
            return null;
        };
        ScriptRun run = _session.Invoke("""
            Get-DynamoTable Orders, Customers |
                Export-DynamoTable -S3Bucket my-exports -EnablePointInTimeRecovery |
                Copy-S3ToAdls -StorageAccountName lake -FileSystem s3datacopy |
                New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -AutoscaleMaxThroughput 40000 |
                Import-CosmosItems
            """).ThrowIfFailed();
        Assert.Equal(["mycosmos/shop/Customers", "mycosmos/shop/Orders"],
            run.Output.Select(static result => (string)result.Properties["Target"].Value).Order());
        // A stage that hands an object on takes all its bars away first, those of other tables included: whatever stands is of one stage.
        Dictionary<int, string> shown = [];
        foreach (System.Management.Automation.ProgressRecord record in run.Progress)
        {
            if (record.RecordType == System.Management.Automation.ProgressRecordType.Completed) shown.Remove(record.ActivityId);
            else shown[record.ActivityId] = record.Activity;
            if (record.Activity.StartsWith("Importing", StringComparison.Ordinal)
                || record.Activity.StartsWith("Copying", StringComparison.Ordinal)) Assert.InRange(shown.Count, 0, 1);
        }
        Assert.Empty(shown);
        Assert.Contains(run.Progress, static record => record.Activity == "Importing items into mycosmos/shop/Orders");
    }

    [Fact]
    public void Each_stage_works_alone_on_what_an_earlier_one_left_behind()
    {
        _session.Invoke("$null = Export-DynamoTable -TableName Orders -S3Bucket my-exports -S3Prefix day/one -EnablePointInTimeRecovery")
            .ThrowIfFailed();
        _session.Invoke("$export = Get-DynamoTable Orders | Get-DynamoExport; $export | Copy-S3ToAdls -StorageAccountName lake " +
            "-FileSystem s3datacopy -OutVariable staged | Out-Null").ThrowIfFailed();
        object? location = _session.Invoke("[string]$staged.Location").Single().BaseObject;
        Assert.StartsWith(_session.Blob.AccountEndpoint("lake").AbsoluteUri, (string)location);
        _session.Invoke("$null = Get-DynamoTable Orders | New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop " +
            "-ContainerName orders -Throughput 10000").ThrowIfFailed();
        _session.Invoke("Get-DynamoExport -Location $staged.Location | Import-CosmosItems -AccountName mycosmos -DatabaseName shop " +
            "-ContainerName orders -PartitionKeyAttribute customerId -SortKeyAttribute orderId").ThrowIfFailed();
        // Without the table's TTL attribute nothing expires.
        Assert.Equal(Items, _session.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public void A_rerun_leaves_the_same_documents()
    {
        _session.Invoke(Pipeline).ThrowIfFailed();
        Dictionary<string, string> first = Contents();
        _session.Invoke(Pipeline.Replace("Import-CosmosItems", "Import-CosmosItems -Restart", StringComparison.Ordinal)).ThrowIfFailed();
        Assert.Equal(first, Contents());
    }

    [Fact]
    public void WhatIf_tells_the_plan_and_changes_nothing()
    {
        _session.Invoke("Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery -WhatIf").ThrowIfFailed();
        Assert.Empty(_session.Aws.S3["my-exports"].Keys);
        Assert.False(_session.Cosmos.HasContainer("shop", "orders"));
    }

    // Byte for byte but for what the service adds, and ttl, which counts from the write.
    private Dictionary<string, string> Contents() =>
        _session.Cosmos.Documents("shop", "orders").Select(d => JsonDocument.Parse(d).RootElement).ToDictionary(
        d => d.GetProperty("id").GetString()!,
        d => string.Join(",", d.EnumerateObject()
            .Where(p => p.Name is not ("_rid" or "_self" or "_etag" or "_attachments" or "_ts" or "ttl")).Select(p => p.ToString())));
}
