using System.Globalization;
using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Cosmos;
using Xunit.Abstractions;

namespace DynamoCosmos.Tests;

/// <summary>
/// A table that is scanned into a container, in a process of its own as in <see cref="ImportMemoryTests"/>: its peak must not grow with the
/// table. DYNAMOCOSMOS_TEST_ITEMS sets the larger table's size; a million takes some 3 GB in the test's own process, which holds the table.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ScanMemoryTests(ITestOutputHelper output)
{
    private const int Small = 100_000;

    private static readonly int s_large =
        int.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_TEST_ITEMS") ?? "200000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_scan_of_a_large_table_takes_no_more_memory_than_that_of_a_small_one()
    {
        long small = await PeakOfScanAsync(Small), large = await PeakOfScanAsync(s_large);
        output.WriteLine($"Peak of the importing process: {small >> 20} MB for {Small:N0} items, {large >> 20} MB for {s_large:N0}.");
        // The goal is 250 MB. The runtime's own heap breathes by a few tens of MB; what grows with the size would be hundreds.
        Assert.InRange(large, 1, 280L << 20);
        Assert.InRange(large - small, long.MinValue, 50L << 20);
    }

    private static async Task<long> PeakOfScanAsync(int items)
    {
        string folder = Directory.CreateTempSubdirectory("dynamocosmos-scan-").FullName;
        try
        {
            await using AwsStandIn aws = await AwsStandIn.StartAsync();
            new SampleOrders().CreateTable(aws.Dynamo, items);
            await using CosmosStandIn cosmos =
                await CosmosStandIn.StartAsync(new() { AccountName = "mycosmos", KeepDocuments = false, Throttle = false });
            cosmos.CreateDatabase("shop");
            cosmos.CreateContainer("shop", "orders", ["/" + SampleOrders.PartitionKey], throughput: 100_000, defaultTtl: -1);
            using ScriptProcess import = ScriptProcess.Start(
                Repository.ScriptOf("scan.ps1"), "-Module", ModuleHost.ManifestPath, "-Table", SampleOrders.TableName,
                "-Aws", aws.Endpoint.AbsoluteUri, "-AccessKey", AwsStandInOptions.DefaultAccessKey, "-SecretKey",
                    AwsStandInOptions.DefaultSecretKey, "-Region", aws.Options.Region,
                "-Endpoint", cosmos.Endpoint.AbsoluteUri, "-Key", cosmos.AccountKey, "-Checkpoint",
                    Path.Combine(folder, "checkpoint.json"));
            long peak = (await import.WaitAsync()).ThrowIfFailed().PeakBytes;
            Assert.Equal(items, cosmos.Count("shop", "orders"));
            return peak;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
