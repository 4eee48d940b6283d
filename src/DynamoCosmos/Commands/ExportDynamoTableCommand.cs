using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
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
    private readonly ConcurrentDictionary<int, string> _underWay = new();
    private int _ended;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name")]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NameToFolder"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(TableCompleter))]
    public string[] TableName { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "Table", ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = "TableToFolder", ValueFromPipeline = true), ModuleObject(typeof(DynamoTable))]
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
        bool isUnclear = isIncremental ? ExportTime is not null || (Since is null && From is null) : From is not null || To is not null || ExportViewType is not null;
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
        List<(DynamoTable Table, IReadOnlyList<ExportRequest> Requests)> agreed = [];
        foreach (DynamoTable table in _tables)
        {
            if (TryPlan(table) is not IReadOnlyList<ExportRequest> requests) continue;
            if (ShouldProcess($"{table.TableName} ({Units.Count(table.ItemCount)} items, {Units.Bytes(table.TableSizeBytes)})", Describe(table, requests))) agreed.Add((table, requests));
        }
        if (agreed.Count == 0) return;
        Stopwatch clock = Stopwatch.StartNew();
        string[] names = [.. agreed.Select(static plan => plan.Table.TableName)];
        Run((output, stop) => Task.WhenAll(agreed.Select((plan, index) => ExportAsync(index, plan.Table, plan.Requests, output, stop))), () => Progress(names, clock.Elapsed));
    }

    private async Task<List<DynamoTable>> DescribeAsync(CommandOutput output, CancellationToken stop)
    {
        using DynamoTables tables = new(GetAwsSettings(Since?.Region, Since?.EndpointUrl));
        string[] wanted = Since is null ? TableName : [Since.TableArn ?? Since.TableName ?? ""];
        List<DynamoTable> found = [];
        await foreach (TableAnswer answer in tables.DescribeAsync(tables.FindNamesAsync(wanted, null, stop), stop))
        {
            if (answer.Table is not null) found.Add(answer.Table);
            else await output.ErrorAsync(answer.Failure!, stop);
        }
        return found;
    }

    private async Task ExportAsync(int index, DynamoTable table, IReadOnlyList<ExportRequest> requests, CommandOutput output, CancellationToken stop)
    {
        try
        {
            using TableExport exports = new(GetAwsSettings(table.Region, table.EndpointUrl));
            List<DynamoExport> started = [];
            foreach (ExportRequest request in requests)
            {
                _underWay[index] = requests.Count == 1 ? "is being asked for" : $"window {started.Count + 1} of {requests.Count} is being asked for";
                DynamoExport export = await exports.StartAsync(table, request, output, stop);
                await output.VerboseAsync($"{export.ExportArn} is {export.ExportStatus} and goes to {export.Location}", stop);
                started.Add(export);
            }
            // In their order, and none after one that failed: whoever takes them may rely on it.
            foreach (DynamoExport export in started)
            {
                _underWay[index] = (started.Count == 1 ? "" : $"window {started.IndexOf(export) + 1} of {started.Count} ") + $"is {export.ExportStatus} since {Units.Time(export.StartTime)}";
                await output.WriteAsync(NoWait ? export : await exports.WaitAsync(export, PollInterval, stop), stop);
            }
        }
        catch (MigrationException failure)
        {
            await output.ErrorAsync(failure, stop);
        }
        finally
        {
            _underWay.TryRemove(index, out _);
            Interlocked.Increment(ref _ended);
        }
    }

    /// <summary>One request for the table as it is, or one for each window of its changes; null where there can be none.</summary>
    private IReadOnlyList<ExportRequest>? TryPlan(DynamoTable table)
    {
        try
        {
            ExportRequest request = Request;
            return request.IsIncremental ? ExportWindows.Split(table, request, DateTimeOffset.UtcNow) : [request];
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

    private string Describe(DynamoTable table, IReadOnlyList<ExportRequest> requests)
    {
        string recovery = !table.PointInTimeRecovery && EnablePointInTimeRecovery ? "Switch on point-in-time recovery and export" : "Export";
        return $"{recovery} to s3://{Bucket}/{Prefix} as {Format}, {DescribeTime(requests)}";
    }

    private static string DescribeTime(IReadOnlyList<ExportRequest> requests) => requests[0].IsIncremental
        ? $"the changes from {Units.Time(requests[0].FromTime)} to {Units.Time(requests[^1].ToTime)}, in {(requests.Count == 1 ? "one window" : $"{requests.Count} windows")}"
        : $"as of {(requests[0].ExportTime is DateTimeOffset time ? Units.Time(time) : "now")}";

    private NestedProgress Progress(string[] tables, TimeSpan elapsed)
    {
        int ended = Volatile.Read(ref _ended);
        // One table's bar would say what the bar above says. Its own ToArray is a moment's; LINQ's would copy while tables come and go, and fail.
        KeyValuePair<int, string>[] underWay = tables.Length == 1 ? [] : _underWay.ToArray();
        IEnumerable<ProgressRecord> bars = underWay.OrderBy(static one => one.Key).Take(MaxBars).Select(one => new ProgressRecord(100 + one.Key, tables[one.Key], one.Value));
        return new(1, "Exporting tables to S3", $"{ended} of {tables.Length} ended after {Units.Duration(elapsed)}; AWS takes some minutes for the smallest table", [.. bars])
        {
            PercentComplete = 100 * ended / tables.Length,
        };
    }
}
