using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Access;

/// <summary>The least IAM policy for the AWS side of a migration. Nothing is asked of AWS.</summary>
public sealed record AwsMigrationPolicy
{
    private static readonly JsonSerializerOptions s_readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All for both.</summary>
    public MigrationStage Stage { get; init; }

    /// <summary>
    /// Names or ARNs. A name stands for the table of that name in any region of the account that the policy is attached in.
    /// </summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    public string? S3Bucket { get; init; }

    public string? S3Prefix { get; init; }

    /// <summary>The ARN of the key that the bucket's objects are encrypted with.</summary>
    public string? KmsKeyArn { get; init; }

    /// <summary>aws, aws-us-gov or aws-cn.</summary>
    public string Partition { get; init; } = "aws";

    /// <summary>Also to turn on point-in-time recovery.</summary>
    public bool EnablePointInTimeRecovery { get; init; }

    public string ToJson()
    {
        bool exports = Stage is MigrationStage.All or MigrationStage.Export, copies = Stage is MigrationStage.All or MigrationStage.Copy
            or MigrationStage.Import;
        string[] tables = [.. Tables.Select(table => table.StartsWith("arn:", StringComparison.Ordinal)
            ? table : $"arn:{Partition}:dynamodb:*:*:table/{table}")];
        JsonArray statements = [];
        if (exports && tables.Length > 0)
        {
            List<string> actions =
                ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:DescribeContinuousBackups",
                    "dynamodb:ExportTableToPointInTime"];
            if (EnablePointInTimeRecovery) actions.Add("dynamodb:UpdateContinuousBackups");
            statements.Add(Statement("ExportTables", actions, tables));
            statements.Add(Statement("FollowExports", ["dynamodb:DescribeExport"], [.. tables.Select(table => table + "/export/*")]));
            // The listing has no resource to narrow it to: AWS allows it on all tables or on none.
            statements.Add(Statement("ListExports", ["dynamodb:ListExports"], ["*"]));
        }
        if (S3Bucket is { } bucket)
        {
            string prefix = S3Prefix is { Length: > 0 } given ? given.Trim('/') + "/" : "";
            string root = $"arn:{Partition}:s3:::{bucket}", objects = $"{root}/{prefix}AWSDynamoDB/*";
            if (exports) statements.Add(
                Statement("WriteExports", ["s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload"], [objects]));
            if (copies)
            {
                statements.Add(Statement("ReadExports", ["s3:GetObject"], [objects]));
                JsonObject list = Statement("FindExports", ["s3:ListBucket"], [root]);
                list["Condition"] =
                    new JsonObject { ["StringLike"] = new JsonObject { ["s3:prefix"] = new JsonArray($"{prefix}AWSDynamoDB/*") } };
                statements.Add(list);
            }
        }
        if (KmsKeyArn is { } key)
        {
            List<string> actions = [];
            if (exports) actions.Add("kms:GenerateDataKey");
            if (copies || exports) actions.Add("kms:Decrypt");
            statements.Add(Statement("UseKey", actions, [key]));
        }
        return new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = statements }.ToJsonString(s_readable);
    }

    private static JsonObject Statement(string name, IEnumerable<string> actions, IEnumerable<string> resources) => new()
    {
        ["Sid"] = name,
        ["Effect"] = "Allow",
        ["Action"] = new JsonArray([.. actions.Select(action => (JsonNode)action)]),
        ["Resource"] = new JsonArray([.. resources.Select(resource => (JsonNode)resource)]),
    };
}
