using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Exports;
using DynamoCosmos.Import;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;
using DynamoCosmos.RealServers;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Core.Tests.Aws;

/// <summary>Ceph's S3 as a place of exports.</summary>
[Collection(RadosGatewayTests.Name)]
[Trait("Category", "Slow")]
public sealed class RealS3Tests(RadosGateway server) : IAsyncLifetime
{
    private readonly string _bucket = $"bucket-{Guid.NewGuid():N}";
    private AmazonS3Client _client = null!;
    private readonly CloudConnections _clouds = new();
    private S3ExportStore _store = null!;

    public async Task InitializeAsync()
    {
        _client = new(server.AccessKey, server.SecretKey, new AmazonS3Config
        {
            ServiceURL = server.Endpoint.AbsoluteUri,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
        await _client.PutBucketAsync(_bucket);
        _store = new(_bucket, _clouds.Aws.Get(Settings()));
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        _clouds.Dispose();
        return Task.CompletedTask;
    }

    [RealServerFact(RealServer.Ceph)]
    public async Task A_file_is_found_read_listed_and_given_out_by_URL()
    {
        byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
        string key = "a prefix/é+#%20/data.gz";
        await PutAsync(key, content);
        StoredFile file = Assert.IsType<StoredFile>(await _store.FindAsync(key, default));
        Assert.Equal(content.Length, file.Length);
        await using Stream stream = await _store.OpenReadAsync(file, default);
        using MemoryStream read = new();
        await stream.CopyToAsync(read);
        Assert.Equal(content, read.ToArray());
        List<StoredFile> listed = [];
        await foreach (StoredFile found in _store.ListAsync("a prefix/", default)) listed.Add(found);
        Assert.Equal((key, file.ETag, file.Length), (listed.Single().Key, listed[0].ETag, listed[0].Length));
        using HttpClient http = new();
        Assert.Equal(content, await http.GetByteArrayAsync(await _store.CreateReadUrlAsync(key, TimeSpan.FromMinutes(1), default)));
    }

    [RealServerTheory(RealServer.Ceph)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task An_export_or_a_scans_output_is_imported_straight_from_it(bool isIon, bool isFolder)
    {
        DirectoryInfo disk = Directory.CreateTempSubdirectory("dynamocosmos s3 ");
        try
        {
            SampleOrders orders = new();
            string prefix = "a scan/";
            if (isFolder) await PutAsync($"{prefix}page.json",
                [.. "{\"Items\":["u8, .. orders.Items(200).SelectMany(static (item, index) => index == 0 ? item : [(byte)',', .. item]),
                .. "]}"u8]);
            else
            {
                ExportLayout layout =
                    orders.WriteExport(disk.FullName, 200, files: 3, new() { S3Bucket = _bucket, S3Prefix = "day 1", IsIon = isIon });
                prefix = layout.Facts.Folder;
                foreach (string file in Directory.GetFiles(disk.FullName, "*", SearchOption.AllDirectories)) await PutAsync(
                    Path.GetRelativePath(disk.FullName, file), await File.ReadAllBytesAsync(file));
            }
            ExportOrigin origin = new()
            {
                Export = new() { ExportStatus = "COMPLETED", Location = StoreKeys.Combine(new($"s3://{_bucket}/"), prefix) },
                PartitionKey = KeyName.Parse(SampleOrders.PartitionKey),
                SortKey = KeyName.Parse(SampleOrders.SortKey),
                Aws = Settings(),
            };
            await using IItemSource source = await origin.OpenAsync(_clouds, default);
            ScriptedSink sink = new();
            ImportResult result = await new ItemImport(source, sink, new(source.Keys, new ConversionOptions(), source.Format),
                new MemoryFiles().WithoutCheckpoint, new()).RunAsync(NoMessages.Instance, default);
            Assert.Equal((true, 200L, 200), (result.Completed, result.Written, sink.Documents.Count));
        }
        finally
        {
            disk.Delete(recursive: true);
        }
    }

    [RealServerFact(RealServer.Ceph)]
    public async Task A_replaced_or_removed_file_is_an_error()
    {
        await PutAsync("k", [1, 2, 3]);
        StoredFile file = (await _store.FindAsync("k", default))!;
        await PutAsync("k", [4, 5, 6]);
        Assert.Equal("ExportFileChanged",
            (await Assert.ThrowsAsync<MigrationException>(() => _store.OpenReadAsync(file, default))).ErrorId);
        await _client.DeleteObjectAsync(_bucket, "k");
        Assert.Equal("ExportFileMissing",
            (await Assert.ThrowsAsync<MigrationException>(() => _store.OpenReadAsync(file, default))).ErrorId);
        Assert.Null(await _store.FindAsync("k", default));
    }

    [RealServerFact(RealServer.Ceph)]
    public async Task An_export_that_was_put_there_is_read_by_its_manifests()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("dynamocosmos-export-");
        try
        {
            ExportLayout export = new SampleOrders().WriteExport(root.FullName, 500, files: 3, new() { S3Prefix = "some where" });
            foreach (string path in Directory.EnumerateFiles(root.FullName, "*", SearchOption.AllDirectories))
                await PutAsync(Path.GetRelativePath(root.FullName, path).Replace('\\', '/'), await File.ReadAllBytesAsync(path));
            ExportFolder folder = ExportStores.Open(S3Location.Of(_bucket, export.Facts.Folder), Settings(), new(), _clouds);
            DynamoExport found = ExportReading.Describe(await OpenedExport.OpenAsync(folder, needsManifest: true, default), Settings());
            Assert.Equal((500L, "Orders"), (found.ItemCount, found.TableName));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [RealServerFact(RealServer.Ceph)]
    public async Task Who_may_not_in_and_what_is_not_there_are_told_apart()
    {
        await PutAsync("k", [1]);
        S3ExportStore wrongSecret = new(_bucket, _clouds.Aws.Get(Settings(secretKey: "wrong")));
        S3ExportStore wrongKey = new(_bucket, _clouds.Aws.Get(Settings(accessKey: "UNKNOWN")));
        S3ExportStore wrongBucket = new("there-is-no-such-bucket", _clouds.Aws.Get(Settings()));
        Assert.Equal("AwsCredentialsRejected",
            (await Assert.ThrowsAsync<MigrationException>(() => wrongSecret.FindAsync("k", default))).ErrorId);
        Assert.Equal("AwsCredentialsRejected",
            (await Assert.ThrowsAsync<MigrationException>(() => wrongKey.FindAsync("k", default))).ErrorId);
        Assert.Equal("S3BucketNotFound", (await Assert.ThrowsAsync<MigrationException>(() => wrongBucket.FindAsync("k", default))).ErrorId);
    }

    private Task PutAsync(string key, byte[] content) =>
        _client.PutObjectAsync(new() { BucketName = _bucket, Key = key, InputStream = new MemoryStream(content) });

    private AwsSettings Settings(string? accessKey = null, string? secretKey = null) => new()
    {
        AccessKey = accessKey ?? server.AccessKey,
        SecretKey = Secret.From(new NetworkCredential("", secretKey ?? server.SecretKey).SecurePassword),
        Region = "us-east-1",
        EndpointUrl = server.Endpoint,
    };
}
