using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;
using DynamoCosmos.RealServers;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>Tests that measure what the whole process allocates, and so run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneTests
{
    public const string Name = "Alone";
}

[Collection(AloneTests.Name)]
[Trait("Category", "Slow")]
public sealed class StreamedCopyMemoryTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const int FileBytes = 96 << 20;

    [RealServerFact(RealServer.Azurite)]
    public async Task A_streamed_file_takes_memory_for_one_block_whatever_its_length()
    {
        using CloudConnections clouds = new();
        string root = Directory.CreateTempSubdirectory("export-").FullName;
        try
        {
            ExportFolder source = await WriteExportAsync(root);
            CopyOptions options = new() { Method = CopyMethod.Streamed };
            LakeLocation lake = LakeLocation.Of(azurite.AccountName, "memory", "", azurite.Endpoint, AzureEnvironment.AzureCloud);
            LakeTarget target = new(lake, LakeTests.Key(azurite.AccountKey), options, clouds.Azure);
            using ExportCopy copy = await LakeTests.OpenCopyAsync(source, target, options);
            long before = GC.GetTotalAllocatedBytes(precise: true);

            CopyResult copied = await copy.RunAsync(new RecordedMessages(), (failure, _) => throw failure, default);

            Assert.Equal(FileBytes, copied.CopiedBytes);
            // The block is 8 MiB; the rest is what 13 requests take.
            Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 24 << 20);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<ExportFolder> WriteExportAsync(string root)
    {
        FakeBucket bucket = await FakeBucket.StartAsync();
        bucket.AddExport(fileBytes: FileBytes);
        foreach ((string key, byte[] content) in bucket.Files)
        {
            string path = Path.Combine(root, key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, content);
        }
        await bucket.StopAsync();
        return LocalExportStore.Open(new(Directory.GetDirectories(Path.Combine(root, "AWSDynamoDB")).Single()));
    }
}
