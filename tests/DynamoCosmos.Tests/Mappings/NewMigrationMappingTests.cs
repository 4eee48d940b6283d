using System.Text;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Mappings;

/// <summary>A first mapping from a sample: readable by what it is for, and true of the items.</summary>
public sealed class NewMigrationMappingTests : IDisposable
{
    private static readonly string[] s_lines =
    [
        """{"Item":{"PK":{"S":"CUST#1"},"SK":{"S":"PROFILE"},"name":{"S":"Ada"}}}""",
        """{"Item":{"PK":{"S":"CUST#1"},"SK":{"S":"ORDER#1"},"payload":{"S":"{\"gift\": true}"},"total":{"N":"9.5"}}}""",
        """{"Item":{"PK":{"S":"CUST#1"},"SK":{"S":"ORDER#2"},"payload":{"S":"[]"},"total":{"N":"7"}}}""",
        """{"Item":{"PK":{"S":"PROD#1"},"SK":{"S":"DETAIL"}}}""",
    ];

    private readonly ModuleHost _host = new();
    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos draft ").FullName;

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("draft.json")]
    [InlineData("draft.psd1")]
    public void A_draft_of_a_single_table_design_has_a_route_for_each_kind_and_takes_every_item(string name)
    {
        string path = Make(name, s_lines);
        string text = File.ReadAllText(path);
        Assert.Contains("begins_with(PK, 'CUST#') AND begins_with(SK, 'ORDER#')", text.Replace("''", "'"), StringComparison.Ordinal);
        Assert.Contains("payload: string, in 50 % of the items; always JSON", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", text, StringComparison.Ordinal);
        ScriptRun run = _host.Invoke("$input | ConvertTo-CosmosItem -PartitionKeyAttribute PK -SortKeyAttribute SK -MappingPath " +
            $"'{path}' -Verbose", [.. s_lines]);
        Assert.Equal(s_lines.Length, run.ThrowIfFailed().Output.Count);
        foreach (string container in new[] { "cust-profile", "cust-order", "prod-detail" }) Assert.Contains(run.Verbose, said =>
            said.Contains($"goes to the container '{container}'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_before_anything_is_read()
    {
        ScriptRun run = _host.Invoke("New-MigrationMapping -Path /nowhere/at/all/mapping.json -Location /nowhere/export");
        Assert.Equal("MappingNotWritable,DynamoCosmos.Commands.NewMigrationMappingCommand", run.ErrorId);
        Assert.Null(run.Terminated);
    }

    [Fact]
    public void A_draft_names_attributes_as_the_table_does_also_where_Cosmos_DB_owns_the_name()
    {
        string[] lines =
        [
            """{"Item":{"id":{"S":"EU"},"SK":{"S":"PROFILE"},"ttl":{"N":"5"},"_ts":{"S":"{\"a\":1}"},"x[0]":{"S":"[]"}}}""",
            """{"Item":{"id":{"S":"US"},"SK":{"S":"ORDER#1"},"ttl":{"N":"5"},"_ts":{"S":"{}"},"x[0]":{"S":"[]"}}}""",
        ];
        string path = Make("draft.json", lines, "-PartitionKeyAttribute id -SortKeyAttribute SK");
        string text = File.ReadAllText(path);
        Assert.DoesNotContain("dynamo_", text, StringComparison.Ordinal);
        Assert.Contains("// id: string, in 100 %", text, StringComparison.Ordinal);
        Assert.Contains("// ttl: number, in 100 %", text, StringComparison.Ordinal);
        Assert.Contains("_ts: string, in 100 % of the items; always JSON", text, StringComparison.Ordinal);
        Assert.Contains("""["_ts", "\"x[0]\""]""", text, StringComparison.Ordinal);
        ScriptRun run =
            _host.Invoke($"$input | ConvertTo-CosmosItem -PartitionKeyAttribute id -SortKeyAttribute SK -MappingPath '{path}'", [.. lines]);
        Assert.Equal(lines.Length, run.ThrowIfFailed().Output.Count);
    }

    [Fact]
    public void A_draft_of_items_of_one_kind_has_no_routes()
    {
        string path = Make("draft.json",
            ["""{"Item":{"PK":{"S":"a1"},"SK":{"S":"2026-01-01"},"x.y":{"N":"1"}}}""",
            """{"Item":{"PK":{"S":"b2"},"SK":{"S":"2026-01-02"}}}"""]);
        Assert.DoesNotContain("container\"", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Single(
            _host.Invoke($"""'{s_lines[0]}' | ConvertTo-CosmosItem -PartitionKeyAttribute PK -SortKeyAttribute SK -MappingPath '{path}'""")
            .ThrowIfFailed().Output);
    }

    [Fact]
    public void A_file_that_is_there_is_not_written_over_without_Force()
    {
        string path = Path.Combine(_root, "draft.json");
        File.WriteAllText(path, "reviewed");
        string command = $"New-MigrationMapping '{path}' -Location '{Export(s_lines)}' -PartitionKeyAttribute PK -SortKeyAttribute SK";
        Assert.Equal("MappingFileExists,DynamoCosmos.Commands.NewMigrationMappingCommand", _host.Invoke(command).ErrorId);
        Assert.Equal("reviewed", File.ReadAllText(path));
        _host.Invoke(command + " -Force -WhatIf").ThrowIfFailed();
        Assert.Equal("reviewed", File.ReadAllText(path));
        Assert.Single(_host.Invoke(command + " -Force").ThrowIfFailed().Output);
        Assert.NotEqual("reviewed", File.ReadAllText(path));
    }

    private string Make(string name, string[] lines, string keys = "-PartitionKeyAttribute PK -SortKeyAttribute SK")
    {
        string path = Path.Combine(_root, name);
        _host.Invoke($"New-MigrationMapping '{path}' -Location '{Export(lines)}' {keys}").ThrowIfFailed();
        return path;
    }

    private string Export(string[] lines)
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        using (DataFileWriter file = layout.AddDataFile())
        {
            foreach (string line in lines) file.WriteLine(Encoding.UTF8.GetBytes(line));
        }
        layout.Complete();
        return layout.Folder;
    }
}
