using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Aws;

/// <summary>One version of an object, to be read from anywhere in it.</summary>
internal sealed class S3File(AmazonS3Client s3, string bucket, StoredFile file, Uri address, AwsAsk ask) : ResumableFile
{
    internal override async Task<Stream> OpenAtAsync(long position, CancellationToken cancellationToken)
    {
        GetObjectRequest request = new()
        {
            BucketName = bucket,
            Key = file.Key,
            EtagToMatch = file.ETag,
            // Also from the beginning: the SDK compares a whole object with its ETag and throws at the end; what is read here is proved by
            // its manifest.
            ByteRange = new(position, file.Length - 1),
        };
        try
        {
            GetObjectResponse answer = await s3.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
            return answer.ResponseStream;
        }
        catch (AmazonS3Exception error) when (error.StatusCode is HttpStatusCode.PreconditionFailed
            or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw ExportErrors.FileChanged(address);
        }
        catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchKey")
        {
            throw ExportErrors.FileMissing(address);
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw Translate(error);
        }
    }

    internal override bool IsBroken(Exception error) => AwsFailure.IsKnown(error);

    internal override MigrationException Translate(Exception error) => AwsFailure.Translate(error, ask);
}
