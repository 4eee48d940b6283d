using System.IO.Compression;
using System.Management.Automation;
using System.Text;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Tests.Import;

/// <summary>
/// Import-CosmosItems and Compare-CosmosMigration from a folder of scan output without a manifest: on disk, in a lake, in S3.
/// </summary>
public sealed class ItemFolderImportTests : IAsyncLifetime
{
    private const int Items = 300;
    private const string Target = "-DatabaseName shop -ContainerName orders -PartitionKeyAttribute customerId -SortKeyAttribute orderId";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos folder ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000, defaultTtl: -1);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_folder_on_disk_is_imported_and_compared_with_a_warning_and_taken_for_done_afterwards()
    {
        foreach ((string name, byte[] content) in Files()) File.WriteAllBytes(Path.Combine(_root, name), content);
        Check(_root);
        ScriptRun compared = _session.Invoke($"Compare-CosmosMigration -Location '{_root}' {Target}");
        Assert.Equal((true, (long)Items), (compared.Single().Properties["Passed"].Value, compared.Output[0].Properties["Matched"].Value));
        Assert.Contains("no manifest", Assert.Single(compared.Warnings), StringComparison.Ordinal);
        Assert.Equal(true, _session.Invoke($"Import-CosmosItems -Location '{_root}' {Target}").Single().Properties["WasComplete"].Value);
        Assert.Single(Directory.GetFiles(Path.Combine(_root, "_dynamocosmos"), "*.checkpoint.json"));
    }

    [Fact]
    public void A_folder_in_S3_is_imported_with_its_checkpoint_where_the_user_says()
    {
        foreach ((string name, byte[] content) in Files()) _session.Aws.S3["my-exports"].Put($"scans/day 1/{name}", content);
        Check("s3://my-exports/scans/day 1/", $"-CheckpointPath '{_root}/c.json' -RejectedItemPath '{_root}/r.ndjson'");
        Assert.True(File.Exists(Path.Combine(_root, "c.json")));
    }

    [Fact]
    public void A_folder_in_a_lake_is_imported_by_what_Get_DynamoExport_found()
    {
        BlobStandIn blob = _session.Blob;
        blob.CreateContainer("lake", "raw");
        foreach ((string name, byte[] content) in Files()) blob.Put("lake", "raw", $"scans/{name}", content);
        ScriptRun found = _session.Invoke($"Get-DynamoExport -Location '{blob.AccountEndpoint("lake")}/raw/scans' " +
            "-PartitionKeyAttribute customerId -SortKeyAttribute orderId -OutVariable folder");
        Assert.Contains("without a manifest", Assert.Single(found.Warnings), StringComparison.Ordinal);
        PSObject result = _session.Invoke("$folder | Import-CosmosItems -DatabaseName shop -ContainerName orders").Single();
        Assert.Equal((true, (long)Items), (result.Properties["Completed"].Value, result.Properties["Written"].Value));
    }

    private void Check(string location, string more = "")
    {
        ScriptRun run = _session.Invoke($"Import-CosmosItems -Location '{location}' {Target} {more}");
        PSObject result = run.Single();
        Assert.Equal((true, (long)Items, 0L),
            (result.Properties["Completed"].Value, result.Properties["Written"].Value, result.Properties["Rejected"].Value));
        Assert.Contains("no manifest", Assert.Single(run.Warnings), StringComparison.Ordinal);
        Assert.Equal(Items, _session.Cosmos.Count("shop", "orders"));
    }

    /// <summary>A scan as the command line writes it, its next page on one line, and lines in gzip.</summary>
    private static IEnumerable<(string Name, byte[] Content)> Files()
    {
        string[] items = [.. new SampleOrders().Items(Items).Select(Encoding.UTF8.GetString)];
        yield return ("page 1.json",
            Encoding.UTF8.GetBytes("{\n    \"Items\": [\n        " + string.Join(",\n        ", items[..100]) +
            "\n    ],\n    \"Count\": 100\n}\n"));
        yield return ("page 2.json", Encoding.UTF8.GetBytes("{\"Items\":[" + string.Join(',', items[100..200]) + "],\"Count\":100}"));
        using MemoryStream stored = new();
        using (GZipStream gzip = new(stored, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', items[200..])));
        yield return ("rest.jsonl.gz", stored.ToArray());
    }
}
