using System.Diagnostics;
using System.Management.Automation;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Sessions;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Exports tables to S3 by DynamoDB's own export, several side by side; or by a scan, also to a folder.</summary>
[Cmdlet(VerbsData.Export, "DynamoTable", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(DynamoExport))]
public sealed partial class ExportDynamoTableCommand : AwsCommand
{
    // More bars than these would push the rest out of a console.
    private const int MaxBars = 8;

    private readonly List<DynamoTable> _tables = [];

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NameToFolder", ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true), SupportsWildcards, NameText(OrProperty = ["TableName"]), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(TableCompleter))]
    public string[] TableName { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "Table", ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = "TableToFolder", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoTable), Or = [typeof(string)], OrProperty = ["TableName"])]
    public DynamoTable? Table { get; set; }

    /// <summary>Goes on from its end, with the changes since then.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Since"), ModuleObject(typeof(DynamoExport))]
    public DynamoExport? Since { get; set; }

    /// <summary>Default with -Since: the earlier export's.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Name")]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Table")]
    [Parameter(ParameterSetName = "Since"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(BucketCompleter))]
    public string S3Bucket { get; set; } = "";

    [Parameter, ArgumentCompleter(typeof(PrefixCompleter))]
    public string? S3Prefix { get; set; }

    /// <summary>The account's id of 12 digits.</summary>
    [Parameter]
    public string? S3BucketOwner { get; set; }

    [Parameter]
    public DateTimeOffset? ExportTime { get; set; }

    /// <summary>The changes of a time, in place of the table.</summary>
    [Parameter]
    public SwitchParameter Incremental { get; set; }

    /// <summary>Inclusive.</summary>
    [Parameter(ParameterSetName = "Name")]
    [Parameter(ParameterSetName = "Table")]
    public DateTimeOffset? From { get; set; }

    /// <summary>Exclusive. Default: as far as AWS can show changes now.</summary>
    [Parameter]
    public DateTimeOffset? To { get; set; }

    [Parameter, ValidateSet("NEW_IMAGE", "NEW_AND_OLD_IMAGES")]
    public string? ExportViewType { get; set; }

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

    protected override void BeginProcessing()
    {
        bool isIncremental = Incremental || Since is not null;
        bool isUnclear = isIncremental
            ? ExportTime is not null || (Since is null && From is null) : From is not null || To is not null || ExportViewType is not null;
        if (isUnclear) ThrowTerminatingError(Errors.IncrementalUnclear());
        CheckScan();
    }

    protected override void ProcessRecord()
    {
        if (Table is not null) _tables.Add(Table);
        else _tables.AddRange(Await(DescribeAsync));
    }

    protected override void EndProcessing()
    {
        if (Scan)
        {
            ScanTables();
            return;
        }
        List<TableExportPlan> agreed = [];
        foreach (DynamoTable table in _tables)
        {
            if (TryPlan(table) is not TableExportPlan plan) continue;
            if (ShouldProcess($"{table.TableName} ({Units.Count(table.ItemCount)} items, {Units.Bytes(table.TableSizeBytes)})",
                Describe(plan))) agreed.Add(plan);
        }
        if (agreed.Count == 0) return;
        Stopwatch clock = Stopwatch.StartNew();
        TableExports exports = new(agreed, table => GetAwsSettings(table.Region, table.EndpointUrl), Clouds)
        {
            PollInterval = NoWait ? null : PollInterval,
        };
        Run(
            (output, stop) => exports.RunAsync(output, (export, cancel) => output.WriteAsync(export, cancel), output.ErrorAsync, stop),
            () => Progress(exports, clock.Elapsed));
    }

    private async Task<List<DynamoTable>> DescribeAsync(CommandOutput output, CancellationToken stop)
    {
        DynamoTables tables = new(GetAwsSettings(Since?.Region, Since?.EndpointUrl), Clouds.Aws);
        string[] wanted = Since is null ? TableName : [Since.TableArn ?? Since.TableName ?? ""];
        List<DynamoTable> found = [];
        await foreach (TableAnswer answer in tables.DescribeAsync(tables.FindNamesAsync(wanted, NamePatterns.Of(wanted), stop), stop))
        {
            if (answer.Table is not null) found.Add(answer.Table);
            else await output.ErrorAsync(answer.Failure!, stop);
        }
        return found;
    }

    /// <summary>One request for the table as it is, or one for each window of its changes; null where there can be none.</summary>
    private TableExportPlan? TryPlan(DynamoTable table)
    {
        try
        {
            return TableExportPlan.Of(table, Request, DateTimeOffset.UtcNow);
        }
        catch (MigrationException failure)
        {
            WriteError(Errors.From(failure));
            return null;
        }
    }

    private string Bucket => S3Bucket.Length > 0 ? S3Bucket : Since?.S3Bucket ?? "";

    // Beside the earlier export, where an import looks for what it follows.
    private string? Prefix => S3Prefix ?? (S3Bucket.Length > 0 ? null : Since?.S3Prefix);

    private ExportRequest Request => new()
    {
        S3Bucket = Bucket,
        S3Prefix = Prefix,
        S3BucketOwner = S3BucketOwner ?? Since?.S3BucketOwner,
        ExportTime = ExportTime,
        FromTime = Since is null ? From : ExportWindows.EndOf(Since),
        ToTime = To,
        WithOldImages = ExportViewType == "NEW_AND_OLD_IMAGES",
        Format = Format,
        KmsKeyId = KmsKeyId,
        ClientToken = ClientToken,
        EnablePointInTimeRecovery = EnablePointInTimeRecovery,
    };

    private string Describe(TableExportPlan plan)
    {
        string recovery =
            !plan.Table.PointInTimeRecovery && EnablePointInTimeRecovery ? "Switch on point-in-time recovery and export" : "Export";
        return $"{recovery} to s3://{Bucket}/{Prefix} as {Format}, {DescribeTime(plan.Requests)}";
    }

    private static string DescribeTime(IReadOnlyList<ExportRequest> requests) => requests[0].IsIncremental
        ? $"the changes from {Units.Time(requests[0].FromTime)} to {Units.Time(requests[^1].ToTime)}, in " +
            $"{(requests.Count == 1 ? "one window" : $"{requests.Count} windows")}"
        : $"as of {(requests[0].ExportTime is DateTimeOffset time ? Units.Time(time) : "now")}";

    private static NestedProgress Progress(TableExports exports, TimeSpan elapsed)
    {
        (int ended, int tables) = (exports.Ended, exports.Plans.Count);
        // One table's bar would say what the bar above says.
        IEnumerable<TableExportState> underWay = tables == 1 ? [] : exports.UnderWay.Take(MaxBars);
        IEnumerable<ProgressRecord> bars =
            underWay.Select(one => new ProgressRecord(100 + one.Table, exports.Plans[one.Table].Table.TableName, Describe(one)));
        return new(1, "Exporting tables to S3",
            $"{ended} of {tables} ended after {Units.Duration(elapsed)}; AWS takes some minutes for the smallest table", [.. bars])
        {
            PercentComplete = 100 * ended / tables,
        };
    }

    private static string Describe(TableExportState at) =>
        (at.Windows == 1 ? "" : $"window {at.Window} of {at.Windows} ") +
            (at.Status is null ? "is being asked for" : $"is {at.Status} since {Units.Time(at.StartTime)}");
}
