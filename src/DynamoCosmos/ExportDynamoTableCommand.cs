using System.Diagnostics;
using System.Management.Automation;
using DynamoCosmos.Dynamo;

namespace DynamoCosmos.Commands;

/// <summary>Exports tables to S3 by DynamoDB's own export, several side by side.</summary>
[Cmdlet(VerbsData.Export, "DynamoTable", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(DynamoExport))]
public sealed class ExportDynamoTableCommand : AwsCommand
{
    private readonly List<DynamoTable> _tables = [];
    private int _ended;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(TableCompleter))]
    public string[] TableName { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "Table", ValueFromPipeline = true)]
    public DynamoTable? Table { get; set; }

    [Parameter(Mandatory = true, Position = 1), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(BucketCompleter))]
    public string S3Bucket { get; set; } = "";

    [Parameter, ArgumentCompleter(typeof(PrefixCompleter))]
    public string? S3Prefix { get; set; }

    /// <summary>The account's id of 12 digits.</summary>
    [Parameter]
    public string? S3BucketOwner { get; set; }

    [Parameter]
    public DateTimeOffset? ExportTime { get; set; }

    [Parameter]
    public ExportFormat Format { get; set; }

    [Parameter]
    public string? KmsKeyId { get; set; }

    [Parameter]
    public SwitchParameter EnablePointInTimeRecovery { get; set; }

    [Parameter]
    public string? ClientToken { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    [Parameter, Seconds]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(15);

    protected override void ProcessRecord()
    {
        if (Table is not null) _tables.Add(Table);
        else _tables.AddRange(Await(DescribeAsync));
    }

    protected override void EndProcessing()
    {
        List<DynamoTable> agreed = [.. _tables.Where(table => ShouldProcess(
            $"{table.TableName} ({Units.Count(table.ItemCount)} items, {Units.Bytes(table.TableSizeBytes)})", Describe(table)))];
        if (agreed.Count == 0) return;
        Stopwatch clock = Stopwatch.StartNew();
        Run((output, stop) => Task.WhenAll(agreed.Select(table => ExportAsync(table, output, stop))), () => Progress(agreed.Count, clock.Elapsed));
    }

    private async Task<List<DynamoTable>> DescribeAsync(CommandOutput output, CancellationToken stop)
    {
        using DynamoTables tables = new(GetAwsSettings());
        List<DynamoTable> found = [];
        await foreach (TableAnswer answer in tables.DescribeAsync(tables.FindNamesAsync(TableName, null, stop), stop))
        {
            if (answer.Table is not null) found.Add(answer.Table);
            else await output.ErrorAsync(answer.Failure!, stop);
        }
        return found;
    }

    private async Task ExportAsync(DynamoTable table, CommandOutput output, CancellationToken stop)
    {
        try
        {
            using TableExport exports = new(GetAwsSettings(table.Region, table.EndpointUrl));
            DynamoExport export = await exports.StartAsync(table, Request, output, stop);
            await output.VerboseAsync($"{export.ExportArn} is {export.ExportStatus} and goes to {export.Location}", stop);
            await output.WriteAsync(NoWait ? export : await exports.WaitAsync(export, PollInterval, stop), stop);
        }
        catch (MigrationException failure)
        {
            await output.ErrorAsync(failure, stop);
        }
        finally
        {
            Interlocked.Increment(ref _ended);
        }
    }

    private ExportRequest Request => new()
    {
        S3Bucket = S3Bucket,
        S3Prefix = S3Prefix,
        S3BucketOwner = S3BucketOwner,
        ExportTime = ExportTime,
        Format = Format,
        KmsKeyId = KmsKeyId,
        ClientToken = ClientToken,
        EnablePointInTimeRecovery = EnablePointInTimeRecovery,
    };

    private string Describe(DynamoTable table)
    {
        string recovery = !table.PointInTimeRecovery && EnablePointInTimeRecovery ? "Switch on point-in-time recovery and export" : "Export";
        return $"{recovery} to s3://{S3Bucket}/{S3Prefix} as {Format}, as of {(ExportTime is DateTimeOffset time ? Units.Time(time) : "now")}";
    }

    private ProgressRecord Progress(int count, TimeSpan elapsed)
    {
        int ended = Volatile.Read(ref _ended);
        return new(1, "Exporting tables to S3", $"{ended} of {count} ended after {Units.Duration(elapsed)}; AWS takes some minutes for the smallest table") { PercentComplete = 100 * ended / count };
    }
}
