using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Aws;

/// <summary>
/// The client for one bucket, made at first use in the bucket's own region: exports may lie in another region than their table, and a
/// presigned URL is good for one region only.
/// </summary>
internal sealed class S3Connection(AwsClients clients, string bucket) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private AmazonS3Client? _client;

    /// <summary>The bucket's, once it is known.</summary>
    internal string? Region { get; private set; } = clients.Region;

    /// <exception cref="MigrationException">S3BucketNotFound, AwsRegionWrong, and what signing in can end in.</exception>
    internal async ValueTask<AmazonS3Client> GetAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _client) is { } client) return client;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _client ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _gate.Dispose();
    }

    private async Task<AmazonS3Client> ConnectAsync(CancellationToken cancellationToken)
    {
        AmazonS3Client first = clients.CreateS3();
        try
        {
            string? region = await FindRegionAsync(first, cancellationToken).ConfigureAwait(false);
            // An endpoint of the user's own is taken as it is.
            if (region is null || region == clients.Region || clients.Settings.EndpointUrl is not null) return first;
            Region = region;
        }
        catch
        {
            first.Dispose();
            throw;
        }
        first.Dispose();
        return clients.CreateS3(Region);
    }

    /// <returns>Null where nobody said.</returns>
    private async Task<string?> FindRegionAsync(AmazonS3Client s3, CancellationToken cancellationToken)
    {
        try
        {
            HeadBucketResponse found =
                await s3.HeadBucketAsync(new HeadBucketRequest { BucketName = bucket }, cancellationToken).ConfigureAwait(false);
            return found.BucketRegion;
        }
        catch (AmazonServiceException error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            throw DynamoErrors.BucketNotFound(bucket, error);
        }
        catch (AmazonServiceException error) when (clients.Settings.EndpointUrl is null && AwsFailure.RightRegion(error) is string region)
        {
            return region;
        }
        catch (AmazonServiceException error) when (error.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            // Whoever may read the export's objects need not be allowed to list the bucket. And an answer to a HEAD cannot say why; a later
            // GET's does.
            return null;
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error, new("s3:ListBucket", $"s3://{bucket}/", clients.Region, clients.Settings.EndpointUrl));
        }
    }
}
