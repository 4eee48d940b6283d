using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests.Cosmos;

/// <summary>Containers through the module, against the Sandbox.</summary>
public sealed class NewCosmosMigrationContainerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dynamocosmos");

    private const string Make = "New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop";

    [Fact]
    public async Task A_piped_table_decides_name_keys_and_time_to_live()
    {
        await using SandboxSession session = await StartAsync();
        PSObject target = session.Invoke($"Get-DynamoTable Orders | {Make} -AutoscaleMaxThroughput 4000").Single();
        Assert.Equal("Orders", target.Properties["ContainerName"].Value);
        Assert.Equal(["/customerId"], (IEnumerable<string>)target.Properties["PartitionKeyPath"].Value);
        Assert.Equal(-1, (int)session.Cosmos.ContainerProperties("shop", "Orders")["defaultTtl"]!);
        Assert.Equal((4000, true), session.Cosmos.Throughput("shop", "Orders"));
        Assert.Equal("customerId (S)", $"{target.Properties["PartitionKeyAttribute"].Value}");
    }

    [Fact]
    public async Task An_export_is_carried_on_with_the_keys_that_it_did_not_know()
    {
        await using SandboxSession session = await StartAsync();
        session.Host.Set("folder", new SampleOrders().WriteExport(_folder.FullName, 10, files: 1).Folder);
        const string Export = "$export = Get-DynamoExport -Location $folder";
        ScriptRun unknown = session.Invoke($"{Export}; $export | {Make} -ContainerName orders");
        Assert.Equal("PartitionKeyUnknown,DynamoCosmos.Commands.NewCosmosMigrationContainerCommand", unknown.ErrorId);
        PSObject target = session.Invoke($"{Export}; $export | {Make} -ContainerName orders -PartitionKeyAttribute pk:N -SortKeyAttribute 'order id' -Hierarchical -TtlAttribute expires").Single();
        Assert.Equal(["/pk", "/\"order id\""], (IEnumerable<string>)target.Properties["PartitionKeyPath"].Value);
        Assert.Equal("expires", target.Properties["TtlAttribute"].Value);
        Assert.NotNull(target.Properties["Export"].Value);
    }

    [Fact]
    public async Task WhatIf_tells_the_plan_in_numbers_and_sends_no_write()
    {
        await using SandboxSession session = await StartAsync();
        string shown = session.Host.Render($"Get-DynamoTable Orders | {Make} -Throughput 6000 -DeferIndexing -WhatIf");
        Assert.Contains("partitioned by /customerId, with 6,000 RU/s, DefaultTimeToLive -1, indexing deferred, for 1,234 items", shown.ReplaceLineEndings(" ").Replace("  ", " "));
        Assert.DoesNotContain(session.Cosmos.Requests, request => request.Method != "GET");
    }

    [Fact]
    public async Task Again_is_fine_and_another_partition_key_is_an_error_while_others_go_on()
    {
        await using SandboxSession session = await StartAsync();
        string make = $"{Make} -ContainerName orders -PartitionKeyPath";
        session.Invoke($"{make} '/pk'").Single();
        session.Cosmos.ClearLog();
        session.Invoke($"{make} '/pk'").Single();
        Assert.DoesNotContain(session.Cosmos.Requests, request => request.Method != "GET");
        ScriptRun other = session.Invoke($"{make} '/customer'");
        Assert.Equal("PartitionKeyDiffers,DynamoCosmos.Commands.NewCosmosMigrationContainerCommand", other.ErrorId);
        Assert.Equal(ErrorCategory.InvalidArgument, other.Errors[0].CategoryInfo.Category);
        Assert.Null(other.Terminated);
    }

    [Theory]
    [InlineData("-PartitionKeyPath '/pk' -Throughput 450", "ThroughputNotAMultiple")]
    [InlineData("-PartitionKeyPath '/pk' -Throughput 400 -AutoscaleMaxThroughput 1000", "ThroughputTwice")]
    [InlineData("-PartitionKeyPath 'pk'", "InvalidPartitionKeyPath")]
    [InlineData("-PartitionKeyPath '/pk' -IndexingPolicy '{'", "IndexingPolicyInvalid")]
    [InlineData("-PartitionKeyPath '/pk' -IndexingPolicy ./not-there.json", "IndexingPolicyInvalid")]
    [InlineData("-Hierarchical -PartitionKeyAttribute pk", "NoSortKey")]
    public async Task Settings_that_cannot_be_are_an_error_with_an_id(string settings, string id)
    {
        await using SandboxSession session = await StartAsync();
        ScriptRun run = session.Invoke($"{Make} -ContainerName orders {settings}");
        Assert.Equal($"{id},DynamoCosmos.Commands.NewCosmosMigrationContainerCommand", run.ErrorId);
        Assert.Empty(session.Cosmos.Requests);
    }

    [Fact]
    public async Task A_deferred_policy_from_a_file_is_completed_with_progress_and_throughput()
    {
        await using SandboxSession session = await StartAsync(new() { AccountName = "mycosmos", IndexTransformationTime = TimeSpan.FromSeconds(2) });
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"indexingMode":"consistent","includedPaths":[{"path":"/total/?"}],"excludedPaths":[{"path":"/*"}]}""");
        try
        {
            ScriptRun run = session.Invoke($$"""
                $target = {{Make}} -ContainerName orders -PartitionKeyPath '/pk' -Throughput 10000 -DeferIndexing -IndexingPolicy '{{file}}'
                $target | Complete-CosmosMigration -Throughput 400
                """);
            Assert.Equal((false, 400), ((bool)run.Single().Properties["IndexingDeferred"].Value, (int)run.Single().Properties["Throughput"].Value));
            Assert.Equal("/total/?", (string)session.Cosmos.ContainerProperties("shop", "orders")["indexingPolicy"]!["includedPaths"]![0]!["path"]!);
            Assert.Equal((400, false), session.Cosmos.Throughput("shop", "orders"));
            Assert.Contains(run.Progress, record => record.PercentComplete is > 0 and < 100);
            Assert.Equal(ProgressRecordType.Completed, run.Progress[^1].RecordType);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Completing_what_is_complete_sends_no_write_and_what_is_not_there_is_an_error()
    {
        await using SandboxSession session = await StartAsync();
        session.Cosmos.CreateContainer("shop", "orders", "/pk");
        session.Cosmos.ClearLog();
        PSObject same = session.Invoke("Complete-CosmosMigration mycosmos shop orders -Throughput 400").Single();
        Assert.Equal(["/pk"], (IEnumerable<string>)same.Properties["PartitionKeyPath"].Value);
        Assert.DoesNotContain(session.Cosmos.Requests, request => request.Method == "PUT");
        Assert.Equal("CosmosContainerNotFound,DynamoCosmos.Commands.CompleteCosmosMigrationCommand", session.Invoke("Complete-CosmosMigration mycosmos shop nothing").ErrorId);
        Assert.Equal("ThroughputBelowMinimum,DynamoCosmos.Commands.CompleteCosmosMigrationCommand", session.Invoke("Complete-CosmosMigration mycosmos shop orders -Throughput 100").ErrorId);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<SandboxSession> StartAsync(CosmosStandInOptions? cosmos = null)
    {
        SandboxSession session = await SandboxSession.StartAsync(cosmos: cosmos);
        new SampleOrders().CreateTable(session.Aws.Dynamo, 1234);
        return session;
    }
}
