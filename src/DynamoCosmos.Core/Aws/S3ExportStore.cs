using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Aws;

/// <summary>A bucket as a place of exports.</summary>
internal sealed class S3ExportStore : IExportStore, IPresignedSource
{
    private readonly AwsClients _clients;
    private readonly S3Connection _connection;
    private readonly string _bucket;

    internal S3ExportStore(string bucket, AwsClients clients)
    {
        _bucket = bucket;
        _clients = clients;
        _connection = clients.Bucket(bucket);
        Root = S3Location.Root(bucket);
    }

    public Uri Root { get; }

    /// <exception cref="MigrationException">S3LocationInvalid, and what a client's creation can throw.</exception>
    internal static ExportFolder Open(Uri location, AwsSettings settings, AwsConnections aws)
    {
        (string bucket, string key) = S3Location.Parse(location);
        return new(new S3ExportStore(bucket, aws.Get(settings)), key.Length == 0 || key.EndsWith('/') ? key : key + "/");
    }

    public async Task<StoredFile?> FindAsync(string key, CancellationToken cancellationToken)
    {
        AmazonS3Client s3 = await _connection.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            GetObjectMetadataResponse found = await s3.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = _bucket, Key = key }, cancellationToken).ConfigureAwait(false);
            return new(key, found.ContentLength, found.ETag, LastModified: found.LastModified);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (AmazonS3Exception error) when (error.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            throw await WhyAsync(s3, key, error, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error, Ask("s3:GetObject", key));
        }
    }

    /// <summary>A refused HEAD has no body that would tell a wrong key from a missing permission; a GET's answer has.</summary>
    private async Task<MigrationException> WhyAsync(AmazonS3Client s3, string key, AmazonS3Exception refusal,
        CancellationToken cancellationToken)
    {
        try
        {
            using GetObjectResponse answer = await s3.GetObjectAsync(
                new GetObjectRequest { BucketName = _bucket, Key = key, ByteRange = new(0, 0) }, cancellationToken).ConfigureAwait(false);
            return AwsFailure.Translate(refusal, Ask("s3:GetObject", key));
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            return AwsFailure.Translate(error, Ask("s3:GetObject", key));
        }
    }

    public async Task<Stream> OpenReadAsync(StoredFile file, CancellationToken cancellationToken)
    {
        AmazonS3Client s3 = await _connection.GetAsync(cancellationToken).ConfigureAwait(false);
        ResumingStream stream = new(new S3File(s3, _bucket, file, StoreKeys.Combine(Root, file.Key), Ask("s3:GetObject", file.Key)),
            file.Length, StoreKeys.Combine(Root, file.Key));
        try
        {
            await stream.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<OpenedFile?> TryOpenReadAsync(string key, CancellationToken cancellationToken)
    {
        AmazonS3Client s3 = await _connection.GetAsync(cancellationToken).ConfigureAwait(false);
        Uri address = StoreKeys.Combine(Root, key);
        GetObjectResponse answer;
        try
        {
            // All of it, as a range: the SDK compares a whole object with its ETag and throws at the end.
            answer = await s3.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = key, ByteRange = new("bytes=0-") },
                cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchKey")
        {
            return null;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // An empty object has no range.
            return await FindAsync(key, cancellationToken).ConfigureAwait(false) is StoredFile empty
                ? new(empty, await OpenReadAsync(empty, cancellationToken).ConfigureAwait(false)) : null;
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error, Ask("s3:GetObject", key));
        }
        StoredFile file = new(key, answer.ContentLength, answer.ETag, LastModified: answer.LastModified);
        S3File source = new(s3, _bucket, file, address, Ask("s3:GetObject", key));
        return new(file, new ResumingStream(source, file.Length, address, opened: answer.ResponseStream));
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AmazonS3Client s3 = await _connection.GetAsync(cancellationToken).ConfigureAwait(false);
        ListObjectsV2Request request = new() { BucketName = _bucket, Prefix = prefix };
        while (true)
        {
            ListObjectsV2Response page;
            try
            {
                page = await s3.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (AwsFailure.IsKnown(error))
            {
                throw AwsFailure.Translate(error, Ask("s3:ListBucket", prefix));
            }
            foreach (S3Object item in page.S3Objects ?? [])
                yield return new(item.Key, item.Size ?? 0, item.ETag, LastModified: item.LastModified);
            if (page.IsTruncated != true) yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    public async Task<Uri> CreateReadUrlAsync(string key, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        AmazonS3Client s3 = await _connection.GetAsync(cancellationToken).ConfigureAwait(false);
        DateTimeOffset expires = DateTimeOffset.UtcNow + lifetime;
        if (_clients.CredentialsExpireAt is DateTimeOffset end && end < expires) expires = end;
        bool isPlain = _clients.Settings.EndpointUrl?.Scheme == Uri.UriSchemeHttp;
        try
        {
            return new(await s3.GetPreSignedURLAsync(new()
            {
                BucketName = _bucket,
                Key = key,
                Verb = HttpVerb.GET,
                Expires = expires.UtcDateTime,
                Protocol = isPlain ? Protocol.HTTP : Protocol.HTTPS,
            }).ConfigureAwait(false));
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error, Ask("s3:GetObject", key));
        }
    }

    private AwsAsk Ask(string action, string key) =>
        new(action, $"s3://{_bucket}/{key}", _connection.Region, _clients.Settings.EndpointUrl);
}
