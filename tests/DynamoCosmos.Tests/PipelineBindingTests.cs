using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests;

/// <summary>What people pipe into the cmdlets, and what they give by position.</summary>
public sealed class PipelineBindingTests : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("dynamocosmos bind [1] ü ");
    private SandboxSession _session = null!;
    private string _folder = "";

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _folder = new SampleOrders().WriteExport(_root.FullName, 20).Folder;
        _session.Host.Set("folder", _folder);
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 5).SetRecovery(true);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        _root.Delete(recursive: true);
    }

    [Theory]
    [InlineData("'Orders' | Get-DynamoExport")]
    [InlineData("'Ord*' | Get-DynamoExport")]
    [InlineData("Get-DynamoExport Ord*")]
    [InlineData("[pscustomobject]@{ TableName = 'Orders' } | Get-DynamoExport")]
    [InlineData("Get-DynamoTable Orders | Get-DynamoExport")]
    [InlineData("$export | Get-DynamoExport")]
    [InlineData("[pscustomobject]@{ ExportArn = $export.ExportArn } | Get-DynamoExport")]
    public void Exports_are_found_by_what_is_piped(string script)
    {
        ScriptRun run =
            _session.Invoke($"$export = 'Orders' | Export-DynamoTable -S3Bucket my-exports; $export.ExportArn; {script}").ThrowIfFailed();
        Assert.Equal(run.Output[0].BaseObject, Assert.Single(run.Output.Skip(1)).Properties["ExportArn"].Value);
    }

    [Theory]
    [InlineData("'Orders' | Export-DynamoTable -S3Bucket my-exports")]
    [InlineData("'Ord*' | Export-DynamoTable -S3Bucket my-exports")]
    [InlineData("[pscustomobject]@{ TableName = 'Orders' } | Export-DynamoTable -S3Bucket my-exports")]
    [InlineData("Get-DynamoTable Orders | Export-DynamoTable -S3Bucket my-exports")]
    [InlineData("[pscustomobject]@{ TableName = 'Orders' } | Get-DynamoTable | Export-DynamoTable -S3Bucket my-exports")]
    public void A_table_is_exported_by_what_is_piped(string script) =>
        Assert.Equal("Orders", _session.Invoke(script).Single().Properties["TableName"].Value);

    [Fact]
    public void A_piped_export_of_another_region_is_looked_at_there_and_not_by_its_tables_name()
    {
        ScriptRun run = _session.Invoke("$export = Export-DynamoTable Orders my-exports; $again = Export-DynamoTable Orders my-exports " +
            "-ClientToken two; $export | Get-DynamoExport; $export.ExportArn").ThrowIfFailed();
        Assert.Equal(run.Output[^1].BaseObject, Assert.Single(run.Output.SkipLast(1)).Properties["ExportArn"].Value);
    }

    [Theory]
    [InlineData("Read-DynamoExport -First 1", 1)]
    [InlineData("Get-DynamoExport -PartitionKeyAttribute customerId", 1)]
    [InlineData("Measure-DynamoTable -PartitionKeyAttribute customerId -SortKeyAttribute orderId", 1)]
    [InlineData("ConvertTo-CosmosItem -First 1 -PartitionKeyAttribute customerId -SortKeyAttribute orderId", 1)]
    [InlineData("New-MigrationMapping $folder/mapping.json -PartitionKeyAttribute customerId", 1)]
    [InlineData("Import-CosmosItems mycosmos shop orders -PartitionKeyAttribute customerId -SortKeyAttribute orderId", 1)]
    [InlineData("Compare-CosmosMigration mycosmos shop orders -PartitionKeyAttribute customerId -SortKeyAttribute orderId " +
        "-WarningAction Ignore -ErrorAction Ignore -MaxDifferences 1", 1)]
    public void A_folder_binds_by_its_path(string command, int outputs)
    {
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000, defaultTtl: -1);
        string item = "[psnoteproperty]::new('PSPath', 'Microsoft.PowerShell.Core\\FileSystem::' + $folder)";
        ScriptRun run = _session.Invoke("$item = [psobject]::new([IO.DirectoryInfo]::new($folder)); " +
            $"$item.PSObject.Properties.Add({item}); $item | {command}");
        Assert.Null(run.Terminated);
        Assert.Empty(run.Errors);
        Assert.True(run.Output.Count >= outputs);
    }

    [Fact]
    public void The_export_itself_counts_before_its_location()
    {
        ScriptRun run = _session.Invoke("Get-DynamoExport -Location $folder -PartitionKeyAttribute customerId -SortKeyAttribute orderId " +
            "| Measure-DynamoTable").ThrowIfFailed();
        Assert.Equal(20L, run.Single().Properties["ItemsAssessed"].Value);
        Assert.StartsWith("KeysUnknown,", _session.Invoke("Measure-DynamoTable $folder").ErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_lies_is_said_before_keys_are_asked_for()
    {
        foreach (string command in (string[])["Measure-DynamoTable ./nope", "Import-CosmosItems mycosmos shop orders -Location ./nope"])
            Assert.DoesNotContain("KeysUnknown", _session.Invoke(command).ErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Import-CosmosItems", "imported")]
    [InlineData("Compare-CosmosMigration", "compared")]
    public void An_empty_pipeline_is_a_warning(string command, string done)
    {
        ScriptRun run = _session.Invoke($"@() | {command} mycosmos shop orders -PartitionKeyAttribute pk").ThrowIfFailed();
        Assert.Empty(run.Output);
        Assert.Equal($"Nothing came down the pipeline that could be {done}.", Assert.Single(run.Warnings));
    }

    [Fact]
    public void A_list_of_items_is_its_items()
    {
        _session.Cosmos.CreateContainer("shop", "items", ["/pk"], 10_000);
        ScriptRun run = _session.Invoke("Import-CosmosItems -InputObject @(@{ pk = 'a' }, @{ pk = 'b' }) mycosmos shop items " +
            "-PartitionKeyAttribute pk").ThrowIfFailed();
        Assert.Equal(2L, run.Single().Properties["Written"].Value);
        Assert.Equal(2, _session.Invoke("ConvertTo-CosmosItem @(@{ pk = 'a' }, @{ pk = 'b' }) -PartitionKeyAttribute pk")
            .ThrowIfFailed().Output.Count);
    }

    [Theory]
    [InlineData("{\"pk\":\"a\",\"n\":1.50}")]
    [InlineData("{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1.50\"}}")]
    [InlineData("{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1.50\"}}}")]
    public void The_preview_reads_JSON_as_the_import_does(string json)
    {
        _session.Host.Set("json", json);
        Assert.Equal("""{"id":"a","pk":"a","n":1.5}""", _session.Invoke("$json | ConvertTo-CosmosItem -PartitionKeyAttribute pk")
            .Single().BaseObject.ToString());
    }

    [Fact]
    public void The_container_is_named_like_the_piped_table()
    {
        _session.Cosmos.CreateContainer("shop", "Orders", ["/customerId"], 10_000, defaultTtl: -1);
        ScriptRun run = _session.Invoke("Get-DynamoTable Orders | Import-CosmosItems mycosmos shop").ThrowIfFailed();
        Assert.Equal(5, _session.Cosmos.Count("shop", "Orders"));
        Assert.Equal(5L, run.Single().Properties["Read"].Value);
    }

    [Fact]
    public void An_error_recommends_what_its_page_says()
    {
        ErrorRecord error = Assert.Single(_session.Invoke("Get-DynamoTable Nothing").Errors);
        Assert.StartsWith("DynamoTableNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        string[] row = File.ReadLines(Path.Combine(Repository.HelpPages, "about_DynamoCosmos_Troubleshooting.md"))
            .Single(static line => line.StartsWith("| DynamoTableNotFound |", StringComparison.Ordinal)).Split(" | ");
        Assert.Equal(row[2].TrimEnd('|', ' ').Replace("`", "", StringComparison.Ordinal), error.ErrorDetails.RecommendedAction);
        Assert.Equal(error.Exception.Message, error.ErrorDetails.Message);
    }
}
