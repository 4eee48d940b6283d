namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>
/// An import against the best bare loop: more in flight, or fewer, is tried for the loop, while the import has to find its number by
/// itself.
/// </summary>
/// <param name="latency">Added to each answer, in milliseconds.</param>
internal sealed class ImportMatch(string key, string name, double goal, BenchExport export, int ranges, int latency, int[] loops)
    : Match(key, name, "items/s", goal)
{
    private readonly StandInProcess _host = new();
    private int[] _loops = loops;

    private protected override async Task<Turn> YardstickAsync(bool isWarmUp)
    {
        ReadyDocument[] documents = await export.ReadDocumentsAsync();
        (double Rate, int InFlight, double Cpu)[] tries = new (double, int, double)[_loops.Length];
        for (int i = 0; i < tries.Length; i++)
        {
            LoopFacts facts = await BareLoop.RunAsync(await StartAsync(), documents, documents.Length, _loops[i]);
            tries[i] = (documents.Length / facts.Duration.TotalSeconds, _loops[i], facts.Cpu.TotalMicroseconds / documents.Length);
        }
        // The first round finds out which are worth another try.
        if (isWarmUp) _loops = [.. tries.OrderByDescending(t => t.Rate).Take(2).Select(t => t.InFlight)];
        return new(tries.Max().Rate, string.Join(", ", tries.Select(t => $"{t.InFlight} in flight {t.Rate:N0}/s")), tries.Max().Cpu);
    }

    private protected override async Task<Turn> ProductAsync(bool isWarmUp)
    {
        ImportFacts facts = await ProductImport.RunAsync(await StartAsync(), export.Folder);
        long items = facts.Result.Written;
        return new(items / facts.Duration.TotalSeconds, $"done-429/waiting:limit {facts.Steering}", facts.Cpu.TotalMicroseconds / items);
    }

    public override ValueTask DisposeAsync() => _host.DisposeAsync();

    private Task<HostAddresses> StartAsync() => _host.StartCosmosAsync(new("cosmos", ranges, null, latency));
}
