using Amazon.S3;
using Amazon.S3.Model;
using DynamoCosmos.Aws;
using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Core.Tests.Aws;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;
using DynamoCosmos.RealServers;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Blob;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>
/// Copies out of Ceph's S3: streamed into Azurite, and fetched by the Blob stand-in with URLs whose signatures Ceph checks.
/// </summary>
[Collection(RadosGatewayTests.Name)]
[Trait("Category", "Slow")]
public sealed class RealCopyTests(RadosGateway s3, Azurite azurite) : IClassFixture<Azurite>, IAsyncLifetime
{
    private readonly string _bucket = "copy-" + Guid.NewGuid().ToString("N")[..12];
    private readonly RecordedMessages _messages = new();
    private string _folder = "";

    public async Task InitializeAsync()
    {
        string root = Directory.CreateTempSubdirectory("export-").FullName;
        using AmazonS3Client client = new(s3.AccessKey, s3.SecretKey, new AmazonS3Config
        {
            ServiceURL = s3.Endpoint.AbsoluteUri,
            ForcePathStyle = true,
            RequestChecksumCalculation = Amazon.Runtime.RequestChecksumCalculation.WHEN_REQUIRED,
        });
        await client.PutBucketAsync(new PutBucketRequest { BucketName = _bucket });
        try
        {
            ExportLayout layout =
                new SampleOrders().WriteExport(root, 3000, files: 5, new() { S3Bucket = _bucket, S3Prefix = "pre fix/ü" });
            _folder = layout.Facts.Folder;
            foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            {
                string key = Path.GetRelativePath(root, file).Replace('\\', '/');
                await client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = key, FilePath = file });
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [RealServerFact(RealServer.Ceph, RealServer.Azurite)]
    public async Task An_export_is_streamed_from_Ceph_into_Azurite()
    {
        using CloudConnections clouds = new();
        LakeLocation lake = LakeLocation.Of(azurite.AccountName, "fs" + Guid.NewGuid().ToString("N")[..12], "", azurite.Endpoint,
            AzureEnvironment.AzureCloud);
        AzureSettings settings = LakeTests.Key(azurite.AccountKey);

        CopyResult copied =
            await CopyAsync(lake, settings, CopyMethod.Streamed), again = await CopyAsync(lake, settings, CopyMethod.Streamed);
        ExportFolder there = LakeExportStore.Open(copied.Location, settings, clouds.Lakes);
        DynamoExport found = ExportReading.Describe(await OpenedExport.OpenAsync(there, needsManifest: true, default), new());

        Assert.Equal((5, 5), (copied.StreamedFiles, again.SkippedFiles));
        Assert.Equal(3000, found.ItemCount);
    }

    [RealServerFact(RealServer.Ceph)]
    public async Task An_export_is_fetched_from_Ceph_by_signed_URLs()
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();

        CopyResult copied =
            await CopyAsync(LakeTests.Location(storage, "lake", "staged"), LakeTests.Key(storage, "lake"), CopyMethod.ServerSide);

        Assert.Equal(5, copied.ServerSideFiles);
        Assert.Equal(copied.CopiedBytes, storage.Log.BytesFetched);
    }

    private async Task<CopyResult> CopyAsync(LakeLocation lake, AzureSettings azure, CopyMethod method)
    {
        AwsSettings aws = new()
        {
            AccessKey = s3.AccessKey,
            SecretKey = Secret.From(AccessScene.Secure(s3.SecretKey)),
            EndpointUrl = s3.Endpoint,
            Region = "us-east-1"
        };
        using CloudConnections clouds = new();
        ExportStaging staging = new(lake, azure, new() { Method = method }, clouds);
        using ExportCopy copy = (await staging.OpenAsync(new Uri(
            $"s3://{_bucket}/{string.Join('/', _folder.Split('/').Select(Uri.EscapeDataString))}"), aws, default)).Copy;
        return await copy.RunAsync(_messages, (failure, _) => throw failure, default);
    }
}
