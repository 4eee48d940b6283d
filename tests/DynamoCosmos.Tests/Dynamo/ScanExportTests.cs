using System.Management.Automation;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Tests.Dynamo;

/// <summary>Export-DynamoTable -Scan: the table as an export, where AWS makes none.</summary>
public sealed class ScanExportTests : IAsyncLifetime
{
    private const int Items = 3_000;
    private const string Target = "-AccountName mycosmos -DatabaseName shop -ContainerName";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos scan export ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        foreach (string name in new[] { "orders", "direct" }) _session.Cosmos.CreateContainer("shop", name, ["/customerId"], 10_000,
            defaultTtl: -1);
        StandInTable table = new SampleOrders().CreateTable(_session.Aws.Dynamo, Items);
        table.TimeToLiveAttribute = null;
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("-S3Bucket my-exports -S3Prefix day/one")]
    [InlineData("-Path '{root}'")]
    public void A_scan_is_an_export_that_every_later_stage_takes(string destination)
    {
        const string Copy = "| Copy-S3ToAdls -StorageAccountName lake -FileSystem data ";
        PSObject export = _session.Invoke("$export = Get-DynamoTable Orders | Export-DynamoTable -Scan " +
            $"{destination.Replace("{root}", _root, StringComparison.Ordinal)}; $export").Single();
        Assert.Equal(("COMPLETED", (long)Items, true),
            (Get<string>(export, "ExportStatus"), Get<long>(export, "ItemCount"), Get<bool>(export, "IsScan")));
        Assert.Equal(Get<DateTimeOffset>(export, "StartTime"), Get<DateTimeOffset>(export, "ExportTime"));

        PSObject found = _session.Invoke("Get-DynamoExport -Location $export.Location.OriginalString").Single();
        Assert.Equal(((long)Items, true, Get<string>(export, "ExportArn")),
            (Get<long>(found, "ItemCount"), Get<bool>(found, "IsScan"), Get<string>(found, "ExportArn")));

        ScriptRun run = _session.Invoke($"""
            $export | Copy-S3ToAdls -StorageAccountName lake -FileSystem data | Import-CosmosItems {Target} orders
            $null = Get-DynamoTable Orders | Import-CosmosItems {Target} direct
            $export | Compare-CosmosMigration {Target} orders
            """.Replace(Copy, destination.Contains("S3", StringComparison.Ordinal) ? Copy : "", StringComparison.Ordinal)).ThrowIfFailed();
        Assert.Equal((true, (long)Items), (Get<bool>(run.Output[0], "Completed"), Get<long>(run.Output[0], "Written")));
        Assert.True(Get<bool>(run.Output[1], "Passed"));
        Assert.Equal(_session.Cosmos.Content("shop", "direct"), _session.Cosmos.Content("shop", "orders"));
    }

    [Fact]
    public void The_layout_is_that_of_DynamoDBs_own_and_says_that_it_is_a_scan()
    {
        string folder = new Uri(
            Get<Uri>(_session.Invoke($"Export-DynamoTable Orders -Scan -Path '{_root}'").Single(), "Location")!.AbsoluteUri).LocalPath;
        Assert.Matches("^[0-9]{14}-[0-9a-f]{8}$", Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        Assert.Equal(["_started", "data", "manifest-files.json", "manifest-files.md5", "manifest-summary.json", "manifest-summary.md5"],
            Directory.EnumerateFileSystemEntries(folder).Select(static path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        JsonNode summary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest-summary.json")))!;
        Assert.Equal(("SCAN", "DYNAMODB_JSON", Items),
            ((string)summary["exportSource"]!, (string)summary["outputFormat"]!, (int)summary["itemCount"]!));
        Assert.Empty(Directory.EnumerateFiles(_root, "*.partial", SearchOption.AllDirectories));
    }

    [Fact]
    public void An_empty_table_is_an_export_of_nothing()
    {
        _session.Aws.Dynamo.CreateTable("Empty", "customerId:S");
        ScriptRun run = _session.Invoke($"""
            $export = Export-DynamoTable Empty -Scan -Path '{_root}'
            $export | Import-CosmosItems {Target} orders
            """).ThrowIfFailed();
        Assert.Equal((true, 0L), (Get<bool>(run.Output[0], "Completed"), Get<long>(run.Output[0], "Read")));
    }

    [Fact]
    public void A_scan_that_fails_leaves_nothing_that_could_be_taken_for_an_export()
    {
        _session.Aws.Add(AwsFault.Error("Scan", 403, "AccessDeniedException", times: int.MaxValue, skip: 8));
        ScriptRun run = _session.Invoke("Export-DynamoTable Orders -Scan -S3Bucket my-exports");
        Assert.Equal("AwsAccessDenied,DynamoCosmos.Commands.ExportDynamoTableCommand", run.ErrorId);
        Assert.Contains("dynamodb:Scan", run.Errors[0].ToString());
        Assert.Empty(run.Output);
        Assert.DoesNotContain(_session.Aws.S3["my-exports"].Keys, static key => key.Contains("manifest", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-Scan -S3Bucket my-exports -EnablePointInTimeRecovery", "-EnablePointInTimeRecovery")]
    [InlineData("-Scan -S3Bucket my-exports -ExportTime 2024-01-01", "-ExportTime")]
    [InlineData("-Scan -Path here -Format Ion", "-Format")]
    [InlineData("-S3Bucket my-exports -MaxReadCapacity 5", "-MaxReadCapacity")]
    public void What_a_scan_cannot_do_is_an_error_that_names_it(string arguments, string named)
    {
        ScriptRun run = _session.Invoke($"Export-DynamoTable Orders {arguments}");
        Assert.Equal("ScanUnclear,DynamoCosmos.Commands.ExportDynamoTableCommand", run.ErrorId);
        Assert.Contains(named, (run.Terminated?.Message ?? run.Errors[0].ToString()) + "");
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error()
    {
        string file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");
        Assert.Equal("ExportFileNotWritable,DynamoCosmos.Commands.ExportDynamoTableCommand",
            _session.Invoke($"Export-DynamoTable Orders -Scan -Path '{file}'").ErrorId);
    }

    [Fact]
    public void WhatIf_says_that_it_is_no_state_of_one_moment_and_reads_nothing()
    {
        string said = _session.Host.Render($"Get-DynamoTable Orders | Export-DynamoTable -Scan -Path '{_root}' -WhatIf");
        Assert.Contains("no state of one", said.ReplaceLineEndings(" "));
        Assert.DoesNotContain(_session.Aws.Requests, static request => request.Operation == "Scan");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    private static T? Get<T>(PSObject from, string name) => (T?)from.Properties[name].Value;
}
