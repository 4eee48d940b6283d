using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Aws;

/// <summary>An export from where its files lie, whoever put them there.</summary>
public static class ExportReading
{
    /// <summary>
    /// Reads and proves both manifests; no data file is opened. The keys of the table are not in them. A folder of items without a manifest gives what little is
    /// known of it: its place.
    /// </summary>
    /// <exception cref="MigrationException">ExportManifestMissing, ExportManifestDamaged, ExportManifestMd5Mismatch, ManifestItemCountMismatch, and the store's own.</exception>
    public static async Task<DynamoExport> ReadAsync(ExportFolder folder, AwsSettings aws, CancellationToken cancellationToken)
    {
        if (!await ItemFolderSource.IsExportAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            await ItemFolderSource.CheckAsync(folder, cancellationToken).ConfigureAwait(false);
            return new() { ExportStatus = "COMPLETED", Location = folder.Location, Region = aws.Region, EndpointUrl = folder.Location.Scheme == "s3" ? aws.EndpointUrl : null };
        }
        ExportManifest manifest = await ExportManifest.ReadAsync(folder, cancellationToken).ConfigureAwait(false);
        // Read to its end, the list of files has proved itself too.
        await foreach (DataFile _ in manifest.ReadFilesAsync(folder, cancellationToken).ConfigureAwait(false))
        {
        }
        bool isInS3 = folder.Location.Scheme == "s3";
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
            Location = folder.Location,
            Region = aws.Region ?? TableName.RegionOf(manifest.TableArn),
            EndpointUrl = isInS3 ? aws.EndpointUrl : null,
        };
    }
}
