using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

public sealed class WriteAllocationTests
{
    private const int Writes = 500;

    /// <summary>Lanes too, once their tables have grown.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_allocates_nothing_from_its_first_try_to_its_receipt(bool keepsOrder)
    {
        HeldSink sink = new();
        await using WritePipeline pipeline = new(
            sink, new() { MaxInFlight = Writes, RetryTimeout = TimeSpan.FromMinutes(1), KeepsOrder = keepsOrder }, TimeProvider.System);
        pipeline.Gate.Limit = Writes;
        WritePool<CountedWrite> pool = new(static pool => new(pool));
        ItemWrite[] writes =
            [.. Enumerable.Range(0, Writes).Select(static number => new ItemWrite(WriteKind.Upsert, $"k{number}", ["p", 1.5], default))];

        // The runtime itself may allocate once, when it compiles a method again; what a write allocates shows in each round. xunit's own
        // synchronization context would take the answers to other threads.
        long allocated = await Task.Run(() => Enumerable.Range(0, 6).Min(_ => Round(pipeline, sink, pool, writes)));

        Assert.Equal(0, allocated);
        Assert.Equal(Writes * 6, pipeline.Counts.Done);
        Assert.Equal(0, pipeline.Gate.InFlight);
    }

    /// <summary>Answers run what waits for them on this thread, so that all of it is counted.</summary>
    private static long Round(WritePipeline pipeline, HeldSink sink, WritePool<CountedWrite> pool, ItemWrite[] writes)
    {
        sink.Hold(writes.Length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (ItemWrite given in writes)
        {
            CountedWrite write = pool.Take();
            write.Set(given);
            if (!pipeline.Gate.TryEnter(write.Bytes)) throw new InvalidOperationException("The gate is full.");
            pipeline.Begin(write);
        }
        sink.Answer();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class CountedWrite(WritePool<CountedWrite> pool) : BufferedWrite
    {
        private static readonly byte[] s_document = new byte[100];

        internal void Set(in ItemWrite write) => Set(write, s_document, s_document);

        internal override void Take(in WriteReceipt receipt)
        {
            if (receipt.Outcome != WriteOutcome.Settled) throw new InvalidOperationException($"{receipt}");
        }

        private protected override void Return() => pool.Return(this);
    }

    private sealed class HeldSink : IItemSink
    {
        private TaskCompletionSource<WriteAnswer>[] _held = [];
        private int _next;

        public string Identity => "the container";

        internal void Hold(int count)
        {
            // Without RunContinuationsAsynchronously.
            _held = [.. Enumerable.Range(0, count).Select(static _ => new TaskCompletionSource<WriteAnswer>())];
            _next = 0;
        }

        internal void Answer()
        {
            foreach (TaskCompletionSource<WriteAnswer> held in _held) held.SetResult(new(201, 0, 5.71));
        }

        public Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken) => _held[_next++].Task;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
