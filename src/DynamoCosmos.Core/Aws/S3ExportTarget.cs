using Amazon.S3;
using Amazon.S3.Model;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Aws;

/// <summary>A bucket as a place that an export is written to.</summary>
internal sealed class S3ExportTarget : IExportTarget
{
    private readonly AwsClients _clients;
    private readonly S3Connection _connection;
    private readonly string _bucket;

    internal S3ExportTarget(string bucket, AwsClients clients)
    {
        _bucket = bucket;
        _clients = clients;
        _connection = clients.Bucket(bucket);
    }

    public Uri Root => S3Location.Root(_bucket);

    public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        AmazonS3Client s3 = await _connection.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await s3.PutObjectAsync(
                new PutObjectRequest { BucketName = _bucket, Key = key, InputStream = content, AutoCloseStream = false }, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error,
                new("s3:PutObject", $"s3://{_bucket}/{key}", _connection.Region, _clients.Settings.EndpointUrl));
        }
    }
}
