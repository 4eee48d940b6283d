using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>The table of docs/performance.md: each row a match of yardstick and product in this run.</summary>
internal static class BenchRun
{
    private const int RunbookMegabytes = 250;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    internal static async Task<int> RunAsync(BenchOptions options)
    {
        Environment.SetEnvironmentVariable("COSMOS_DISABLE_IMDS_ACCESS", "true");
        List<MatchResult> results = [];
        using (BenchExport export = new(options.Items))
        {
            foreach (Func<Match> row in Rows(export))
            {
                await using Match match = row();
                if (!options.Wants(match.Key)) continue;
                results.Add(await match.PlayAsync(options.Rounds, Console.WriteLine));
            }
        }
        if (options.Wants("memory")) results.Add(await MeasureMemoryAsync(options));
        Print(results);
        string path = Path.GetFullPath(options.SavePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new
        {
            At = DateTimeOffset.UtcNow,
            Environment.ProcessorCount,
            Runtime = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            options.Items,
            options.Rounds,
            Results = results,
        }, s_json));
        Console.WriteLine($"\nSaved to {path}");
        return results.All(r => r.IsMet) ? 0 : 1;
    }

    private static IEnumerable<Func<Match>> Rows(BenchExport export) =>
    [
        () => new ReadingMatch("read", "data file to documents, one thread, of decompressing alone", 0.5, ItemFormat.DynamoDBJson,
            ReadingYardstick.Decompressing),
        () => new ReadingMatch("proved", "the same as the import reads it, of decompressing and the MD5 that proves the file", 0.5,
            ItemFormat.DynamoDBJson, ReadingYardstick.DecompressingAndMd5),
        () => new ReadingMatch("ion", "Ion to documents, of the JSON path", 0.6, ItemFormat.Ion, ReadingYardstick.TypedJson),
        () => new ImportMatch("import", "import end to end, of the best bare loop", 0.9, export, ranges: 1, latency: 0,
            [150, 200, 300, 400, 1_000]),
        () => new ImportMatch("distant", "import at 40 ms a request over 10 ranges, of the best bare loop", 0.95, export, ranges: 10,
            latency: 40, [1_000, 2_000, 4_000, 8_000]),
        () => new LanesMatch("lanes", "writes in lanes into memory, of the same without lanes", 0.33),
        () => new ThroughputMatch("ru1", "RU used of RU provisioned, 1 range of 10,000", 0.97, ranges: 1, throughput: 10_000),
        () => new ThroughputMatch("ru10", "RU used of RU provisioned, 10 ranges of 2,000", 0.97, ranges: 10, throughput: 20_000),
        () => new ThroughputMatch("ruranges", "the same, each range with seconds of its own", 0.97, ranges: 10, throughput: 20_000,
            ThrottleModel.RangeSeconds),
        () => new ThroughputMatch("rubucket", "the same, each range with a bucket of tokens", 0.97, ranges: 10, throughput: 20_000,
            ThrottleModel.TokenBucket),
        () => new ThroughputMatch("ruburst", "the same, with burst capacity of 20 idle seconds", 1.28, ranges: 10, throughput: 20_000,
            ThrottleModel.BurstCapacity),
        () => new ThroughputMatch("ruuneven", "5 ranges of 4,000, of which one gets 22 % of the load", 0.88, ranges: 5, throughput: 20_000,
            ThrottleModel.ClockSeconds, [0.22, 0.2, 0.2, 0.2, 0.18]),
        () => new CompareMatch("compare", "comparison, of reading both sides alone", 0.7, export),
        () => new PipelineMatch("pipeline", "100,000 objects through ForEach-Object into a container, of the pipeline alone", 0.5,
            times: 3),
        () => new PipelineMatch("coldpipeline", "the same in a process that has just begun", 0.5, times: 1),
        () => new CopyMatch("copy", "streamed copy, of the bare transfer", 0.9, bytes: 384L << 20),
    ];

    /// <summary>Its ratio is what is left: the goal's memory over the peak, 1 or more where it is met.</summary>
    private static async Task<MatchResult> MeasureMemoryAsync(BenchOptions options)
    {
        using BenchExport export = new(options.MemoryItems);
        MemoryRun run = await MemoryRun.RunAsync(export, TimeSpan.FromSeconds(1));
        Console.WriteLine($"memory: {run}");
        double peak = run.PeakBytes / (double)(1 << 20);
        return new($"peak memory of the whole process, {options.MemoryItems:N0} items", "MB", RunbookMegabytes, peak,
            RunbookMegabytes / peak, 1, run.ToString());
    }

    private static void Print(List<MatchResult> results)
    {
        Console.WriteLine("\n| what | yardstick | product | ratio | goal | | CPU, yardstick to product | its ratio " +
            "|\n|---|---|---|---|---|---|---|---|");
        foreach (MatchResult result in results)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {result.Name} | {Describe(result.Yardstick)} {result.Unit} | {Describe(result.Product)} | **{result.Ratio:F2}** | " +
                    $"{result.Goal:0.##} | {(result.IsMet ? "met" : "missed")} | {DescribeCpu(result)} |"));
        }
    }

    private static string DescribeCpu(MatchResult result) => result is { YardstickCpu: double yardstick, ProductCpu: double product }
        ? string.Create(CultureInfo.InvariantCulture, $"{yardstick:F2} to {product:F2} µs | {yardstick / product:F2}")
        : "| ";

    private static string Describe(double value) => value.ToString(value < 10 ? "F3" : "N0", CultureInfo.InvariantCulture);
}
