using System.Management.Automation;
using System.Text;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Sandbox.Faults;

namespace DynamoCosmos.Tests.Faults;

/// <summary>
/// An export in a lake and in S3, and an empty container, each behind a fault proxy, and a session whose imports go through both. Between
/// the good items stand some that no conversion takes, so that rejections are written under the same faults.
/// </summary>
internal sealed class FaultScene : IAsyncDisposable
{
    internal const int Malformed = 7;
    private const string Account = "lake", FileSystem = "s3datacopy", Bucket = "my-exports";

    private const string Target = "-AccountName mycosmos -DatabaseName shop -ContainerName orders -PartitionKeyAttribute customerId:S " +
        "-SortKeyAttribute orderId:S -TtlAttribute expiresAt";

    private readonly DirectoryInfo _disk;

    private FaultScene(SandboxSession session, FaultProxy cosmosProxy, FaultProxy blobProxy, FaultProxy s3Proxy, DirectoryInfo disk) =>
        (Session, CosmosProxy, BlobProxy, S3Proxy, _disk) = (session, cosmosProxy, blobProxy, s3Proxy, disk);

    internal SandboxSession Session { get; }

    internal CosmosStandIn Cosmos => Session.Cosmos;

    internal FaultProxy CosmosProxy { get; }

    internal FaultProxy BlobProxy { get; }

    internal FaultProxy S3Proxy { get; }

    internal int Items { get; private init; }

    /// <summary>The export's own folder, on disk and below the lake's file system.</summary>
    internal string Folder { get; private init; } = "";

    internal string Key { get; private init; } = "";

    /// <summary>Blobs of the data files, in the manifest's order.</summary>
    internal IReadOnlyList<string> DataFiles { get; private init; } = [];

    internal string Location => new Uri(BlobProxy.Endpoint, $"{Account}/{FileSystem}/{Key}").AbsoluteUri;

