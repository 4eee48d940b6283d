using System.Management.Automation;
using DynamoCosmos.Aws;
using DynamoCosmos.Completion;
using DynamoCosmos.Model;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

/// <summary>Shows tables with what their migration needs to know.</summary>
[Cmdlet(VerbsCommon.Get, "DynamoTable")]
[OutputType(typeof(DynamoTable))]
public sealed class GetDynamoTableCommand : AwsCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), Alias("TableName"), SupportsWildcards,
        NameText(OrProperty = ["Name", "TableName"]), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(TableCompleter))]
    public string[] Name { get; set; } = ["*"];

    protected override void ProcessRecord() => Run(async (output, stop) =>
    {
        DynamoTables tables = new(GetAwsSettings(), Clouds.Aws);
        await foreach (TableAnswer answer in tables.DescribeAsync(tables.FindNamesAsync(Name, NamePatterns.Of(Name), stop), stop))
        {
            if (answer.Table is not null) await output.WriteAsync(answer.Table, stop);
            else await output.ErrorAsync(answer.Failure!, stop);
        }
    });
}
