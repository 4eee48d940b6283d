using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Exports;

/// <summary>
/// <c>manifest-summary.json</c> of an export: the frame of what its data files hold. Both its own bytes and those of
/// <c>manifest-files.json</c> are proved by the checksum files beside them before anything in them is believed.
/// </summary>
public sealed partial record ExportManifest
{
    public required string ExportArn { get; init; }

    public required string TableArn { get; init; }

    public string? TableId { get; init; }

    /// <summary>DynamoDBJson or Ion.</summary>
    public required ItemFormat Format { get; init; }

    public bool IsIncremental { get; init; }

    /// <summary>
    /// What the summary's <c>exportSource</c> says of an export that is no state of one moment. AWS writes no such member.
    /// </summary>
    internal const string ScanSource = "SCAN";

    /// <summary>Written by a scan of the table (an export Scan).</summary>
    public bool IsScan { get; init; }

    /// <summary>Items, or changes of an incremental export, in all data files.</summary>
    public required long ItemCount { get; init; }

    public long? BilledSizeBytes { get; init; }

    /// <summary>The state that a full export shows; of a scan, when it began.</summary>
    public DateTimeOffset? ExportTime { get; init; }

    /// <summary>Incremental: inclusive.</summary>
    public DateTimeOffset? ExportFromTime { get; init; }

    /// <summary>Incremental: exclusive.</summary>
    public DateTimeOffset? ExportToTime { get; init; }

    /// <summary>NEW_IMAGE or NEW_AND_OLD_IMAGES, for an incremental export.</summary>
    public string? OutputView { get; init; }

    /// <summary>Null for a full export whose manifest does not tell its time.</summary>
    public ExportSpan? Span => (IsIncremental ? ExportToTime : ExportTime) is DateTimeOffset to ? new(TableArn, ExportFromTime, to) : null;

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Where DynamoDB wrote it, which need not be where it lies now.</summary>
    public required string S3Bucket { get; init; }

    public string? S3Prefix { get; init; }

    /// <summary>As in the summary: from the bucket's root, prefix included.</summary>
    public required string ManifestFilesS3Key { get; init; }
}

/// <summary>One line of <c>manifest-files.json</c>.</summary>
/// <param name="S3Key">As in the manifest: stable wherever the export lies, so it names the file in checkpoints and rejections.</param>
/// <param name="Key">In the store that is read from.</param>
/// <param name="ItemCount">Lines of the file. Empty partitions of the table make files with none.</param>
/// <param name="Md5">Base64, of the bytes as stored (compressed).</param>
public sealed record DataFile(string S3Key, string Key, long ItemCount, string Md5);
