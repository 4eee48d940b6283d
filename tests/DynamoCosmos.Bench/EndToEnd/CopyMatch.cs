using Amazon.S3;
using Amazon.S3.Model;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>
/// A streamed copy from S3 to a lake, proved by MD5 on its way, against a bare loop over the two SDKs that proves nothing.
/// </summary>
internal sealed class CopyMatch(string key, string name, double goal, long bytes) : Match(key, name, "MB/s", goal)
{
    private static readonly AwsStandInOptions s_aws = new();

    private readonly StandInProcess _host = new();
    private readonly CopyOptions _options = new() { Method = CopyMethod.Streamed };

    private protected override async Task<Turn> YardstickAsync(bool isWarmUp)
    {
        HostAddresses places = await StartAsync();
        using AmazonS3Client s3 = new(AwsStandInOptions.DefaultAccessKey, AwsStandInOptions.DefaultSecretKey, new AmazonS3Config
        {
            ServiceURL = places.Endpoint.AbsoluteUri,
            AuthenticationRegion = s_aws.Region,
            ForcePathStyle = true,
        });
        BlobServiceClient lake = new(places.LakeEndpoint, new StorageSharedKeyCredential("lake", places.Key));
        BlobContainerClient container = lake.GetBlobContainerClient(StandInHost.FileSystem);

        CpuWatch watch = new();
        long copied = 0;
        ListObjectsV2Response files = await s3.ListObjectsV2Async(new() { BucketName = StandInHost.Bucket, Prefix = places.Folder });
        await Parallel.ForEachAsync(files.S3Objects, new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency },
            async (file, stop) =>
        {
            using GetObjectResponse from = await s3.GetObjectAsync(StandInHost.Bucket, file.Key, stop);
            await container.GetBlockBlobClient(file.Key).UploadAsync(from.ResponseStream, cancellationToken: stop);
            Interlocked.Add(ref copied, from.ContentLength);
        });
        return watch.Score(copied / 1e6);
    }

    private protected override async Task<Turn> ProductAsync(bool isWarmUp)
    {
        HostAddresses places = await StartAsync();
        AwsSettings aws = new()
        {
            AccessKey = AwsStandInOptions.DefaultAccessKey,
            SecretKey = Secret.From(new System.Net.NetworkCredential("", AwsStandInOptions.DefaultSecretKey).SecurePassword),
            EndpointUrl = places.Endpoint,
            Region = s_aws.Region,
        };
        LakeLocation destination = LakeLocation.Of("lake", StandInHost.FileSystem, "", places.LakeEndpoint, AzureEnvironment.AzureCloud);
        using CloudConnections clouds = new();
        ExportStaging staging = new(destination, StandInProcess.KeyOf(places), _options, clouds);
        CpuWatch watch = new();
        using ExportCopy copy = (await staging.OpenAsync(new Uri($"s3://{StandInHost.Bucket}/{places.Folder}"), aws, default)).Copy;
        CopyResult result = await copy.RunAsync(NoMessages.Instance, (failure, _) => throw failure, default);
        return watch.Score(result.CopiedBytes / 1e6);
    }

    public override ValueTask DisposeAsync() => _host.DisposeAsync();

    private Task<HostAddresses> StartAsync() => _host.AskAsync<HostAddresses>(new("copy", Bytes: bytes));
}