    internal static async Task<FaultScene> StartAsync(int items = 4_000, int files = 4, FaultScenario? cosmos = null,
        FaultScenario? blob = null, FaultScenario? s3 = null, TimeProvider? clock = null, int ranges = 2)
    {
        SandboxSession session = await SandboxSession.StartAsync(
            blob: new() { Clock = clock ?? TimeProvider.System },
            cosmos: new() { AccountName = "mycosmos", InitialRanges = ranges, Throttle = false, Clock = clock ?? TimeProvider.System });
        session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], throughput: 40_000, defaultTtl: -1);
        FaultProxy cosmosProxy = await FaultProxy.StartAsync(session.Cosmos.Endpoint, cosmos),
            blobProxy = await FaultProxy.StartAsync(session.Blob.Endpoint, blob),
            s3Proxy = await FaultProxy.StartAsync(session.Aws.Endpoint, s3);
        DirectoryInfo disk = Directory.CreateTempSubdirectory("dynamocosmos-faults-");
        ExportLayout layout = Write(disk.FullName, items, files, clock?.GetUtcNow());
        List<string> data = [];
        foreach (string path in Directory.EnumerateFiles(disk.FullName, "*", SearchOption.AllDirectories))
        {
            string key = Path.GetRelativePath(disk.FullName, path).Replace('\\', '/');
            session.Blob.Put(Account, FileSystem, key, File.ReadAllBytes(path));
            session.Aws.S3[Bucket].Put(key, File.ReadAllBytes(path));
            if (key.EndsWith(".gz", StringComparison.Ordinal)) data.Add(key);
        }
        return new(session, cosmosProxy, blobProxy, s3Proxy, disk)
        {
            Items = items,
            Folder = layout.Folder,
            Key = Path.GetRelativePath(disk.FullName, layout.Folder).Replace('\\', '/').TrimEnd('/') + "/",
            DataFiles = data,
        };
    }

    /// <summary>The same line each time, as a runbook has it.</summary>
    internal ScriptRun Import(string more = "") => Import(Location, more);

    /// <summary>Straight from the bucket. What the run keeps lies on this machine, where a test must not leave it.</summary>
    internal ScriptRun ImportFromS3(string more = "") =>
        Import($"s3://{Bucket}/{Key}", $"-EndpointUrl '{S3Proxy.Endpoint}' -CheckpointPath '{Path.Combine(_disk.FullName, "c.json")}' " +
            $"-RejectedItemPath '{Path.Combine(_disk.FullName, "r.ndjson")}' {more}");

    /// <summary>The same line in a session of its own, at the same time.</summary>
    internal ScriptRun ImportElsewhere(string more = "")
    {
        using ModuleHost host = Session.OpenHost();
        return host.Invoke(Line(Location, more));
    }

    /// <summary>Begins an import, so that the test can do something meanwhile.</summary>
    internal Task<ScriptRun> ImportAsync(string more = "") => Task.Run(() => Import(more));

    /// <summary>
    /// Complete and equal: the counts add up, nothing good is rejected, and every document is as it should be, seen past the proxies.
    /// </summary>
    internal PSObject AssertComplete(ScriptRun import)
    {
        PSObject result = import.Single();
        long Count(string name) => (long)result.Properties[name].Value;
        Assert.Equal(true, result.Properties["Completed"].Value);
        Assert.Equal((Items + Malformed, Items, Malformed), (Count("Read"), Count("Written") + Count("Expired"), Count("Rejected")));
        Assert.Equal(Items, Cosmos.Count("shop", "orders"));
        AssertRejections(result);
        PSObject compared = Session.Invoke($"Compare-CosmosMigration -Location '{Folder}' {Target} -AllowRejected {Malformed} " +
            "-WarningAction SilentlyContinue").Single();
        Assert.Equal((true, (long)Items), (compared.Properties["Passed"].Value, compared.Properties["Matched"].Value));
        Assert.Empty(Cosmos.Failures);
        return result;
    }

    internal byte[] ReadBlob(string key) => Session.Blob.Find(Account, FileSystem, key)!.Content.ToArray();

    internal void PutBlob(string key, byte[] content) => Session.Blob.Put(Account, FileSystem, key, content);

    internal void RemoveBlob(string key) => Assert.True(Session.Blob.Remove(Account, FileSystem, key));

    public async ValueTask DisposeAsync()
    {
        await CosmosProxy.DisposeAsync();
        await BlobProxy.DisposeAsync();
        await S3Proxy.DisposeAsync();
        await Session.DisposeAsync();
        _disk.Delete(recursive: true);
    }

    // Each malformed line once, whatever was tried again.
    private void AssertRejections(PSObject result)
    {
        Session.Host.Set("result", result);
        IReadOnlyList<PSObject> items = Session.Invoke("$result | Get-CosmosRejectedItem").ThrowIfFailed().Output;
        Assert.Equal(Malformed, items.Count);
        Assert.Equal(Malformed, items.Select(i => $"{i.Properties["DataFile"].Value} {i.Properties["Line"].Value}").Distinct().Count());
        Assert.All(items, i => Assert.Contains("malformed", (string)i.Properties["Item"].Value, StringComparison.Ordinal));
    }

    private ScriptRun Import(string location, string more) => Session.Invoke(Line(location, more));

    private string Line(string location, string more) =>
        $"Import-CosmosItems -Location '{location}' -AccountEndpoint '{CosmosProxy.Endpoint}' {Target} -WarningAction SilentlyContinue " +
            $"{more}";

    private static ExportLayout Write(string root, int items, int files, DateTimeOffset? now)
    {
        SampleOrders orders = new(now: now);
        ExportLayout layout = ExportLayout.ToFolder(root);
        int next = 0, malformed = 0;
        for (int file = 0; file < files; file++)
        {
            using DataFileWriter data = layout.AddDataFile(linesPerMember: 500);
            for (int end = items * (file + 1) / files; next < end; next++)
            {
                data.WriteItem(orders.Item(next));
                if (malformed * items <= next * Malformed
                    && malformed < Malformed) data.WriteItem(
                    Encoding.UTF8.GetBytes($$"""{"customerId":{"S":"malformed {{++malformed}}"},"orderId":{"N":"none"} }"""));
            }
        }
        layout.Complete();
        return layout;
    }
}
