using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>Answers S3's operations: first whether the bucket may be asked at all, then the operation.</summary>
internal sealed class S3Operations(S3StandIn s3)
{
    private readonly S3ObjectOperations _objects = new(s3);
    private readonly S3UploadOperations _uploads = new(s3);

    internal Task AnswerAsync(AwsCall call)
    {
        switch (call.Operation)
        {
            case "":
                throw AwsException.NotSupported($"{call.Request.Method} with these sub-resources");
            case "ListBuckets":
                return ListBucketsAsync(call);
            case "CreateBucket":
                s3.CreateBucket(call.Bucket);
                call.Response.Headers.Location = "/" + call.Bucket;
                return Task.CompletedTask;
        }
        StandInBucket bucket = Enter(call);
        return call.Operation switch
        {
            "HeadBucket" => Task.CompletedTask,
            "DeleteBucket" => DeleteBucket(call, bucket),
            "GetBucketLocation" =>
                S3Xml.WriteAsync(call, S3Xml.New("LocationConstraint", bucket.Region == "us-east-1" ? null : bucket.Region)),
            "ListObjectsV2" => S3Listing.AnswerAsync(call, bucket),
            "ListMultipartUploads" => _uploads.ListUploadsAsync(call, bucket),
            "DeleteObjects" => _objects.DeleteManyAsync(call, bucket),
            "GetObject" or "HeadObject" => _objects.GetAsync(call, bucket),
            "PutObject" => _objects.PutAsync(call, bucket),
            "PutObjectAcl" => _objects.PutAclAsync(call, bucket),
            "CopyObject" => _objects.CopyAsync(call, bucket),
            "DeleteObject" => _objects.DeleteAsync(call, bucket),
            "CreateMultipartUpload" => _uploads.CreateAsync(call, bucket),
            "UploadPart" => _uploads.UploadAsync(call, bucket),
            "ListParts" => _uploads.ListPartsAsync(call, bucket),
            "CompleteMultipartUpload" => _uploads.CompleteAsync(call, bucket),
            "AbortMultipartUpload" => _uploads.AbortAsync(call, bucket),
            _ => throw AwsException.NotSupported(call.Operation),
        };
    }

    private StandInBucket Enter(AwsCall call)
    {
        StandInBucket bucket = s3.Find(call.Bucket) ?? throw new AwsException(404, "NoSuchBucket", "The specified bucket does not exist")
        {
            Details = new Dictionary<string, string> { ["BucketName"] = call.Bucket },
        };
        call.Response.Headers["x-amz-bucket-region"] = bucket.Region;
        if (bucket.Region != s3.Options.Region)
        {
            throw new AwsException(301, "PermanentRedirect",
                "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future " +
                    "requests to this endpoint.")
            {
                Details = new Dictionary<string, string>
                {
                    ["Endpoint"] = $"{bucket.Name}.s3.{bucket.Region}.amazonaws.com",
                    ["Bucket"] = bucket.Name
                },
                Headers = new Dictionary<string, string> { ["x-amz-bucket-region"] = bucket.Region },
            };
        }
        if (call.Header("x-amz-expected-bucket-owner") is string owner
            && owner != bucket.OwnerId) throw new AwsException(403, "AccessDenied", "Access Denied");
        return bucket;
    }

    private Task ListBucketsAsync(AwsCall call) => S3Xml.WriteAsync(call, S3Xml.New("ListAllMyBucketsResult",
        S3Xml.New("Owner", S3Xml.New("ID", s3.Options.AccountId)),
        S3Xml.New("Buckets", s3.Buckets.Where(bucket => bucket.OwnerId == s3.Options.AccountId)
            .Select(static bucket => (XElement)S3Xml.New("Bucket",
            S3Xml.New("Name", bucket.Name),
            S3Xml.New("CreationDate", S3Listing.Time(bucket.CreatedAt)))))));

    private Task DeleteBucket(AwsCall call, StandInBucket bucket)
    {
        if (bucket.Keys.Count > 0) throw new AwsException(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
        s3.RemoveBucket(bucket.Name);
        call.Response.StatusCode = 204;
        return Task.CompletedTask;
    }
}
