using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Aws;

/// <summary>A bucket and a key as one URL: <c>s3://bucket/key</c>.</summary>
internal static class S3Location
{
    internal static Uri Root(string bucket) => new($"s3://{bucket}/");

    internal static Uri Of(string bucket, string key) => StoreKeys.Combine(Root(bucket), key);

    /// <exception cref="MigrationException">S3LocationInvalid.</exception>
    internal static (string Bucket, string Key) Parse(Uri location)
    {
        // The host of an s3 URL is the bucket as it was written; Uri.Host would do for none with an underscore.
        string bucket = location.Host.Length > 0 ? location.Host : location.OriginalString["s3://".Length..].Split('/', 2)[0];
        if (bucket.Length == 0 || location.Query.Length > 0
            || location.Fragment.Length > 0) throw DynamoErrors.BucketLocationInvalid(location);
        return (bucket, Uri.UnescapeDataString(location.AbsolutePath.TrimStart('/')));
    }
}
