using System.Text.Json;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Aws.S3;
using DynamoCosmos.Sandbox.Blob;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>What is asked of the process that the stand-ins run in. A line of JSON each.</summary>
/// <param name="Kind">cosmos, copy or count.</param>
/// <param name="Throughput">RU/s of the container; null throttles nothing.</param>
/// <param name="Bytes">Of the export to be copied.</param>
/// <param name="Model">How ranges count what they may serve.</param>
/// <param name="SavedSeconds">Seconds that they have been idle for.</param>
/// <param name="RangeShares">Shares of the load, in place of equal ones.</param>
internal sealed record HostRequest(
    string Kind, int Ranges = 1, int? Throughput = null, int LatencyMilliseconds = 0, bool KeepDocuments = false, long Bytes = 0,
    ThrottleModel Model = ThrottleModel.ClockSeconds, double SavedSeconds = 0, double[]? RangeShares = null);

/// <param name="Endpoint">Cosmos DB's, or S3's.</param>
/// <param name="LakeEndpoint">The storage account's.</param>
internal sealed record HostAddresses(Uri Endpoint, string Key, Uri? LakeEndpoint = null, string Folder = "");

/// <summary>What the container has seen since it was made.</summary>
internal sealed record HostCounts(long Tries, long Throttled, double Charge, long Documents);

/// <summary>
/// The stand-ins' side of a benchmark: a process of its own, as the cloud is another machine. Each request for a stand-in ends the one
/// before it, but the process, and with it all that the runtime has compiled and learned, stays.
/// </summary>
internal static class StandInHost
{
    internal const string Database = "shop", Container = "orders", Bucket = "exports", FileSystem = "staged";

    internal static async Task RunAsync()
    {
        Environment.SetEnvironmentVariable("COSMOS_DISABLE_IMDS_ACCESS", "true");
        CosmosStandIn? cosmos = null;
        await using CopyHost copy = new();
        while (Console.ReadLine() is string line)
        {
            HostRequest request = JsonSerializer.Deserialize<HostRequest>(line)!;
            if (request.Kind == "cosmos")
            {
                if (cosmos is not null) await cosmos.DisposeAsync();
                cosmos = await StartAsync(request);
                Answer(new HostAddresses(cosmos.Endpoint, cosmos.AccountKey));
            }
            else if (request.Kind == "copy")
            {
                Answer(await copy.StartAsync(request.Bytes));
            }
            else
            {
                (long tries, long throttled) = cosmos!.BatchOperations;
                Answer(new HostCounts(tries, throttled, cosmos.TotalCharge, cosmos.Count(Database, Container)));
            }
        }
        if (cosmos is not null) await cosmos.DisposeAsync();
    }

    private static async Task<CosmosStandIn> StartAsync(HostRequest request)
    {
        GC.Collect();
        CosmosStandIn cosmos = await CosmosStandIn.StartAsync(new()
        {
            KeepDocuments = request.KeepDocuments,
            InitialRanges = request.Ranges,
            ThrottleModel = request.Model,
            SavedSeconds = request.SavedSeconds,
            RangeShares = request.RangeShares,
            Throttle = request.Throughput is not null,
            Latency = TimeSpan.FromMilliseconds(request.LatencyMilliseconds),
            RequestLogLimit = 10,
        });
        cosmos.CreateDatabase(Database);
        cosmos.CreateContainer(Database, Container, ["/customerId"], request.Throughput
            ?? 100_000, defaultTtl: -1, indexingPolicy: new() { ["indexingMode"] = "none", ["automatic"] = false });
        return cosmos;
    }

    private static void Answer<T>(T answer) => Console.WriteLine(JsonSerializer.Serialize(answer));

    /// <summary>A bucket with an export in it and a lake to bring it to.</summary>
    private sealed class CopyHost : IAsyncDisposable
    {
        private const int Files = 24;

        private AwsStandIn? _aws;
        private BlobStandIn? _blob;
        private string _folder = "";

        internal async Task<HostAddresses> StartAsync(long bytes)
        {
            _aws ??= await StartAwsAsync(bytes);
            if (_blob is not null) await _blob.DisposeAsync();
            GC.Collect();
            _blob = await BlobStandIn.StartAsync();
            _blob.CreateContainer("lake", FileSystem);
            return new(_aws.Endpoint, _blob.AccountKey("lake"), _blob.AccountEndpoint("lake"), _folder);
        }

        public async ValueTask DisposeAsync()
        {
            if (_aws is not null) await _aws.DisposeAsync();
            if (_blob is not null) await _blob.DisposeAsync();
        }

        /// <summary>Its lines are chance and not items: a copy looks into no file, and what is compressed already is chance too.</summary>
        private async Task<AwsStandIn> StartAwsAsync(long bytes)
        {
            AwsStandIn aws = await AwsStandIn.StartAsync();
            StandInBucket bucket = aws.S3.CreateBucket(Bucket);
            string root = Directory.CreateTempSubdirectory("dynamocosmos-bench-").FullName;
            try
            {
                ExportLayout layout = ExportLayout.ToFolder(root, new() { S3Bucket = Bucket });
                byte[] line = new byte[64 * 1024];
                Random random = new(1);
                for (int file = 0; file < Files; file++)
                {
                    using DataFileWriter data = layout.AddDataFile();
                    for (long left = bytes / Files; left > 0; left -= line.Length)
                    {
                        random.NextBytes(line);
                        data.WriteLine(line);
                    }
                }
                layout.Complete(bytes);
                foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
                    bucket.Put(Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'),
                        await File.ReadAllBytesAsync(file));
                _folder = layout.Facts.Folder;
            }
            finally
            {
                Directory.Delete(root, recursive: true);
            }
            return aws;
        }
    }
}
