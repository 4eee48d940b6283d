using Amazon;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;
using Amazon.S3.Model;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using S3Location = DynamoCosmos.Aws.S3Location;

namespace DynamoCosmos.Sessions;

/// <summary>AWS's part of <see cref="ResourceNames"/>. Fails as the SDK does.</summary>
internal static class AwsNames
{
    // An export lies at [prefix/]AWSDynamoDB/<id>/; an incremental one has its files in a folder "data" beside those of the ids.
    private const string Marker = "AWSDynamoDB/", Data = "data/";

    internal static IReadOnlyList<ResourceName> Regions() =>
        ResourceNames.Sorted(
            RegionEndpoint.EnumerableAllRegions.Select(static region => new ResourceName(region.SystemName, region.DisplayName)));

    internal static IReadOnlyList<ResourceName> Profiles() =>
        ResourceNames.Sorted(new CredentialProfileStoreChain().ListProfiles()
            .Select(static profile => new ResourceName(profile.Name, profile.Region?.SystemName))
            .DistinctBy(static profile => profile.Name));

    internal static async Task<IReadOnlyList<ResourceName>> TablesAsync(AwsSettings settings, CancellationToken cancellationToken)
    {
        using CloudConnections clouds = new();
        DynamoTables tables = new(settings, clouds.Aws);
        List<string> names = [];
        await foreach (string name in tables.ListNamesAsync(cancellationToken).ConfigureAwait(false)) names.Add(name);
        return ResourceNames.Sorted(names);
    }

    internal static async Task<IReadOnlyList<ResourceName>> BucketsAsync(AwsSettings settings, CancellationToken cancellationToken)
    {
        using CloudConnections clouds = new();
        using AmazonS3Client s3 = clouds.Aws.Get(settings).CreateS3();
        ListBucketsResponse found = await s3.ListBucketsAsync(cancellationToken).ConfigureAwait(false);
        return ResourceNames.Sorted((found.Buckets ?? []).Select(static bucket => bucket.BucketName));
    }

    internal static async Task<IReadOnlyList<ResourceName>> PrefixesAsync(AwsSettings settings, string bucket,
        CancellationToken cancellationToken)
    {
        using CloudConnections clouds = new();
        S3Connection connection = clouds.Aws.Get(settings).Bucket(bucket);
        IReadOnlyList<string> roots = await RootsAsync(connection, bucket, cancellationToken).ConfigureAwait(false);
        return ResourceNames.Sorted(roots.Select(static root => root[..^Marker.Length].TrimEnd('/'))
            .Where(static prefix => prefix.Length > 0));
    }

    internal static async Task<IReadOnlyList<ResourceName>> ExportsAsync(AwsSettings settings, string bucket,
        CancellationToken cancellationToken)
    {
        using CloudConnections clouds = new();
        S3Connection connection = clouds.Aws.Get(settings).Bucket(bucket);
        List<string> exports = [];
        foreach (string root in await RootsAsync(connection, bucket, cancellationToken).ConfigureAwait(false))
            exports.AddRange((await FoldersAsync(connection, bucket, root, "/", cancellationToken).ConfigureAwait(false))
                .Where(folder => folder != root + Data));
        return ResourceNames.Sorted(exports.Select(folder => S3Location.Of(bucket, folder).AbsoluteUri));
    }

    // S3 itself rolls up all that lies below a marker, however much: one request tells every prefix that exports were made with.
    private static Task<IReadOnlyList<string>> RootsAsync(S3Connection connection, string bucket, CancellationToken cancellationToken) =>
        FoldersAsync(connection, bucket, "", Marker, cancellationToken);

    // The first page (1,000) is as much as anybody chooses from.
    private static async Task<IReadOnlyList<string>> FoldersAsync(S3Connection connection, string bucket, string prefix, string delimiter,
        CancellationToken cancellationToken)
    {
        AmazonS3Client s3 = await connection.GetAsync(cancellationToken).ConfigureAwait(false);
        ListObjectsV2Response page = await s3.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, Delimiter = delimiter }, cancellationToken)
            .ConfigureAwait(false);
        return page.CommonPrefixes ?? [];
    }
}
