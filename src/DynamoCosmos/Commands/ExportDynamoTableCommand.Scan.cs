using System.Management.Automation;
using DynamoCosmos.Aws;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <content>Exports by a scan, where point-in-time recovery can't be had.</content>
public sealed partial class ExportDynamoTableCommand
{
    // What only DynamoDB's own export can do.
    private static readonly string[] s_notOfScan =
        [nameof(ExportTime), nameof(Incremental), nameof(From), nameof(To), nameof(ExportViewType), nameof(S3BucketOwner), nameof(KmsKeyId),
            nameof(EnablePointInTimeRecovery), nameof(ClientToken)];

    private static readonly string[] s_ofScan = [nameof(MaxReadCapacity), nameof(ReadCapacityPercent), nameof(ConsistentRead)];

    private ScanExport? _scan;

    [Parameter(ParameterSetName = "Name"), Parameter(ParameterSetName = "Table")]
    [Parameter(Mandatory = true, ParameterSetName = "NameToFolder"), Parameter(Mandatory = true, ParameterSetName = "TableToFolder")]
    public SwitchParameter Scan { get; set; }

    /// <summary>A folder on disk, below which the export gets its own.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NameToFolder"), Parameter(Mandatory = true, ParameterSetName = "TableToFolder"),
        Alias("PSPath"), ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    [Parameter(ParameterSetName = "Name"), Parameter(ParameterSetName = "Table"), Parameter(ParameterSetName = "NameToFolder"),
        Parameter(ParameterSetName = "TableToFolder")]
    [ValidateRange(1, 10_000_000)]
    public int? MaxReadCapacity { get; set; }

    [Parameter(ParameterSetName = "Name"), Parameter(ParameterSetName = "Table"), Parameter(ParameterSetName = "NameToFolder"),
        Parameter(ParameterSetName = "TableToFolder")]
    [ValidateRange(1, 100)]
    public int? ReadCapacityPercent { get; set; }

    [Parameter(ParameterSetName = "Name"), Parameter(ParameterSetName = "Table"), Parameter(ParameterSetName = "NameToFolder"),
        Parameter(ParameterSetName = "TableToFolder")]
    public SwitchParameter ConsistentRead { get; set; }

    private void CheckScan()
    {
        string[] wrong = [.. (Scan ? s_notOfScan : s_ofScan).Where(MyInvocation.BoundParameters.ContainsKey)];
        if (wrong.Length > 0) ThrowTerminatingError(Errors.ScanUnclear(wrong, Scan));
        if (Scan && Format != ExportFormat.DynamoDBJson) ThrowTerminatingError(Errors.ScanUnclear([nameof(Format)], isScan: true));
    }

    /// <summary>One after the other: each may take all of the capacity that was granted.</summary>
    private void ScanTables()
    {
        string? folder = Path is null ? null : ResolvePath(Path);
        ScanDestination destination =
            folder is null ? new() { S3Bucket = S3Bucket, S3Prefix = S3Prefix } : new() { Folder = folder, S3Prefix = S3Prefix };
        foreach (DynamoTable table in _tables)
        {
            string action = $"Scan and write as an export to {folder ?? $"s3://{S3Bucket}/{S3Prefix}"}, which is no state of one moment";
            if (!ShouldProcess($"{table.TableName} ({Units.Count(table.ItemCount)} items, {Units.Bytes(table.TableSizeBytes)})",
                action)) continue;
            ScanExport scan = new(table, destination,
                new() { MaxReadCapacity = MaxReadCapacity, ReadCapacityPercent = ReadCapacityPercent, ConsistentRead = ConsistentRead },
                GetAwsSettings(table.Region, table.EndpointUrl), Clouds.Aws);
            Volatile.Write(ref _scan, scan);
            Run((output, stop) => Plans.TryAsync<DynamoExport>(output, async () =>
            {
                DynamoExport export = await scan.RunAsync(stop);
                await output.WriteAsync(export, stop);
                return export;
            }, stop), () => ScanProgress(table));
        }
    }

    private ProgressRecord? ScanProgress(DynamoTable table)
    {
        if (Volatile.Read(ref _scan) is not ScanExport scan) return null;
        // The table's own count is some hours old: enough for a bar.
        return new(1, $"Scanning {table.TableName}", $"{Units.Count(scan.Read)} of about {Units.Count(table.ItemCount)} items")
        {
            PercentComplete = table.ItemCount > 0 ? (int)Math.Min(99, 100 * scan.Read / table.ItemCount) : -1,
        };
    }
}
