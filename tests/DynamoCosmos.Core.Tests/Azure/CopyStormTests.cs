using System.Security.Cryptography;
using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>
/// Copies through seeded storms of faults: whatever happens, a run ends whole or says that it did not, and the same line again finishes it.
/// </summary>
public sealed class CopyStormTests
{
    private const string Summary = "manifest-summary.json";

    private static readonly string[] s_bodies = ["PutBlob", "PutBlock", "PutBlobFromUrl", "PutBlockFromUrl", "GetBlob"];

    [Theory]
    [InlineData(1, CopyMethod.ServerSide)]
    [InlineData(2, CopyMethod.ServerSide)]
    [InlineData(3, CopyMethod.Streamed)]
    [InlineData(4, CopyMethod.Streamed)]
    [InlineData(5, CopyMethod.Auto)]
    [InlineData(6, CopyMethod.Auto)]
    public async Task A_copy_comes_through(int seed, CopyMethod method)
    {
        FakeBucket bucket = await FakeBucket.StartAsync();
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        ExportFolder source = bucket.AddExport("p/", fileBytes: [.. Enumerable.Range(1, 30).Select(number => number * 7001 % 200_000)]);
        Arm(storage, bucket, new Random(seed));

        int runs = 0;
        CopyResult? result = null;
        while (result is null)
        {
            Assert.InRange(++runs, 1, 40);
            try
            {
                result = await CopyAsync(source, storage, method);
            }
            catch (MigrationException error)
            {
                // An interrupted copy never looks like a whole one, but for the last blob, which may have arrived though its answer did
                // not.
                Assert.True(!IsThere(storage, Summary) || DataIsWhole(bucket, storage), $"{error.ErrorId}: {error.Message}");
                Assert.DoesNotContain("TOPSECRET", error.ToString());
            }
        }

        Assert.Equal(result.DataFiles, result.CopiedFiles + result.SkippedFiles);
        Assert.True(IsThere(storage, Summary) && DataIsWhole(bucket, storage));
        Assert.Equal(bucket.Files.Keys.Order(), storage.Names("lake", "staged").Order());
        await bucket.StopAsync();
    }

    private static void Arm(BlobStandIn storage, FakeBucket bucket, Random random)
    {
        Lock gate = new();
        bool Chance(double share)
        {
            lock (gate) return random.NextDouble() < share;
        }

        bucket.RefusedFetches = random.Next(10);
        bucket.FlippedReads = random.Next(10);
        foreach (string operation in s_bodies) storage.Faults.Add(BlobFault.FlipByte(random.Next(50)), operation, _ => Chance(0.03),
            times: -1);
        storage.Faults.Add(BlobFault.Refuse(503, "ServerBusy"), null, _ => Chance(0.08), times: -1);
        storage.Faults.Add(BlobFault.ActAndRefuse(500, "InternalError"), null, _ => Chance(0.05), times: -1);
        storage.Faults.Add(BlobFault.ResetBefore(), null, _ => Chance(0.05), times: -1);
        storage.Faults.Add(BlobFault.ResetAfter(), null, _ => Chance(0.05), times: -1);
        storage.Faults.Add(BlobFault.Truncate(20), "GetBlob", _ => Chance(0.2), times: -1);
    }

    private static bool IsThere(BlobStandIn storage, string name) =>
        storage.Names("lake", "staged").Any(found => found.EndsWith(name, StringComparison.Ordinal));

    private static bool DataIsWhole(FakeBucket bucket, BlobStandIn storage) => bucket.Files.All(file =>
        storage.Find("lake", "staged", file.Key) is { } blob && blob.Content.ToArray().AsSpan().SequenceEqual(file.Value)
        && blob.Headers.ContentMd5 == Convert.ToBase64String(MD5.HashData(file.Value)));

    private static async Task<CopyResult> CopyAsync(ExportFolder source, BlobStandIn storage, CopyMethod method)
    {
        using CloudConnections clouds = new();
        CopyOptions options = new()
        {
            Method = method,
            FirstPause = TimeSpan.FromMilliseconds(1),
            StreamBlockBytes = 32_000,
            MaxPutBlobFromUrlBytes = 150_000,
            UrlBlockBytes = 60_000,
        };
        LakeTarget target = new(LakeTests.Location(storage, "lake", "staged"), LakeTests.Key(storage, "lake"), options, clouds.Azure,
            LakeTests.FastRetries);
        using ExportCopy copy = await LakeTests.OpenCopyAsync(source, target, options);
        return await copy.RunAsync(NoMessages.Instance, (_, _) => default, default);
    }
}
