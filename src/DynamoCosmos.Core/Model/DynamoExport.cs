using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Model;

public enum ExportFormat
{
    DynamoDBJson,
    Ion,
}

public enum ExportType
{
    Full,
    Incremental,
}

/// <summary>
/// An export and where its files are now. Copying an export elsewhere gives the same export with another <see cref="Location"/>.
/// </summary>
public sealed record DynamoExport
{
    /// <summary>Null for a folder without a manifest.</summary>
    public string? ExportArn { get; init; }

    /// <summary>IN_PROGRESS, COMPLETED or FAILED, as AWS says; COMPLETED for one found by its manifest.</summary>
    public required string ExportStatus { get; init; }

    public string? TableArn { get; init; }

    public string? TableName { get; init; }

    /// <summary>From the table. An export found by its manifest alone does not have it: manifests do not name the keys.</summary>
    public KeyAttribute? PartitionKey { get; init; }

    public KeyAttribute? SortKey { get; init; }

    public string? TtlAttribute { get; init; }

    public ExportFormat ExportFormat { get; init; }

    public ExportType ExportType { get; init; }

    /// <summary>
    /// Written by a scan (an export Scan): no state of one moment, but of the time from <see cref="StartTime"/> to <see cref="EndTime"/>.
    /// </summary>
    public bool IsScan { get; init; }

    /// <summary>The state that a full export shows; of a scan, when it began.</summary>
    public DateTimeOffset? ExportTime { get; init; }

    /// <summary>Incremental: inclusive.</summary>
    public DateTimeOffset? ExportFromTime { get; init; }

    /// <summary>Incremental: exclusive.</summary>
    public DateTimeOffset? ExportToTime { get; init; }

    /// <summary>NEW_IMAGE or NEW_AND_OLD_IMAGES, for an incremental export.</summary>
    public string? OutputView { get; init; }

    /// <summary>What of the table's history it holds; null where its table or its time are not known.</summary>
    public ExportSpan? Span =>
        TableArn is not null && (ExportType == ExportType.Incremental ? ExportToTime : ExportTime) is DateTimeOffset to
            ? new(TableArn, ExportType == ExportType.Incremental ? ExportFromTime : null, to)
            : null;

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    /// <summary>How long AWS took to write it; of a scan, how long it ran.</summary>
    public TimeSpan? Duration => EndTime - StartTime;

    public string? S3Bucket { get; init; }

    public string? S3Prefix { get; init; }

    public string? S3BucketOwner { get; init; }

    public long? ItemCount { get; init; }

    public long? BilledSizeBytes { get; init; }

    /// <summary>
    /// The export's own folder (the one that holds manifest-summary.json), ending in a slash: <c>s3://bucket/prefix/AWSDynamoDB/…/</c>,
    /// an https URL of a lake's blob endpoint, or a <c>file://</c> URL. Null until the export has one.
    /// </summary>
    public Uri? Location { get; init; }

    public string? Region { get; init; }

    /// <summary>Where S3 was reached, when that is not the region's own endpoint.</summary>
    public Uri? EndpointUrl { get; init; }

    /// <summary>How it came to its <see cref="Location"/>, where a copy brought it there.</summary>
    public CopyResult? Copy { get; init; }

    public KeyMap? Keys => PartitionKey is null ? null : new(PartitionKey, SortKey, TtlAttribute);

    public override string ToString() => $"{TableName ?? "Export"}, {ExportType}, {ExportStatus}, {Location?.ToString() ?? ExportArn}";
}
