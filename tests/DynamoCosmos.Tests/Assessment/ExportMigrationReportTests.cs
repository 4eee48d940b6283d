using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Assessment;

/// <summary>Export-MigrationReport as a user has it. What a browser makes of the page is tested beside Core.</summary>
public sealed class ExportMigrationReportTests : IDisposable
{
    private const string Keys = "-PartitionKeyAttribute customerId:S -SortKeyAttribute orderId:S -TtlAttribute expiresAt";
    private const string Cmdlet = "DynamoCosmos.Commands.ExportMigrationReportCommand";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos report ").FullName;
    private readonly ModuleHost _host = new();
    private readonly string _path;

    public ExportMigrationReportTests()
    {
        _path = Path.Combine(_root, "report.html");
        string folder = new SampleOrders().WriteExport(_root, 200, files: 2).Folder;
        _host.Invoke($"$global:assessment = Measure-DynamoTable -Location '{folder}' {Keys}").ThrowIfFailed();
    }

    public void Dispose()
    {
        _host.Dispose();
        if (File.Exists(_path)) File.SetAttributes(_path, FileAttributes.Normal);
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task A_whole_migration_is_told_on_one_page()
    {
        await using SandboxSession session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000, defaultTtl: -1);
        string folder = new SampleOrders(2).WriteExport(_root, 3_000, files: 3).Folder;
        ScriptRun run = session.Invoke($$"""
            $keys = @{ Location = '{{folder}}'; PartitionKeyAttribute = 'customerId:S'; SortKeyAttribute = 'orderId:S'; TtlAttribute = 'expiresAt' }
            $assessment = Measure-DynamoTable @keys
            $import = Import-CosmosItems @keys -DatabaseName shop -ContainerName orders
            $comparison = Compare-CosmosMigration @keys -DatabaseName shop -ContainerName orders
            $import.History.Count
            $assessment, $import, $comparison | Export-MigrationReport -Path '{{_path}}' -Title 'All of it' -PassThru
            """).ThrowIfFailed();
        Assert.InRange((int)run.Output[0].BaseObject, 1, 121);
        Assert.Equal(_path, ((FileInfo)run.Output[1].BaseObject).FullName);
        string page = File.ReadAllText(_path);
        Assert.Contains("<title>All of it</title>", page, StringComparison.Ordinal);
        Assert.Contains("Every item has its document", page, StringComparison.Ordinal);
        Assert.All(new[] { "<h2>Verification</h2>", "<h2>Import</h2>", "<h2>Assessment</h2>" }, heading =>
            Assert.Contains(heading, page, StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIf_writes_nothing_and_a_file_is_written_over_unless_NoClobber_keeps_it()
    {
        _host.Invoke($"$assessment | Export-MigrationReport -Path '{_path}' -WhatIf").ThrowIfFailed();
        Assert.False(File.Exists(_path));
        File.WriteAllText(_path, "mine");
        Assert.Equal($"ReportExists,{Cmdlet}", _host.Invoke($"$assessment | Export-MigrationReport -Path '{_path}' -NoClobber").ErrorId);
        Assert.Equal("mine", File.ReadAllText(_path));
        Assert.Empty(_host.Invoke($"$assessment | Export-MigrationReport -Path '{_path}'").ThrowIfFailed().Output);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_path), StringComparison.Ordinal);
    }

    [Fact]
    public void Force_writes_over_a_read_only_file_and_leaves_it_read_only()
    {
        File.WriteAllText(_path, "mine");
        File.SetAttributes(_path, FileAttributes.ReadOnly);
        _host.Invoke($"$assessment | Export-MigrationReport -Path '{_path}' -Force").ThrowIfFailed();
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_path), StringComparison.Ordinal);
        Assert.True(new FileInfo(_path).IsReadOnly);
    }

    [Fact]
    public void What_has_no_place_in_it_is_an_error_each_and_nothing_at_all_ends_it()
    {
        ScriptRun run = _host.Invoke($"'text', $assessment | Export-MigrationReport -Path '{_path}'");
        Assert.Equal($"NotReportable,{Cmdlet}", run.ErrorId);
        Assert.True(File.Exists(_path));
        ScriptRun none = _host.Invoke($"1 | Export-MigrationReport -Path '{_path}'");
        Assert.Contains($"NothingToReport,{Cmdlet}", none.Errors.Append(none.Terminated?.ErrorRecord)
            .Select(static error => error?.FullyQualifiedErrorId));
        Assert.Equal($"ReportNotWritable,{Cmdlet}",
            _host.Invoke($"$assessment | Export-MigrationReport -Path '{_root}/nowhere/report.html'").ErrorId);
    }
}
