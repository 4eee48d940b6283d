using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Sandbox.Aws.Exports;

/// <summary>What ExportTableToPointInTime was asked for: two requests are the same when all of it is.</summary>
internal sealed record ExportRequest(
    string TableArn, string Bucket, string? Prefix, string? BucketOwner, string? SseAlgorithm, string? KmsKeyId,
    DateTimeOffset? Time, bool IsIon, bool IsIncremental, DateTimeOffset? From, DateTimeOffset? To, string View);

/// <summary>An export under way, or what became of it.</summary>
internal sealed class ExportJob(ExportRequest request, ExportFacts facts, StandInTable table, AwsCredential credential,
    DateTimeOffset completesAt, string clientToken)
{
    internal ExportRequest Request { get; } = request;

    internal ExportFacts Facts { get; set; } = facts;

    internal StandInTable Table { get; } = table;

    internal AwsCredential Credential { get; } = credential;

    internal DateTimeOffset CompletesAt { get; } = completesAt;

    internal string ClientToken { get; } = clientToken;

    internal string Status { get; set; } = "IN_PROGRESS";

    internal List<StoredItem>? Items { get; set; }

    internal List<ItemChange>? Changes { get; set; }

    internal long ItemCount { get; set; }

    internal long BilledBytes { get; set; }

    internal string? ManifestKey { get; set; }

    internal string? FailureCode { get; set; }

    internal string? FailureMessage { get; set; }

    internal JsonObject Describe()
    {
        JsonObject description = new()
        {
            ["ExportArn"] = Facts.ExportArn,
            ["ExportStatus"] = Status,
            ["StartTime"] = DynamoAnswer.Time(Facts.StartTime),
            ["TableArn"] = Facts.TableArn,
            ["TableId"] = Facts.TableId,
            ["ClientToken"] = ClientToken,
            ["S3Bucket"] = Facts.S3Bucket,
            ["ExportFormat"] = Facts.IsIon ? "ION" : "DYNAMODB_JSON",
            ["ExportType"] = Facts.IsIncremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT",
            ["S3SseAlgorithm"] = Facts.SseAlgorithm,
        };
        if (Request.BucketOwner is not null) description["S3BucketOwner"] = Request.BucketOwner;
        if (Facts.S3Prefix is not null) description["S3Prefix"] = Facts.S3Prefix;
        if (Facts.KmsKeyId is not null) description["S3SseKmsKeyId"] = Facts.KmsKeyId;
        if (Facts.IsIncremental)
        {
            description["IncrementalExportSpecification"] = new JsonObject
            {
                ["ExportFromTime"] = DynamoAnswer.Time(Facts.FromTime!.Value),
                ["ExportToTime"] = DynamoAnswer.Time(Facts.ToTime!.Value),
                ["ExportViewType"] = Facts.OutputView,
            };
        }
        else
        {
            description["ExportTime"] = DynamoAnswer.Time(Facts.ExportTime);
        }
        if (Status != "IN_PROGRESS") description["EndTime"] = DynamoAnswer.Time(Facts.EndTime);
        if (Status == "COMPLETED")
        {
            description["ExportManifest"] = ManifestKey;
            description["ItemCount"] = ItemCount;
            description["BilledSizeBytes"] = BilledBytes;
        }
        if (FailureCode is not null)
        {
            description["FailureCode"] = FailureCode;
            description["FailureMessage"] = FailureMessage;
        }
        return description;
    }
}
