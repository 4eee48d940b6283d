using System.Globalization;
using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox.Cosmos;
using Xunit.Abstractions;

namespace DynamoCosmos.Tests.Comparison;

/// <summary>
/// A comparison in a process of its own, PowerShell included, finds every planted difference within 250 MB. DYNAMOCOSMOS_TEST_ITEMS sets
/// the size, for the million of docs/reliability.md.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ComparisonMemoryTests(ITestOutputHelper output)
{
    private const long MostBytes = 250L << 20;

    private static readonly int s_items =
        int.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_TEST_ITEMS") ?? "60000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Every_planted_difference_is_found_within_250_MB()
    {
        using PlantedDifferences planted = new(s_items, files: 8);
        await using CosmosStandIn cosmos =
            await CosmosStandIn.StartAsync(new() { AccountName = "mycosmos", Throttle = false, InitialRanges = 4 });
        cosmos.CreateContainer("shop", "orders", ["/customerId"], throughput: 100_000, defaultTtl: -1);
        using (ScriptProcess import = Start("import.ps1", planted.Imported, cosmos)) (await import.WaitAsync()).ThrowIfFailed();
        Assert.Equal(s_items, cosmos.Count("shop", "orders"));

        using ScriptProcess compare = Start("compare.ps1", planted.Exported, cosmos);
        ScriptEnd end = (await compare.WaitAsync()).ThrowIfFailed();
        (string text, long peak) = (end.Output, end.PeakBytes);
        output.WriteLine($"{text.TrimEnd().Split('\n')[^1].Trim()}; peak of the comparing process {peak >> 20} MB.");

        string[] lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        Assert.Equal(5, lines.Length);
        Assert.Contains(lines, l => l.StartsWith("Missing", StringComparison.Ordinal) && Names(l, planted.Missing));
        Assert.Contains(lines, l => l.StartsWith("Extra", StringComparison.Ordinal) && Names(l, planted.Count));
        Assert.Contains(lines, l => l.StartsWith("Different", StringComparison.Ordinal) && Names(l, planted.NestedDigit)
            && l.Contains("/address/geo/lat", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("Different", StringComparison.Ordinal) && Names(l, planted.Retyped)
            && l.Contains("/quantity", StringComparison.Ordinal));
        Assert.StartsWith($"Compared {s_items} with {s_items}: {s_items - 3} matched, 1 missing, 1 extra, 2 different", lines[^1]);
        Assert.InRange(peak, 1, MostBytes);
    }

    private static bool Names(string line, int index) => line.Contains(PlantedDifferences.IdSuffix(index), StringComparison.Ordinal);

    private static ScriptProcess Start(string script, string export, CosmosStandIn cosmos) =>
        ScriptProcess.Start(Repository.ScriptOf(script), "-Module", ModuleHost.ManifestPath, "-Export", export, "-Endpoint",
            cosmos.Endpoint.AbsoluteUri, "-Key", cosmos.AccountKey);
}
