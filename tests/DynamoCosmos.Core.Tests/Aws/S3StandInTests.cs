using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.S3;

namespace DynamoCosmos.Core.Tests.Aws;

public sealed class S3StandInTests : IAsyncLifetime
{
    private AwsStandIn _aws = null!;
    private AmazonS3Client _s3 = null!;

    public async Task InitializeAsync()
    {
        _aws = await AwsStandIn.StartAsync();
        _aws.S3.CreateBucket("bucket");
        _s3 = _aws.S3();
    }

    public async Task DisposeAsync()
    {
        _s3.Dispose();
        await _aws.DisposeAsync();
    }

    [Theory]
    [InlineData(RequestChecksumCalculation.WHEN_SUPPORTED, true)]
    [InlineData(RequestChecksumCalculation.WHEN_SUPPORTED, false)]
    [InlineData(RequestChecksumCalculation.WHEN_REQUIRED, true)]
    [InlineData(RequestChecksumCalculation.WHEN_REQUIRED, false)]
    public async Task An_object_comes_back_as_it_went_however_the_body_is_sent(RequestChecksumCalculation checksums, bool isChunked)
    {
        using AmazonS3Client s3 = _aws.S3(change: config => config.RequestChecksumCalculation = checksums);
        byte[] content = RandomNumberGenerator.GetBytes(200_000);
        PutObjectRequest request = new()
        {
            BucketName = "bucket",
            Key = "a folder/é+%20#1 ~'(x)!*.bin",
            InputStream = new MemoryStream(content),
            UseChunkEncoding = isChunked,
            ContentType = "application/x-test",
        };
        request.Metadata["note"] = "kept";
        PutObjectResponse put = await s3.PutObjectAsync(request);

        using GetObjectResponse got = await s3.GetObjectAsync("bucket", request.Key);
        using MemoryStream bytes = new();
        await got.ResponseStream.CopyToAsync(bytes);
        Assert.Equal(content, bytes.ToArray());
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"", put.ETag);
        Assert.Equal("application/x-test", got.Headers.ContentType);
        Assert.Equal("kept", got.Metadata["note"]);
        Assert.Equal(content, _aws.S3["bucket"].Find(request.Key)!.ToArray());
    }

    [Fact]
    public async Task A_range_is_only_that_part()
    {
        _aws.S3["bucket"].Put("k", "0123456789"u8.ToArray());
        using GetObjectResponse middle =
            await _s3.GetObjectAsync(new GetObjectRequest { BucketName = "bucket", Key = "k", ByteRange = new(3, 5) });
        using StreamReader reader = new(middle.ResponseStream);
        Assert.Equal("345", await reader.ReadToEndAsync());
        Assert.Equal("bytes 3-5/10", middle.ContentRange);
        Assert.Equal(HttpStatusCode.PartialContent, middle.HttpStatusCode);
        AmazonS3Exception beyond = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.GetObjectAsync(new GetObjectRequest { BucketName = "bucket", Key = "k", ByteRange = new(10, 12) }));
        Assert.Equal("InvalidRange", beyond.ErrorCode);
    }

    [Fact]
    public async Task Conditions_are_kept()
    {
        await _s3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "k", ContentBody = "one", IfNoneMatch = "*" });
        AmazonS3Exception exists = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "k", ContentBody = "two", IfNoneMatch = "*" }));
        Assert.Equal(HttpStatusCode.PreconditionFailed, exists.StatusCode);
        AmazonS3Exception other = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.GetObjectAsync(new GetObjectRequest { BucketName = "bucket", Key = "k", EtagToMatch = "\"00\"" }));
        Assert.Equal("PreconditionFailed", other.ErrorCode);
        string etag = _aws.S3["bucket"].Find("k")!.ETag;
        AmazonS3Exception same = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.GetObjectAsync(new GetObjectRequest { BucketName = "bucket", Key = "k", EtagToNotMatch = etag }));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Fact]
    public async Task A_body_of_another_MD5_is_refused()
    {
        PutObjectRequest request =
            new() { BucketName = "bucket", Key = "k", ContentBody = "one", MD5Digest = Convert.ToBase64String(MD5.HashData("two"u8)) };
        AmazonS3Exception error = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.PutObjectAsync(request));
        Assert.Equal("BadDigest", error.ErrorCode);
        Assert.Null(_aws.S3["bucket"].Find("k"));
    }

    [Fact]
    public async Task A_listing_comes_in_pages_in_byte_order_with_folders()
    {
        string[] keys = ["a/1", "a/2", "a/b/1", "a/b/2", "a/c/1", "a/é", "a/\uFF5E", "a/\U0001F600", "b"];
        foreach (string key in keys) _aws.S3["bucket"].Put(key, [1]);
        List<string> listed = [];
        int pages = 0;
        ListObjectsV2Request request = new() { BucketName = "bucket", Prefix = "a/", MaxKeys = 2 };
        ListObjectsV2Response page;
        do
        {
            page = await _s3.ListObjectsV2Async(request);
            listed.AddRange(page.S3Objects.Select(static item => item.Key));
            request.ContinuationToken = page.NextContinuationToken;
            pages++;
        }
        while (page.IsTruncated == true);
        Assert.Equal(keys[..8], listed);
        Assert.Equal(4, pages);

        ListObjectsV2Response folders = await _s3.ListObjectsV2Async(new() { BucketName = "bucket", Prefix = "a/", Delimiter = "/" });
        Assert.Equal(["a/b/", "a/c/"], folders.CommonPrefixes);
        Assert.Equal(5, folders.S3Objects.Count);
    }

    [Fact]
    public async Task A_multipart_upload_has_the_ETag_of_one()
    {
        byte[] content = RandomNumberGenerator.GetBytes(11 * 1024 * 1024);
        using TransferUtility transfer = new(_s3, new TransferUtilityConfig { MinSizeBeforePartUpload = 5 * 1024 * 1024 });
        await transfer.UploadAsync(
            new TransferUtilityUploadRequest
            {
                BucketName = "bucket",
                Key = "big",
                InputStream = new MemoryStream(content),
                PartSize = 5 * 1024 * 1024
            });
        StandInObject stored = _aws.S3["bucket"].Find("big")!;
        Assert.Equal(content, stored.ToArray());
        Assert.EndsWith("-3\"", stored.ETag, StringComparison.Ordinal);
        GetObjectMetadataResponse head = await _s3.GetObjectMetadataAsync("bucket", "big");
        Assert.Equal(stored.ETag, head.ETag);
        Assert.Equal(content.Length, head.ContentLength);
    }

    [Fact]
    public async Task Objects_are_copied_and_deleted()
    {
        await _s3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "from here", ContentBody = "x" });
        await _s3.CopyObjectAsync("bucket", "from here", "bucket", "to there");
        Assert.Equal("x"u8.ToArray(), _aws.S3["bucket"].Find("to there")!.ToArray());
        await _s3.DeleteObjectAsync("bucket", "from here");
        await _s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = "bucket", Objects = [new() { Key = "to there" }] });
        Assert.Empty(_aws.S3["bucket"].Keys);
    }

    [Fact]
    public async Task A_presigned_URL_gives_the_object_until_it_expires_and_to_nobody_who_changed_it()
    {
        _aws.S3["bucket"].Put("a b/k", "content"u8.ToArray());
        Task<string> SignAsync(TimeSpan lifetime) =>
            _s3.GetPreSignedURLAsync(
                new() { BucketName = "bucket", Key = "a b/k", Protocol = Protocol.HTTP, Expires = DateTime.UtcNow + lifetime });
        string url = await SignAsync(TimeSpan.FromMinutes(5)), brief = await SignAsync(TimeSpan.FromSeconds(2));
        using HttpClient http = new();
        Assert.Equal("content", await http.GetStringAsync(url));
        using HttpResponseMessage other = await http.GetAsync(url.Replace("/k?", "/l?", StringComparison.Ordinal));
        Assert.Contains("SignatureDoesNotMatch", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(2.1));
        using HttpResponseMessage late = await http.GetAsync(brief);
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Contains("Request has expired", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_of_another_owner_than_expected_is_refused()
    {
        _aws.S3.CreateBucket("foreign", ownerId: "999999999999");
        AmazonS3Exception error = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.GetObjectAsync(new GetObjectRequest { BucketName = "foreign", Key = "k", ExpectedBucketOwner = "123456789012" }));
        Assert.Equal("AccessDenied", error.ErrorCode);
    }

    [Fact]
    public async Task A_missing_bucket_and_a_missing_key_are_told_apart()
    {
        AmazonS3Exception bucket = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.GetObjectAsync("no-bucket", "k"));
        AmazonS3Exception key = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.GetObjectAsync("bucket", "k"));
        Assert.Equal(("NoSuchBucket", "NoSuchKey"), (bucket.ErrorCode, key.ErrorCode));
        _aws.Options.Credentials[0].Deny("s3:ListBucket");
        AmazonS3Exception hidden = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => _s3.GetObjectAsync("bucket", "k"));
        Assert.Equal("AccessDenied", hidden.ErrorCode);
    }

    [Fact]
    public async Task What_the_stand_in_does_not_know_it_refuses()
    {
        AmazonS3Exception error = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.GetBucketPolicyAsync("bucket"));
        Assert.Equal("NotImplemented", error.ErrorCode);
    }

    [Fact]
    public async Task Faults_strike_as_often_as_they_were_asked_to()
    {
        // With the ETag of a multipart upload, so that the SDK has no MD5 to find the flipped byte by.
        _aws.S3["bucket"].Put(new StandInObject("k", [Encoding.ASCII.GetBytes(new string('x', 100_000))], isMultipart: true));
        AwsFault slowDown = _aws.Add(AwsFault.Error("GetObject", 503, "SlowDown", times: 2));
        Assert.Equal("SlowDown", (await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.GetObjectAsync("bucket", "k"))).ErrorCode);
        Assert.Equal("SlowDown", (await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.GetObjectAsync("bucket", "k"))).ErrorCode);
        Assert.Equal(100_000, (await ReadAsync()).Length);
        Assert.Equal(2, slowDown.Hits);

        _aws.Add(AwsFault.FlipByte("GetObject", 70_000));
        Assert.Equal(70_000, (await ReadAsync()).IndexOf('y'));
        _aws.Add(AwsFault.CutBody("GetObject", 70_000));
        await Assert.ThrowsAnyAsync<Exception>(ReadAsync);
        _aws.Add(AwsFault.ShortBody("GetObject", 70_000));
        Assert.Equal(70_000, (await ReadAsync()).Length);
        // .NET itself tries once more when a connection that it had kept is reset before any answer.
        _aws.Add(AwsFault.ResetBefore("GetObject"));
        Assert.Equal(100_000, (await ReadAsync()).Length);
        Assert.Contains(_aws.Requests, static request => request is { Operation: "GetObject", Status: 0 });
        _aws.Add(AwsFault.ResetAfter("PutObject"));
        AmazonS3Exception acted = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.PutObjectAsync(
                new PutObjectRequest { BucketName = "bucket", Key = "lost answer", ContentBody = "x", IfNoneMatch = "*" }));
        Assert.Equal("PreconditionFailed", acted.ErrorCode);

        async Task<string> ReadAsync()
        {
            using GetObjectResponse got = await _s3.GetObjectAsync("bucket", "k");
            using StreamReader reader = new(got.ResponseStream);
            return await reader.ReadToEndAsync();
        }
    }
}
