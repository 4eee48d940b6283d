using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Core.Tests.Aws;

/// <summary>The real SDK's clients against a stand-in: they decide what right is.</summary>
internal static class AwsClients
{
    internal static AmazonS3Client S3(this AwsStandIn aws, string? accessKey = null, string? secretKey = null, string? token = null,
        string? region = null, Action<AmazonS3Config>? change = null)
    {
        AmazonS3Config config = new()
        {
            ServiceURL = aws.Endpoint.AbsoluteUri,
            AuthenticationRegion = region ?? aws.Options.Region,
            ForcePathStyle = true,
            MaxErrorRetry = 0,
        };
        change?.Invoke(config);
        return new(Credentials(accessKey, secretKey, token), config);
    }

    internal static AmazonDynamoDBClient DynamoDB(this AwsStandIn aws, string? accessKey = null, string? secretKey = null,
        string? token = null, string? region = null)
    {
        AmazonDynamoDBConfig config = new()
        {
            ServiceURL = aws.Endpoint.AbsoluteUri,
            AuthenticationRegion = region ?? aws.Options.Region,
            MaxErrorRetry = 0,
        };
        return new(Credentials(accessKey, secretKey, token), config);
    }

    private static AWSCredentials Credentials(string? accessKey, string? secretKey, string? token)
    {
        accessKey ??= AwsStandInOptions.DefaultAccessKey;
        secretKey ??= AwsStandInOptions.DefaultSecretKey;
        return token is null ? new BasicAWSCredentials(accessKey, secretKey) : new SessionAWSCredentials(accessKey, secretKey, token);
    }
}
