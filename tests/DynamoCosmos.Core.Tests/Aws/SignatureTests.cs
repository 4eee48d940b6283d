using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Core.Tests.Aws;

/// <summary>Who the stand-in does not let in, and what it tells them.</summary>
public sealed class SignatureTests : IAsyncLifetime
{
    private readonly AwsCredential _session = new("ASIASESSION000000001", "session-secret", "the-token");
    private AwsStandIn _aws = null!;

    public async Task InitializeAsync()
    {
        _aws = await AwsStandIn.StartAsync(
            new() { Credentials = [new(AwsStandInOptions.DefaultAccessKey, AwsStandInOptions.DefaultSecretKey), _session] });
        _aws.S3.CreateBucket("bucket").Put("k", [1]);
        _aws.S3.CreateBucket("elsewhere", region: "us-west-2");
        _aws.Dynamo.CreateTable("Table", "pk:S");
    }

    public async Task DisposeAsync() => await _aws.DisposeAsync();

    [Theory]
    [InlineData("AKIAUNKNOWN", null, null, null, "InvalidAccessKeyId", "UnrecognizedClientException")]
    [InlineData(null, "wrong", null, null, "SignatureDoesNotMatch", "InvalidSignatureException")]
    [InlineData(null, null, null, "us-east-1", "AuthorizationHeaderMalformed", "InvalidSignatureException")]
    [InlineData(null, null, "a token it does not have", null, "InvalidToken", "UnrecognizedClientException")]
    [InlineData("ASIASESSION000000001", "session-secret", null, null, "InvalidToken", "UnrecognizedClientException")]
    [InlineData("ASIASESSION000000001", "session-secret", "other-token", null, "InvalidToken", "UnrecognizedClientException")]
    public async Task A_wrong_sender_is_refused_in_each_services_words(string? key, string? secret, string? token, string? region,
        string s3Code, string dynamoCode)
    {
        using AmazonS3Client s3 = _aws.S3(key, secret, token, region);
        using AmazonDynamoDBClient dynamo = _aws.DynamoDB(key, secret, token, region);
        Assert.Equal(s3Code,
            (await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.ListObjectsV2Async(new() { BucketName = "bucket" }))).ErrorCode);
        Assert.Equal(dynamoCode,
            (await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => dynamo.DescribeTableAsync("Table"))).ErrorCode);
    }

    [Fact]
    public async Task A_session_is_let_in_until_its_token_expires()
    {
        using AmazonS3Client s3 = _aws.S3(_session.AccessKey, _session.SecretKey, _session.SessionToken);
        using AmazonDynamoDBClient dynamo = _aws.DynamoDB(_session.AccessKey, _session.SecretKey, _session.SessionToken);
        await s3.ListObjectsV2Async(new() { BucketName = "bucket" });
        await dynamo.DescribeTableAsync("Table");
        string url = await s3.GetPreSignedURLAsync(
            new() { BucketName = "bucket", Key = "k", Protocol = Protocol.HTTP, Expires = DateTime.UtcNow.AddMinutes(1) });
        using HttpClient http = new();
        Assert.Equal([1], await http.GetByteArrayAsync(url));
        _session.ExpiresAt = DateTimeOffset.UtcNow;
        Assert.Equal("ExpiredToken",
            (await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.ListObjectsV2Async(new() { BucketName = "bucket" }))).ErrorCode);
        Assert.Equal("ExpiredTokenException",
            (await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => dynamo.DescribeTableAsync("Table"))).ErrorCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync(url)).StatusCode);
    }

    [Fact]
    public async Task A_bucket_of_another_region_is_a_redirect_that_names_it()
    {
        using AmazonS3Client s3 = _aws.S3();
        AmazonS3Exception error =
            await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.ListObjectsV2Async(new() { BucketName = "elsewhere" }));
        Assert.Equal("PermanentRedirect", error.ErrorCode);
        Assert.Equal(HttpStatusCode.MovedPermanently, error.StatusCode);
    }

    [Fact]
    public async Task What_IAM_denies_is_refused_with_the_actions_name()
    {
        using AmazonS3Client s3 = _aws.S3();
        using AmazonDynamoDBClient dynamo = _aws.DynamoDB();
        _aws.Options.Credentials[0].Deny("s3:ListBucket");
        _aws.Options.Credentials[0].Deny("dynamodb:DescribeTable");
        AmazonS3Exception list =
            await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.ListObjectsV2Async(new() { BucketName = "bucket" }));
        AmazonDynamoDBException describe = await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => dynamo.DescribeTableAsync("Table"));
        Assert.Equal(("AccessDenied", "AccessDeniedException"), (list.ErrorCode, describe.ErrorCode));
        Assert.Contains("s3:ListBucket", list.Message, StringComparison.Ordinal);
        Assert.Contains("dynamodb:DescribeTable on resource: arn:aws:dynamodb:eu-central-1:123456789012:table/Table", describe.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unsigned_request_is_refused()
    {
        using HttpClient http = new();
        using HttpResponseMessage s3 = await http.GetAsync(new Uri(_aws.Endpoint, "bucket/k"));
        Assert.Equal(HttpStatusCode.Forbidden, s3.StatusCode);
        using HttpRequestMessage request = new(HttpMethod.Post, _aws.Endpoint) { Content = new StringContent("{}") };
        request.Headers.Add("X-Amz-Target", "DynamoDB_20120810.ListTables");
        using HttpResponseMessage dynamo = await http.SendAsync(request);
        Assert.Contains("MissingAuthenticationTokenException", await dynamo.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
