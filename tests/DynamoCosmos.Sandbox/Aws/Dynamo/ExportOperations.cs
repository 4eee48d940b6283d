using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>Exports: to ask for one, to look at one, to list them.</summary>
internal sealed partial class ExportOperations(DynamoStandIn dynamo)
{
    internal Task StartAsync(AwsCall call)
    {
        DynamoInput input = DynamoInput.Parse(
            call.Body, "TableArn", "S3Bucket", "S3Prefix", "S3BucketOwner", "S3SseAlgorithm", "S3SseKmsKeyId", "ExportTime", "ExportFormat",
                "ExportType",
            "IncrementalExportSpecification", "ClientToken");
        string arn = input.Text("TableArn");
        StandInTable table;
        try
        {
            table = dynamo.Find(arn);
        }
        catch (AwsException)
        {
            throw new AwsException(400, "TableNotFoundException", $"Table not found: {arn}");
        }
        string bucket = input.Text("S3Bucket");
        if (!ValidBucket().IsMatch(bucket)) throw AwsException.Validation("1 validation error detected: Value at 's3Bucket' failed to " +
            "satisfy constraint: Member must satisfy regular expression pattern");
        string type = OneOf(input, "ExportType", "FULL_EXPORT", "INCREMENTAL_EXPORT");
        string format = OneOf(input, "ExportFormat", "DYNAMODB_JSON", "ION");
        DynamoInput? window = input.Inner("IncrementalExportSpecification");
        bool isIncremental = type == "INCREMENTAL_EXPORT";
        if (isIncremental == window is null) throw AwsException.Validation("IncrementalExportSpecification must be given for an " +
            "incremental export, and for no other");
        if (isIncremental
            && input.Time("ExportTime") is not null) throw AwsException.Validation("ExportTime is not allowed for an incremental export");
        ExportRequest request = new(
            table.Arn, bucket, input.OptionalText("S3Prefix"), input.OptionalText("S3BucketOwner"), input.OptionalText("S3SseAlgorithm"),
                input.OptionalText("S3SseKmsKeyId"),
            input.Time("ExportTime"), format == "ION", isIncremental, window?.Time("ExportFromTime"), window?.Time("ExportToTime"),
            window is DynamoInput specification
                ? OneOf(specification, "ExportViewType", "NEW_AND_OLD_IMAGES", "NEW_IMAGE") : "NEW_AND_OLD_IMAGES");
        ExportJob job =
            dynamo.Exports.Start(request, input.OptionalText("ClientToken") ?? Guid.NewGuid().ToString(), table, call.Credential);
        return DynamoAnswer.WriteAsync(call, new JsonObject { ["ExportDescription"] = job.Describe() });
    }

    internal Task DescribeAsync(AwsCall call)
    {
        string arn = DynamoInput.Parse(call.Body, "ExportArn").Text("ExportArn");
        ExportJob job = dynamo.Exports.Find(arn) ?? throw new AwsException(400, "ExportNotFoundException", $"Export not found: {arn}");
        return DynamoAnswer.WriteAsync(call, new JsonObject { ["ExportDescription"] = job.Describe() });
    }

    internal Task ListAsync(AwsCall call)
    {
        DynamoInput input = DynamoInput.Parse(call.Body, "TableArn", "MaxResults", "NextToken");
        int limit = input.Number("MaxResults") ?? 25;
        if (limit is < 1 or > 25) throw AwsException.Validation($"1 validation error detected: Value '{limit}' at 'maxResults' failed " +
            "to satisfy constraint: Member must have value less than or equal to 25");
        string? tableArn = input.OptionalText("TableArn"), token = input.OptionalText("NextToken");
        List<ExportJob> jobs = [.. dynamo.Exports.All.Where(job => tableArn is null || job.Facts.TableArn == tableArn)];
        if (token is not null) jobs = [.. jobs.SkipWhile(job => job.Facts.ExportArn != token).Skip(1)];
        JsonObject answer = new()
        {
            ["ExportSummaries"] = new JsonArray([.. jobs.Take(limit).Select(static job => (JsonNode)new JsonObject
            {
                ["ExportArn"] = job.Facts.ExportArn,
                ["ExportStatus"] = job.Status,
                ["ExportType"] = job.Facts.IsIncremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT",
            })]),
        };
        if (jobs.Count > limit) answer["NextToken"] = jobs[limit - 1].Facts.ExportArn;
        return DynamoAnswer.WriteAsync(call, answer);
    }

    private static string OneOf(DynamoInput input, string name, string first, string second) => input.OptionalText(name) switch
    {
        null => first,
        string value when value == first || value == second => value,
        string value => throw AwsException.Validation($"1 validation error detected: Value '{value}' at '{name}' failed to satisfy " +
            $"constraint: Member must satisfy enum value set: [{first}, {second}]"),
    };

    [GeneratedRegex(@"^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$")]
    private static partial Regex ValidBucket();
}
