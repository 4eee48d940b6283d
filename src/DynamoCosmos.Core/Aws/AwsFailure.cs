using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Aws;

/// <summary>What was asked of AWS: enough to say what failed.</summary>
/// <param name="Action">The IAM action, such as <c>dynamodb:DescribeTable</c>.</param>
/// <param name="Resource">As the user knows it: a table's name, a bucket, an s3:// URL.</param>
internal readonly record struct AwsAsk(string Action, string Resource, string? Region, Uri? Endpoint)
{
    internal string Service => Action[..Action.IndexOf(':')] switch
    {
        "s3" => "Amazon S3",
        "sts" => "AWS STS",
        "sso" => "AWS SSO",
        _ => "DynamoDB",
    };

    internal string Where => Endpoint?.GetLeftPart(UriPartial.Authority) ?? $"the region {Region}";
}

/// <summary>What the AWS SDK throws, as what a user can act on.</summary>
internal static partial class AwsFailure
{
    /// <summary>For <c>catch … when</c>: what <see cref="Translate"/> knows.</summary>
    internal static bool IsKnown(Exception error) =>
        error is AmazonClientException or AmazonServiceException or HttpRequestException or IOException or TimeoutException ||
        (error is TaskCanceledException { InnerException: TimeoutException });

    internal static bool IsAnswer(Exception error, HttpStatusCode status) =>
        error is AmazonServiceException answer && answer.StatusCode == status;

    internal static bool IsAnswer(Exception error, string code) => error is AmazonServiceException answer && answer.ErrorCode == code;

    internal static MigrationException Translate(Exception error, AwsAsk ask) => error switch
    {
        AmazonServiceException { StatusCode: not 0 } answer => OfAnswer(answer, ask),
        AmazonClientException client when client.InnerException is null or AmazonClientException => DynamoErrors.CredentialsMissing(client),
        _ => DynamoErrors.NotReachable(ask.Service, ask.Where, error),
    };

    /// <summary>The region that a refusal says is the right one.</summary>
    internal static string? RightRegion(AmazonServiceException answer)
    {
        HttpErrorResponseException? refused = answer.InnerException as HttpErrorResponseException;
        if (refused?.Response?.GetHeaderValue("x-amz-bucket-region") is { Length: > 0 } region) return region;
        Match match = ExpectedRegion().Match(answer.Message);
        return match.Success ? match.Groups[1].Value : null;
    }

    private static MigrationException OfAnswer(AmazonServiceException answer, AwsAsk ask)
    {
        string code = string.IsNullOrEmpty(answer.ErrorCode) ? answer.StatusCode.ToString() : answer.ErrorCode;
        return code switch
        {
            "AuthorizationHeaderMalformed" or "AuthorizationQueryParametersError" or "PermanentRedirect" or "MovedPermanently"
                or "TemporaryRedirect" or "IllegalLocationConstraintException" =>
                DynamoErrors.RegionWrong(ask.Resource, ask.Region, RightRegion(answer), answer),
            "InvalidSignatureException" when answer.Message.Contains("valid region", StringComparison.Ordinal) =>
                DynamoErrors.RegionWrong(ask.Resource, ask.Region, null, answer),
            "RequestTimeTooSkewed" or "RequestInTheFuture" => DynamoErrors.ClockSkewed(answer),
            "InvalidSignatureException" or "SignatureDoesNotMatch" when answer.Message.StartsWith("Signature ", StringComparison.Ordinal) =>
                DynamoErrors.ClockSkewed(answer),
            "ExpiredToken" or "ExpiredTokenException" or "RequestExpired" or "TokenRefreshRequired" =>
                DynamoErrors.TokenExpired(code, answer),
            "UnrecognizedClientException" or "InvalidClientTokenId" or "InvalidAccessKeyId" or "InvalidSignatureException"
                or "SignatureDoesNotMatch" or "InvalidToken" or
                "MissingAuthenticationTokenException" or "IncompleteSignatureException" => DynamoErrors.CredentialsRejected(code, answer),
            "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" =>
                DynamoErrors.AccessDenied(DeniedAction(answer) ?? ask.Action, ask.Resource, answer),
            "NoSuchBucket" => DynamoErrors.BucketNotFound(ask.Resource, answer),
            "ResourceNotFoundException" or "TableNotFoundException" => DynamoErrors.TableNotFound(ask.Resource, ask.Region, answer),
            "ExportNotFoundException" => DynamoErrors.ExportNotFound(ask.Resource, answer),
            "PointInTimeRecoveryUnavailableException" => DynamoErrors.RecoveryOff(ask.Resource, answer),
            "ExportConflictException" => DynamoErrors.ExportConflict(ask.Resource, answer),
            "LimitExceededException" => DynamoErrors.ExportLimitExceeded(ask.Resource, answer),
            _ when answer.StatusCode == HttpStatusCode.Forbidden => DynamoErrors.AccessDenied(ask.Action, ask.Resource, answer),
            _ when answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                || answer is ProvisionedThroughputExceededException or RequestLimitExceededException ||
                code is "ThrottlingException" or "Throttling" => DynamoErrors.Throttled(ask.Action, ask.Resource, code, answer),
            _ => DynamoErrors.CallFailed(ask.Action, ask.Resource, (int)answer.StatusCode, code, answer),
        };
    }

    /// <summary>AWS often says which action it was; that can be another than the one that was called (a key's kms:Decrypt).</summary>
    private static string? DeniedAction(AmazonServiceException answer)
    {
        Match match = Denied().Match(answer.Message);
        return match.Success ? match.Groups[1].Value : null;
    }

    [GeneratedRegex("not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)")]
    private static partial Regex Denied();

    [GeneratedRegex("expecting '([a-z0-9-]+)'")]
    private static partial Regex ExpectedRegion();
}
