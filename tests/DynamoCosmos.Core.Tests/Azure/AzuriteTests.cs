using System.Text;
using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;
using DynamoCosmos.RealServers;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>What was built against the stand-in, against a server of another make.</summary>
[Trait("Category", "Slow")]
public sealed class AzuriteTests(Azurite azurite) : IClassFixture<Azurite>, IAsyncLifetime
{
    private readonly RecordedMessages _messages = new();
    private readonly string _fileSystem = "fs" + Guid.NewGuid().ToString("N")[..20];
    private FakeBucket _bucket = null!;

    public async Task InitializeAsync() => _bucket = await FakeBucket.StartAsync();

    public async Task DisposeAsync() => await _bucket.StopAsync();

    [RealServerTheory(RealServer.Azurite)]
    [InlineData(CopyMethod.Streamed)]
    [InlineData(CopyMethod.Auto)]
    public async Task An_export_is_streamed_into_it_and_read_from_it(CopyMethod method)
    {
        using CloudConnections clouds = new();
        ExportFolder source = _bucket.AddExport("pre fix/ü/", fileBytes: [150_000, 0, 100]);
        CopyOptions options = new() { Method = method, StreamBlockBytes = 64_000, FirstPause = TimeSpan.FromMilliseconds(1) };
        LakeTarget target = new(Location("into"), Settings, options, clouds.Azure, LakeTests.FastRetries);

        CopyResult copied = await CopyAsync(source, target, options), again = await CopyAsync(source, target, options);

        Assert.Equal((3, 3, 0), (copied.CopiedFiles, copied.StreamedFiles, copied.ServerSideFiles));
        Assert.Equal((0, 3), (again.CopiedFiles, again.SkippedFiles));
        Assert.Equal(method == CopyMethod.Auto ? 1 : 0, _messages.Warnings.Count);
        ExportFolder there = LakeExportStore.Open(copied.Location, Settings, clouds.Lakes);
        IReadOnlyList<DataFile> files = (await OpenedExport.OpenAsync(there, needsManifest: true, default)).Files;
        Assert.Equal(3, files.Count);
        foreach (DataFile file in files) Assert.Equal(_bucket.Files[file.S3Key], await ReadAsync(there.Store, file.Key));
    }

    [RealServerFact(RealServer.Azurite)]
    public async Task Files_are_listed_in_order()
    {
        using CloudConnections clouds = new();
        await AddAsync("b/1", "b-1", "a");
        LakeExportStore store = new(Location(""), LakeClient.Create(Location(""), Settings, clouds.Azure));

        List<string> keys = [];
        await foreach (StoredFile file in store.ListAsync("b", default)) keys.Add(file.Key);

        Assert.Equal(["b-1", "b/1"], keys);
    }

    [RealServerFact(RealServer.Azurite)]
    public async Task A_checkpoint_is_written_under_a_lease()
    {
        using CloudConnections clouds = new();
        await AddAsync();
        LakeLocation lake = Location(".checkpoint.json");
        await using LakeCheckpointFile first = new(lake, LakeClient.Create(lake, Settings, clouds.Azure), TimeProvider.System),
            second = new(lake, LakeClient.Create(lake, Settings, clouds.Azure), TimeProvider.System);

        await using (IRunHold hold = await first.HoldAsync("first", default))
        {
            string version = await first.WriteAsync("{1}"u8.ToArray(), null, default);
            await first.WriteAsync("{2}"u8.ToArray(), version, default);
            MigrationException refused = await Assert.ThrowsAsync<MigrationException>(() => second.HoldAsync("second", default));
            MigrationException changed =
                await Assert.ThrowsAsync<MigrationException>(() => first.WriteAsync("{3}"u8.ToArray(), version, default));
            Assert.Equal("RunAlreadyActive", refused.ErrorId);
            Assert.Contains("first", refused.Message);
            Assert.Equal("CheckpointChanged", changed.ErrorId);
        }
        await using IRunHold next = await second.HoldAsync("second", default);

        Assert.Equal("{2}"u8.ToArray(), (await second.ReadAsync(default))!.Text.ToArray());
    }

    [RealServerFact(RealServer.Azurite)]
    public async Task Rejections_are_appended_and_cut()
    {
        using CloudConnections clouds = new();
        await AddAsync();
        LakeLocation lake = Location("rejects.ndjson");
        await using LakeRejectionFile file = new(lake, LakeClient.Create(lake, Settings, clouds.Azure));
        await file.AppendAsync(0, "one\n"u8.ToArray(), default);
        await file.AppendAsync(4, "two\n"u8.ToArray(), default);

        await using LakeRejectionFile next = new(lake, LakeClient.Create(lake, Settings, clouds.Azure));
        await next.AppendAsync(4, "new\n"u8.ToArray(), default);
        using StreamReader reader = new(await next.OpenReadAsync(default));

        Assert.Equal("one\nnew\n", await reader.ReadToEndAsync());
    }

    private AzureSettings Settings => LakeTests.Key(azurite.AccountKey);

    private LakeLocation Location(string path) =>
        LakeLocation.Of(azurite.AccountName, _fileSystem, path, azurite.Endpoint, AzureEnvironment.AzureCloud);

    private async Task AddAsync(params string[] keys)
    {
        using CloudConnections clouds = new();
        LakeClient client = LakeClient.Create(Location(""), Settings, clouds.Azure);
        await client.Container(Location("")).CreateIfNotExistsAsync();
        foreach (string key in keys) await client.Container(Location("")).UploadBlobAsync(key, new BinaryData(Encoding.UTF8.GetBytes(key)));
    }

    private async Task<CopyResult> CopyAsync(ExportFolder source, LakeTarget target, CopyOptions options)
    {
        using ExportCopy copy = await LakeTests.OpenCopyAsync(source, target, options);
        return await copy.RunAsync(_messages, (failure, _) => throw failure, default);
    }

    private static async Task<byte[]> ReadAsync(IExportStore store, string key)
    {
        await using Stream stream = await store.OpenReadAsync((await store.FindAsync(key, default))!, default);
        using MemoryStream bytes = new();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
