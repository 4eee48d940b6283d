using System.Globalization;
using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Cosmos;
using Xunit.Abstractions;

namespace DynamoCosmos.Tests;

/// <summary>
/// A runbook of Azure Automation has 400 MB for its whole process. The import runs in a process of its own here, PowerShell included, and
/// its peak must leave it a quarter of that for its own, and not grow with the export. DYNAMOCOSMOS_TEST_ITEMS sets the larger export's
/// size, for the million of docs/performance.md.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ImportMemoryTests(ITestOutputHelper output)
{
    private const long RunbookBytes = 300L << 20;

    // Long enough for the runtime's heap to have found its size: a shorter run ends below the plateau, and any longer one would seem to
    // grow.
    private const int Small = 100_000;

    private static readonly int s_large =
        int.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_TEST_ITEMS") ?? "200000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task An_import_stays_within_a_runbooks_memory_whatever_the_size()
    {
        long small = await PeakOfImportAsync(Small), large = await PeakOfImportAsync(s_large);
        output.WriteLine($"Peak of the importing process: {small >> 20} MB for {Small:N0} items, {large >> 20} MB for {s_large:N0}.");
        Assert.InRange(large, 1, RunbookBytes);
        // The runtime's own heap may breathe by a few tens of MB; what grows with the size would be hundreds.
        Assert.InRange(large - small, long.MinValue, 60L << 20);
    }

    private static async Task<long> PeakOfImportAsync(int items)
    {
        string folder = Directory.CreateTempSubdirectory("dynamocosmos-memory-").FullName;
        try
        {
            ExportLayout layout = new SampleOrders().WriteExport(folder, items);
            await using CosmosStandIn cosmos =
                await CosmosStandIn.StartAsync(new() { AccountName = "mycosmos", KeepDocuments = false, Throttle = false });
            cosmos.CreateDatabase("shop");
            cosmos.CreateContainer("shop", "orders", ["/" + SampleOrders.PartitionKey], throughput: 100_000, defaultTtl: -1);
            using ScriptProcess import = ScriptProcess.Start(
                Repository.ScriptOf("import.ps1"), "-Module", ModuleHost.ManifestPath, "-Export", layout.Folder, "-Endpoint",
                    cosmos.Endpoint.AbsoluteUri, "-Key", cosmos.AccountKey);
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
