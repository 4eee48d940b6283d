using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>
/// Writes of as many keys through the pipeline with lanes, against the same without: what keeping the order of each key costs where no two
/// writes of one key meet. The sink answers at once, so that the pipeline is all that is measured.
/// </summary>
internal sealed class LanesMatch(string key, string name, double goal) : Match(key, name, "writes/s", goal)
{
    private const int Keys = 1_000_000;
    private const int Passes = 5;
    private const int Writes = Keys * Passes;
    private const int Writers = 2;
    private const int InFlight = 2_000;

    private readonly ItemWrite[] _writes = [.. Enumerable.Range(0, Keys).Select(static number =>
        new ItemWrite(WriteKind.Upsert, $"customer-{number % 997}|order-{number}", [$"customer-{number % 997}"], default))];

    private readonly byte[] _document = new byte[600];

    private protected override Task<Turn> YardstickAsync(bool isWarmUp) => RunAsync(keepsOrder: false);

    private protected override Task<Turn> ProductAsync(bool isWarmUp) => RunAsync(keepsOrder: true);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Turn> RunAsync(bool keepsOrder)
    {
        WriteOptions options = new() { MaxInFlight = InFlight, RetryTimeout = TimeSpan.FromMinutes(1), KeepsOrder = keepsOrder };
        await using WritePipeline pipeline = new(new InstantSink(), options, TimeProvider.System);
        pipeline.Gate.Limit = InFlight;
        CpuWatch watch = new();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(pipeline, writer))));
        await pipeline.DrainAsync(static () => false, default);
        Turn turn = watch.Score(Writes);
        if (pipeline.Counts.Done != Writes) throw new InvalidOperationException($"{pipeline.Counts.Done} of {Writes} writes ended.");
        return turn;
    }

    private async Task WriteAsync(WritePipeline pipeline, int writer)
    {
        WritePool<MeasuredWrite> pool = new(static pool => new(pool));
        for (int number = writer; number < Writes; number += Writers)
        {
            MeasuredWrite write = pool.Take();
            write.Set(_writes[number % Keys], _document);
            await pipeline.WriteAsync(write, default);
        }
    }

    private sealed class MeasuredWrite(WritePool<MeasuredWrite> pool) : BufferedWrite
    {
        internal void Set(in ItemWrite write, byte[] document) => Set(write, document, default);

        internal override void Take(in WriteReceipt receipt)
        {
            if (receipt.Outcome != WriteOutcome.Settled) throw new InvalidOperationException($"{receipt}");
        }

        private protected override void Return() => pool.Return(this);
    }

    private sealed class InstantSink : IItemSink
    {
        private static readonly Task<WriteAnswer> s_answer = Task.FromResult(new WriteAnswer(201, 0, 5.71));

        public string Identity => "memory";

        public Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken) => s_answer;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
