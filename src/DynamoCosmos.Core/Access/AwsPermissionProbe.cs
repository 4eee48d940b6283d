using System.Net;
using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Access;

/// <summary>
/// Tries what export and copy need of AWS. What would change something is asked for in a way that AWS refuses after it has let the caller
/// in: an export of a time long past, an object whose MD5 is not its own, the end of an upload that nobody began.
/// </summary>
internal sealed class AwsPermissionProbe(AwsSettings settings, AwsConnections aws)
{
    private readonly AwsClients _clients = aws.Get(settings);

    internal async IAsyncEnumerable<MigrationPermission> TryTableAsync(string table, AccessTestRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AmazonDynamoDBClient dynamo = _clients.Dynamo;
        string? arn = null;
        yield return await TryAsync(MigrationStage.Export, "dynamodb:DescribeTable", table, request, async () =>
            arn = (await dynamo.DescribeTableAsync(table, cancellationToken)).Table.TableArn);
        yield return await TryAsync(MigrationStage.Export, "dynamodb:DescribeTimeToLive", table, request, () =>
            dynamo.DescribeTimeToLiveAsync(table, cancellationToken));
        bool isRecoverable = false;
        yield return await TryAsync(MigrationStage.Export, "dynamodb:DescribeContinuousBackups", table, request, async () =>
        {
            DescribeContinuousBackupsResponse backups =
                await dynamo.DescribeContinuousBackupsAsync(new() { TableName = table }, cancellationToken);
            isRecoverable = backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus
                == PointInTimeRecoveryStatus.ENABLED;
        });
        if (!isRecoverable)
        {
            yield return Describe(MigrationStage.Export, "dynamodb:UpdateContinuousBackups", table, PermissionState.Unknown,
                $"Point-in-time recovery is off. Turning it on with {Setting.EnablePointInTimeRecovery} needs this; it cannot be tried " +
                    "without changing the table.", request);
        }
        if (arn is null) yield break;
        yield return await TryAsync(MigrationStage.Export, "dynamodb:ExportTableToPointInTime", table, request, () =>
            dynamo.ExportTableToPointInTimeAsync(new()
            {
                TableArn = arn,
                S3Bucket = request.S3Bucket ?? "dynamocosmos-probe",
                ExportTime = DateTime.UnixEpoch.AddYears(40),
            }, cancellationToken));
        yield return await TryAsync(MigrationStage.Export, "dynamodb:ListExports", table, request, () =>
            dynamo.ListExportsAsync(new() { TableArn = arn, MaxResults = 1 }, cancellationToken));
        yield return await TryAsync(MigrationStage.Export, "dynamodb:DescribeExport", table, request, () =>
            dynamo.DescribeExportAsync(new() { ExportArn = $"{arn}/export/00000000000000-00000000" }, cancellationToken));
    }

    internal async IAsyncEnumerable<MigrationPermission> TryBucketAsync(AccessTestRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string bucket = request.S3Bucket!, prefix = request.S3Prefix is { Length: > 0 } given ? given.Trim('/') + "/" : "";
        string nobodys = $"{prefix}AWSDynamoDB/dynamocosmos-probe-{Guid.NewGuid():N}", scope = $"s3://{bucket}/{prefix}";
        using AmazonS3Client s3 = _clients.CreateS3();
        if (request.Has(MigrationStage.Export))
        {
            yield return await TryAsync(MigrationStage.Export, "s3:PutObject", scope, request, () => s3.PutObjectAsync(new()
            {
                BucketName = bucket,
                Key = nobodys,
                ContentBody = "x",
                MD5Digest = Convert.ToBase64String(new byte[16]),
            }, cancellationToken));
            yield return await TryAsync(MigrationStage.Export, "s3:PutObjectAcl", scope, request, () => s3.PutObjectAclAsync(new()
            {
                BucketName = bucket,
                Key = nobodys,
                ACL = S3CannedACL.BucketOwnerFullControl,
            }, cancellationToken), hidesMissing: true);
            yield return await TryAsync(MigrationStage.Export, "s3:AbortMultipartUpload", scope, request, () =>
                s3.AbortMultipartUploadAsync(bucket, nobodys, "dynamocosmos-probe", cancellationToken));
        }
        foreach (MigrationStage stage in new[] { MigrationStage.Copy }.Where(request.Has))
        {
            string? key = null;
            yield return await TryAsync(stage, "s3:ListBucket", scope, request, async () =>
            {
                ListObjectsV2Response listed = await s3.ListObjectsV2Async(
                    new() { BucketName = bucket, Prefix = prefix + "AWSDynamoDB/", MaxKeys = 1 }, cancellationToken);
                key = listed.S3Objects?.FirstOrDefault()?.Key;
            });
            yield return await TryAsync(stage, "s3:GetObject", scope, request,
                () => key is null
                    ? ReadAsync(s3, bucket, nobodys, cancellationToken) : s3.GetObjectMetadataAsync(bucket, key, cancellationToken),
                hidesMissing: key is null);
        }
    }

