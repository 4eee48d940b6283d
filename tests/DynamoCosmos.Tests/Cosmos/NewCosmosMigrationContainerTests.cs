using System.Management.Automation;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests.Cosmos;

/// <summary>Containers through the module, against the Sandbox.</summary>
[Trait("Category", "Slow")]
public sealed class NewCosmosMigrationContainerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dynamocosmos");

    private const string Custom = """{"indexingMode":"consistent","automatic":true,"includedPaths":[{"path":"/*"}],"excludedPaths":[],"compositeIndexes":[[{"path":"/a","order":"ascending"},{"path":"/b","order":"descending"}]]}""";

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
        PSObject target = session.Invoke($"{Export}; $export | {Make} -ContainerName orders -PartitionKeyAttribute pk:N " +
            "-SortKeyAttribute 'order id' -Hierarchical -TtlAttribute expires").Single();
        Assert.Equal(["/pk", "/\"order id\""], (IEnumerable<string>)target.Properties["PartitionKeyPath"].Value);
        Assert.Equal("expires", target.Properties["TtlAttribute"].Value);
        Assert.NotNull(target.Properties["Export"].Value);
    }

    [Fact]
    public async Task WhatIf_tells_the_plan_in_numbers_and_sends_no_write()
    {
        await using SandboxSession session = await StartAsync();
        string shown = session.Host.Render($"Get-DynamoTable Orders | {Make} -Throughput 6000 -DeferIndexing -WhatIf");
        Assert.Contains("partitioned by /customerId, with 6,000 RU/s, DefaultTimeToLive -1, indexing deferred, for 1,234 items",
            shown.ReplaceLineEndings(" ").Replace("  ", " "));
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
        // Throughput is asked for by a query.
        Assert.DoesNotContain(session.Cosmos.Requests, request => request.Method != "GET" && request.Kind != CosmosRequestKind.Offer);
        ScriptRun other = session.Invoke($"{make} '/customer'");
        Assert.Equal("PartitionKeyDiffers,DynamoCosmos.Commands.NewCosmosMigrationContainerCommand", other.ErrorId);
        Assert.Equal(ErrorCategory.InvalidArgument, other.Errors[0].CategoryInfo.Category);
        Assert.Null(other.Terminated);
    }

    [Theory]
    [InlineData(null, 5000, " to 5,000 ")]
    [InlineData(900, null, " 900 ")]
    public async Task A_container_that_is_there_shows_the_throughput_that_it_has(int? manual, int? autoscale, string shown)
    {
        await using SandboxSession session = await StartAsync();
        session.Cosmos.CreateContainer("shop", "orders", ["/pk"], manual, autoscale);
        foreach (string command in (string[])[$"{Make} -ContainerName orders -PartitionKeyPath '/pk'",
            "Complete-CosmosMigration mycosmos shop orders"])
        {
            PSObject target = session.Invoke(command).Single();
            Assert.Equal((manual, autoscale, false),
                ((int?)target.Properties["Throughput"].Value, (int?)target.Properties["AutoscaleMaxThroughput"].Value,
                (bool)target.Properties["IsThroughputUnseen"].Value));
            Assert.Contains(shown, session.Host.Render(command), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_serverless_account_has_none_to_show()
    {
        await using SandboxSession session = await StartAsync(new() { AccountName = "mycosmos", Serverless = true });
        foreach (int _ in (int[])[1, 2])
        {
            Assert.Contains("not its own", session.Host.Render($"{Make} -ContainerName orders -PartitionKeyPath '/pk'"),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_container_made_without_a_throughput_shows_what_the_service_gave_it()
    {
        await using SandboxSession session = await StartAsync();
        PSObject target = session.Invoke($"{Make} -ContainerName orders -PartitionKeyPath '/pk'").Single();
        Assert.Equal(session.Cosmos.Throughput("shop", "orders")?.Value, (int?)target.Properties["Throughput"].Value);
    }

    [Fact]
    public async Task A_policy_that_is_replaced_on_a_container_in_use_is_named_in_a_warning()
    {
        await using SandboxSession session = await StartAsync();
        session.Cosmos.CreateContainer("shop", "orders", ["/pk"], 400, indexingPolicy: (JsonObject)JsonNode.Parse(Custom)!);
        ScriptRun replaced = session.Invoke($"{Make} -ContainerName orders -PartitionKeyPath '/pk' -WhatIf -IndexingPolicy " +
            $"'{{\"indexingMode\":\"consistent\",\"includedPaths\":[{{\"path\":\"/*\"}}]}}'").ThrowIfFailed();
        Assert.Contains("compositeIndexes", Assert.Single(replaced.Warnings), StringComparison.Ordinal);
        ScriptRun deferred = session.Invoke($"{Make} -ContainerName orders -PartitionKeyPath '/pk' -DeferIndexing").ThrowIfFailed();
        Assert.Contains("compositeIndexes", Assert.Single(deferred.Warnings), StringComparison.Ordinal);
        Assert.Empty(session.Invoke($"{Make} -ContainerName orders -PartitionKeyPath '/pk' -DeferIndexing").ThrowIfFailed().Warnings);
    }

    [Theory]
    [InlineData("$target")]
    [InlineData(
        "[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($target))")]
    public async Task A_custom_policy_comes_back_also_from_an_object_of_an_earlier_session(string target)
    {
        await using SandboxSession session = await StartAsync();
        ScriptRun run = session.Invoke($$"""
            $target = {{Make}} -ContainerName orders -PartitionKeyAttribute pk:N -SortKeyAttribute sk -Throughput 4000 -DeferIndexing -IndexingPolicy '{{Custom}}'
            {{target}} | Complete-CosmosMigration -NoWait
            """).ThrowIfFailed();
        Assert.Empty(run.Warnings);
        Assert.Equal(("pk (N)", "sk", 4000),
            ($"{run.Output[0].Properties["PartitionKeyAttribute"].Value}", $"{run.Output[0].Properties["SortKeyAttribute"].Value}",
            (int?)run.Output[0].Properties["Throughput"].Value));
        Assert.NotNull(session.Cosmos.ContainerProperties("shop", "orders")["indexingPolicy"]!["compositeIndexes"]);
    }

    [Fact]
    public async Task Without_the_object_the_default_policy_is_told_in_a_warning()
    {
        await using SandboxSession session = await StartAsync();
        session.Invoke($"{Make} -ContainerName orders -PartitionKeyPath '/pk' -DeferIndexing -IndexingPolicy '{Custom}'").ThrowIfFailed();
        ScriptRun run = session.Invoke("[pscustomobject]@{ AccountName = 'mycosmos'; DatabaseName = 'shop'; ContainerName = 'orders' } " +
            "| Complete-CosmosMigration -NoWait").ThrowIfFailed();
        Assert.Contains("which indexes everything", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_names_the_account()
    {
        await using SandboxSession session = await StartAsync();
        string endpoint = $"-AccountEndpoint {session.Cosmos.Endpoint} -AccountKey (ConvertTo-Secure '{session.Cosmos.AccountKey}') " +
            "-DatabaseName shop -ContainerName orders";
        const string Secure = "function ConvertTo-Secure([string] $text) { $s = [securestring]::new(); foreach ($c in " +
            "$text.ToCharArray()) { $s.AppendChar($c) }; $s }; ";
        session.Invoke($"{Secure}New-CosmosMigrationContainer {endpoint} -PartitionKeyPath '/pk' -DeferIndexing").Single();
        session.Invoke($"{Secure}Complete-CosmosMigration {endpoint} -NoWait").Single();
        session.Invoke($"{Secure}Set-CosmosThroughput {endpoint} -Throughput 900").Single();
        Assert.Equal(900, session.Invoke($"{Secure}Get-CosmosThroughput {endpoint}").Single().Properties["Throughput"].Value);
        using ModuleHost bare = new();
        string[] commands = ["New-CosmosMigrationContainer -PartitionKeyPath '/pk'", "Set-CosmosThroughput -Throughput 400",
            "Get-CosmosThroughput"];
        foreach (string command in commands)
        {
            ScriptRun run = bare.Invoke($"{command} -DatabaseName shop -ContainerName orders");
            Assert.StartsWith("CosmosAccountMissing,", run.ErrorId, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a/b", "orders")]
    [InlineData("shop", "a/b")]
    [InlineData("shop", "a?b")]
    [InlineData("shop", "a\\b")]
    [InlineData("shop", "orders ")]
    public async Task A_name_that_cannot_be_is_an_error_that_names_it(string database, string container)
    {
        await using SandboxSession session = await StartAsync();
        string place = $"-AccountName mycosmos -DatabaseName '{database}' -ContainerName '{container}'";
        string[] commands =
        [
            $"New-CosmosMigrationContainer {place} -PartitionKeyPath '/pk'",
            $"Complete-CosmosMigration {place}",
            $"Get-CosmosThroughput {place}",
            $"Set-CosmosThroughput {place} -Throughput 400",
            $"@{{ pk = 'a' }} | Import-CosmosItems {place} -PartitionKeyAttribute pk",
            $"@{{ pk = 'a' }} | Compare-CosmosMigration {place} -PartitionKeyAttribute pk",
        ];
        foreach (string command in commands)
        {
            ScriptRun run = session.Invoke(command);
            Assert.StartsWith("CosmosNameInvalid,", run.ErrorId, StringComparison.Ordinal);
        }
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
        await using SandboxSession session =
            await StartAsync(new() { AccountName = "mycosmos", IndexTransformationTime = TimeSpan.FromSeconds(2) });
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file,
            """{"indexingMode":"consistent","includedPaths":[{"path":"/total/?"}],"excludedPaths":[{"path":"/*"}]}""");
        try
        {
            ScriptRun run = session.Invoke($$"""
                $target = {{Make}} -ContainerName orders -PartitionKeyPath '/pk' -Throughput 10000 -DeferIndexing -IndexingPolicy '{{file}}'
                $target | Complete-CosmosMigration -Throughput 400
                """);
            Assert.Equal((false, 400),
                ((bool)run.Single().Properties["IndexingDeferred"].Value, (int)run.Single().Properties["Throughput"].Value));
            Assert.Equal("/total/?",
                (string)session.Cosmos.ContainerProperties("shop", "orders")["indexingPolicy"]!["includedPaths"]![0]!["path"]!);
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
        Assert.Equal("CosmosContainerNotFound,DynamoCosmos.Commands.CompleteCosmosMigrationCommand",
            session.Invoke("Complete-CosmosMigration mycosmos shop nothing").ErrorId);
        Assert.Equal("ThroughputBelowMinimum,DynamoCosmos.Commands.CompleteCosmosMigrationCommand",
            session.Invoke("Complete-CosmosMigration mycosmos shop orders -Throughput 100").ErrorId);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<SandboxSession> StartAsync(CosmosStandInOptions? cosmos = null)
    {
        SandboxSession session = await SandboxSession.StartAsync(cosmos: cosmos);
        new SampleOrders().CreateTable(session.Aws.Dynamo, 1234);
        return session;
    }
}
