using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>
/// What of the provisioned throughput is used, from the first item to the last answer. The yardstick is the SDK's own congestion control,
/// with so many in flight that no range is ever idle.
/// </summary>
/// <param name="model">How the stand-in's ranges count.</param>
/// <param name="shares">Shares of the load that each range gets; null for equal ones.</param>
internal sealed class ThroughputMatch(
    string key, string name, double goal, int ranges, int throughput, ThrottleModel model =
        ThrottleModel.ClockSeconds, double[]? shares = null)
    : Match(key, name, "of provisioned RU", goal)
{
    // A new item of the sample, without an index.
    private const double ChargePerItem = 5.5;
    private const int Seconds = 60;
    private const int InFlightPerRange = 400;

    private readonly StandInProcess _host = new();
    private readonly Lazy<BenchExport> _export = new(() => new((int)(throughput / ChargePerItem * Seconds)));

    private protected override bool IsAbsolute => true;

    private protected override async Task<Turn> YardstickAsync(bool isWarmUp)
    {
        ReadyDocument[] documents = await _export.Value.ReadDocumentsAsync();
        int count = isWarmUp ? documents.Length / 10 : documents.Length;
        LoopFacts facts = await BareLoop.RunAsync(await StartAsync(), documents, count, InFlightPerRange * ranges);
        return await ScoreAsync(facts.Duration, count, "");
    }

    private protected override async Task<Turn> ProductAsync(bool isWarmUp)
    {
        // The loop of the warm-up round has compiled the stand-in, and any shorter import would not be this one.
        if (isWarmUp) return new(0, "not tried");
        ImportFacts facts = await ProductImport.RunAsync(await StartAsync(), _export.Value.Folder);
        return await ScoreAsync(facts.Duration, facts.Result.Written, $"done-429/waiting:limit@pace {facts.Steering}");
    }

    public override ValueTask DisposeAsync()
    {
        if (_export.IsValueCreated) _export.Value.Dispose();
        return _host.DisposeAsync();
    }

    private async Task<Turn> ScoreAsync(TimeSpan took, long expected, string note)
    {
        HostCounts counts = await _host.CountAsync();
        if (counts.Documents != expected) throw new InvalidOperationException($"{counts.Documents} of {expected} documents arrived.");
        double share = counts.Charge / (throughput * took.TotalSeconds);
        return new(share, $"{(double)counts.Throttled / counts.Tries:P1} answered 429, {counts.Charge / expected:F1} RU an item, " +
            $"{took.TotalSeconds:F0} s {note}");
    }

    private Task<HostAddresses> StartAsync() => _host.StartCosmosAsync(new(
        "cosmos", ranges, throughput, Model: model, SavedSeconds: model == ThrottleModel.BurstCapacity
            ? Seconds / 3 : 0, RangeShares: shares));
}