    // Unlike the answer to HEAD, that to GET has words, which name the right that is missing.
    private static async Task ReadAsync(AmazonS3Client s3, string bucket, string key, CancellationToken cancellationToken)
    {
        using GetObjectResponse response = await s3.GetObjectAsync(bucket, key, cancellationToken);
    }

    /// <param name="hidesMissing">
    /// True where it is tried on a key that nobody has. S3 says "no such key" only to those who may list the whole bucket, and "access
    /// denied" to all others, whatever else they may do.
    /// </param>
    private async Task<MigrationPermission> TryAsync(
        MigrationStage stage, string action, string scope, AccessTestRequest request, Func<Task> attempt, bool hidesMissing = false)
    {
        try
        {
            await attempt();
            return Describe(stage, action, scope, PermissionState.Granted, null, request);
        }
        catch (AmazonServiceException refused) when (refused.StatusCode == HttpStatusCode.Forbidden
            || refused.ErrorCode is "AccessDeniedException" or "AccessDenied" or "UnauthorizedOperation")
        {
            if (hidesMissing && !refused.Message.Contains(action, StringComparison.Ordinal))
            {
                return Describe(stage, action, scope, PermissionState.Unknown,
                    "There is no file to try it on, and S3 does not say so to those who may not list the whole bucket. " +
                    "Test again when there is an export.", request);
            }
            return refused.ErrorCode is "AccessDeniedException" or "AccessDenied" or "UnauthorizedOperation" or "Forbidden"
                ? Describe(stage, action, scope, PermissionState.Missing, null, request)
                : throw AwsFailure.Translate(refused, Ask(action, scope));
        }
        catch (AmazonServiceException refused) when (IsExpected(refused))
        {
            return Describe(stage, action, scope, PermissionState.Granted, null, request);
        }
        catch (Exception failure) when (AwsFailure.IsKnown(failure))
        {
            MigrationException known = AwsFailure.Translate(failure, Ask(action, scope));
            // Without a sign-in or a connection there is nothing to test; a table or bucket that is not there is one finding of many.
            if (known.Kind != FailureKind.NotFound) throw known;
            return Describe(stage, action, scope, PermissionState.Unknown, known.Message, request);
        }
    }

    // The refusals that the probes are made for: only an authorized request gets as far.
    private static bool IsExpected(AmazonServiceException refused) =>
        refused.ErrorCode is "InvalidExportTimeException" or "PointInTimeRecoveryUnavailableException" or "ExportNotFoundException"
            or "BadDigest" or "InvalidDigest" or "AccessControlListNotSupported" or "NoSuchUpload" or "NoSuchKey" or "NotFound"
        || refused is ExportNotFoundException or InvalidExportTimeException or PointInTimeRecoveryUnavailableException;

    private AwsAsk Ask(string action, string resource) => new(action, resource, _clients.Region, settings.EndpointUrl);

    private static MigrationPermission Describe(MigrationStage stage, string action, string scope, PermissionState state, string? detail,
        AccessTestRequest request) =>
        MigrationPermission.Describe(stage, "AWS", action, scope, state, detail, $"{Remedy.AwsPolicy}" +
            (request.TableNames.Count == 0 ? "" : $" {Setting.TableName} {string.Join(',', request.TableNames)}") +
            (request.S3Bucket is null ? "" : $" {Setting.S3Bucket} {request.S3Bucket}") +
            (request.S3Prefix is null ? "" : $" {Setting.S3Prefix} {request.S3Prefix}"));
}
