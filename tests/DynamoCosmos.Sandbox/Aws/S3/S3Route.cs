namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>Which operation a request is, and the IAM action that it needs.</summary>
internal static class S3Route
{
    // Sub-resources that change what a request means; one that is not handled below must not be taken for a plain GET or PUT.
    private static readonly string[] s_subresources =
    [
        "acl", "accelerate", "analytics", "attributes", "cors", "delete", "encryption", "intelligent-tiering", "inventory", "legal-hold",
            "lifecycle", "location",
        "logging", "metrics", "notification", "object-lock", "ownershipControls", "partNumber", "policy", "policyStatus",
            "publicAccessBlock", "replication",
        "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent", "uploadId", "uploads", "versioning",
            "versions", "website", "list-type",
    ];

    internal static (string Operation, string Action) Resolve(AwsCall call)
    {
        string sub = string.Join('&', s_subresources.Where(call.Query.ContainsKey));
        bool isCopy = call.Request.Headers.ContainsKey("x-amz-copy-source");
        return (call.Bucket.Length == 0 ? "service" : call.Key.Length == 0 ? "bucket" : "object", call.Request.Method, sub) switch
        {
            ("service", "GET", "") => ("ListBuckets", "s3:ListAllMyBuckets"),
            ("bucket", "PUT", "") => ("CreateBucket", "s3:CreateBucket"),
            ("bucket", "DELETE", "") => ("DeleteBucket", "s3:DeleteBucket"),
            ("bucket", "HEAD", "") => ("HeadBucket", "s3:ListBucket"),
            ("bucket", "GET", "location") => ("GetBucketLocation", "s3:GetBucketLocation"),
            ("bucket", "GET", "list-type") => ("ListObjectsV2", "s3:ListBucket"),
            ("bucket", "GET", "uploads") => ("ListMultipartUploads", "s3:ListBucketMultipartUploads"),
            ("bucket", "POST", "delete") => ("DeleteObjects", "s3:DeleteObject"),
            ("object", "GET", "") => ("GetObject", "s3:GetObject"),
            ("object", "HEAD", "") => ("HeadObject", "s3:GetObject"),
            ("object", "PUT", "") when isCopy => ("CopyObject", "s3:PutObject"),
            ("object", "PUT", "") => ("PutObject", "s3:PutObject"),
            ("object", "PUT", "acl") => ("PutObjectAcl", "s3:PutObjectAcl"),
            ("object", "DELETE", "") => ("DeleteObject", "s3:DeleteObject"),
            ("object", "POST", "uploads") => ("CreateMultipartUpload", "s3:PutObject"),
            ("object", "PUT", "partNumber&uploadId") when isCopy => ("UploadPartCopy", "s3:PutObject"),
            ("object", "PUT", "partNumber&uploadId") => ("UploadPart", "s3:PutObject"),
            ("object", "GET", "uploadId") => ("ListParts", "s3:ListMultipartUploadParts"),
            ("object", "POST", "uploadId") => ("CompleteMultipartUpload", "s3:PutObject"),
            ("object", "DELETE", "uploadId") => ("AbortMultipartUpload", "s3:AbortMultipartUpload"),
            _ => ("", "s3:Unknown"),
        };
    }
}
