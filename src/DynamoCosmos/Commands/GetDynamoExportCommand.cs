using System.Management.Automation;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Parameters;
using DynamoCosmos.Sessions;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Finds exports: in AWS's records, or where their files lie.</summary>
[Cmdlet(VerbsCommon.Get, "DynamoExport", DefaultParameterSetName = "Table")]
[OutputType(typeof(DynamoExport))]
public sealed class GetDynamoExportCommand : CloudCommand
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Table", ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true), SupportsWildcards, NameText(OrProperty = ["TableName", "ExportArn", "Location", "PSPath"]),
        ValidateNotNullOrEmpty, ArgumentCompleter(typeof(TableCompleter))]
    public string[] TableName { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "TableObject", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoTable), Or = [typeof(DynamoExport), typeof(string)],
        OrProperty = ["TableName", "ExportArn", "Location", "PSPath"])]
    public DynamoTable? Table { get; set; }

    /// <summary>Is read again, to see how far it is.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Export", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoExport), Or = [typeof(object)])]
    public DynamoExport? Export { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Arn", ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty]
    public string[] ExportArn { get; set; } = [];

    /// <summary>s3://…, an https URL of a lake, abfss://…, or a folder on disk.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Location", ValueFromPipelineByPropertyName = true), Alias("PSPath"),
        ValidateNotNullOrEmpty, ArgumentCompleter(typeof(LocationCompleter))]
    public string[] Location { get; set; } = [];

    /// <summary>Manifests do not name the keys.</summary>
    [Parameter(ParameterSetName = "Location")]
    public KeyAttribute? PartitionKeyAttribute { get; set; }

    [Parameter(ParameterSetName = "Location")]
    public KeyAttribute? SortKeyAttribute { get; set; }

    [Parameter(ParameterSetName = "Location")]
    public string? TtlAttribute { get; set; }

    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case "Location":
                Uri[] locations = [.. Location.Select(LocationAt)];
                Run((output, stop) => EachAsync(locations, ReadAsync, output, stop));
                break;
            case "Arn":
                Run((output, stop) => EachAsync(ExportArn, FindAsync, output, stop));
                break;
            case "Export":
                Run((output, stop) => EachAsync([Export!], RefreshAsync, output, stop));
                break;
            case "TableObject":
                Run((output, stop) =>
                    EachAsync([Table!.TableArn], (table, _, token) =>
                    ListAsync(table, GetAwsSettings(Table.Region, Table.EndpointUrl), output, token), output, stop));
                break;
            default:
                Run((output, stop) => EachAsync([TableName], FindOfTablesAsync, output, stop));
                break;
        }
    }

    // What fails for one does not keep the others from being found.
    private static async Task EachAsync<T>(IEnumerable<T> sources, Func<T, CommandOutput, CancellationToken, Task> find,
        CommandOutput output, CancellationToken stop)
    {
        foreach (T source in sources)
        {
            try
            {
                await find(source, output, stop);
            }
            catch (MigrationException failure)
            {
                await output.ErrorAsync(failure, stop);
            }
        }
    }

    private async Task ListAsync(string table, AwsSettings settings, CommandOutput output, CancellationToken stop)
    {
        await foreach (DynamoExport export in ExportFinding.ListAsync(table, settings, Clouds, stop)) await output.WriteAsync(export, stop);
    }

    private async Task FindOfTablesAsync(string[] names, CommandOutput output, CancellationToken stop)
    {
        IReadOnlyList<string> found = await ExportFinding.FindTablesAsync(names, NamePatterns.Of(names), GetAwsSettings(), Clouds, stop);
        await EachAsync(found, (table, _, token) => ListAsync(table, GetAwsSettings(), output, token), output, stop);
    }

    private async Task RefreshAsync(DynamoExport export, CommandOutput output, CancellationToken stop) =>
        await output.WriteAsync(
            await ExportFinding.RefreshAsync(export, GetAwsSettings(export.Region, export.EndpointUrl), GetAzureSettings(), Clouds, stop),
            stop);

    private async Task FindAsync(string arn, CommandOutput output, CancellationToken stop) =>
        await output.WriteAsync(await ExportFinding.FindAsync(arn, GetAwsSettings(), Clouds, stop), stop);

    private async Task ReadAsync(Uri location, CommandOutput output, CancellationToken stop)
    {
        DynamoExport export = await ExportFinding.ReadAsync(location, GetAwsSettings(), GetAzureSettings(), Clouds, stop);
        if (export.ExportArn is null) await output.WarningAsync($"{location.GetLeftPart(UriPartial.Path)} holds files of DynamoDB JSON " +
            "without a manifest. They can be imported, but nothing tells how many items there should be.", stop);
        await output.WriteAsync(
            export with { PartitionKey = PartitionKeyAttribute, SortKey = SortKeyAttribute, TtlAttribute = TtlAttribute }, stop);
    }
}
