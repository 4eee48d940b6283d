using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;

namespace DynamoCosmos.Aws;

/// <summary>Tells what an export is from what was found where its files lie, whoever put them there.</summary>
public static class ExportReading
{
    /// <summary>
    /// Describes it as its manifest does; the keys of the table are not in that. Of a folder of items without a manifest little is known:
    /// its place.
    /// </summary>
    public static DynamoExport Describe(OpenedExport export, AwsSettings aws)
    {
        Uri location = export.Folder.Location;
        Uri? endpoint = location.Scheme == "s3" ? aws.EndpointUrl : null;
        if (export.Manifest is not ExportManifest manifest)
            return new() { ExportStatus = "COMPLETED", Location = location, Region = aws.Region, EndpointUrl = endpoint };
        return new()
        {
            ExportArn = manifest.ExportArn,
            ExportStatus = "COMPLETED",
            TableArn = manifest.TableArn,
            TableName = TableName.Of(manifest.TableArn),
            ExportFormat = manifest.Format == ItemFormat.Ion ? ExportFormat.Ion : ExportFormat.DynamoDBJson,
            ExportType = manifest.IsIncremental ? ExportType.Incremental : ExportType.Full,
            IsScan = manifest.IsScan,
            ExportTime = manifest.ExportTime,
            ExportFromTime = manifest.ExportFromTime,
            ExportToTime = manifest.ExportToTime,
            OutputView = manifest.OutputView,
            StartTime = manifest.StartTime,
            EndTime = manifest.EndTime,
            S3Bucket = manifest.S3Bucket,
            S3Prefix = manifest.S3Prefix,
            ItemCount = manifest.ItemCount,
            BilledSizeBytes = manifest.BilledSizeBytes,
            Location = location,
            Region = aws.Region ?? TableName.RegionOf(manifest.TableArn),
            EndpointUrl = endpoint,
        };
    }
}
