using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

[Trait("Category", "Slow")]
public sealed class WriteLanesTests
{
    private const int Keys = 1_000;
    private const int PerKey = 100;

    private readonly VirtualTime _time = new();
    private readonly List<MigrationException> _failures = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_last_write_of_each_key_wins_and_each_keys_writes_happen_in_order(int seed)
    {
        LaneSink sink = new(seed, failing: 0.1);
        WriteReceipt[] receipts = await WriteAllAsync(sink, seed, keepsOrder: true);
        Assert.Equal((0, 0), (sink.Overlaps, sink.Overtakes));
        Assert.All(Enumerable.Range(0, Keys), key => Assert.Equal(PerKey - 1, sink.Last(NameOf(key))));
        Assert.Equal(Keys * PerKey, receipts.Count(static receipt => receipt.Outcome == WriteOutcome.Settled));
        Assert.Empty(_failures);
        // The faults were there, and among them tries that were carried out without an answer.
        Assert.InRange(sink.Tries, (int)(Keys * PerKey * 1.08), Keys * PerKey * 2);
        Assert.InRange(sink.ResetsAfterWriting, 500, Keys * PerKey);
    }

    [Fact]
    public async Task Without_lanes_the_same_writes_overtake_each_other()
    {
        LaneSink sink = new(1, failing: 0.1);
        await WriteAllAsync(sink, 1, keepsOrder: false);
        Assert.InRange(sink.Overlaps, 1, int.MaxValue);
        Assert.InRange(sink.Overtakes, 1, int.MaxValue);
    }

    [Fact]
    public async Task A_key_is_the_container_the_id_and_the_partition_key()
    {
        TaskCompletionSource<WriteAnswer> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> begun = [];
        FuncSink sink = new(write =>
        {
            lock (begun) begun.Add($"{write.Container} {write.Id} {write.PartitionKey[0]} {write.Document.Length}");
            return begun.Count == 1 ? first.Task : Task.FromResult(new WriteAnswer(200, 0, 1));
        });
        await using WritePipeline pipeline = Open(sink, keepsOrder: true);
        AwaitedWrite held = new(new(WriteKind.Upsert, "a", ["p"], new byte[1]));
        AwaitedWrite behind = new(new(WriteKind.Delete, new string('a', 1), [new string('p', 1)], new byte[2]));
        AwaitedWrite[] others =
        [
            new(new(WriteKind.Upsert, "a", ["q"], new byte[3])), new(new(WriteKind.Upsert, "b", ["p"], new byte[4])),
            new(new(WriteKind.Upsert, "a", ["p"], new byte[5], Container: 1)), new(new(WriteKind.Upsert, "a", [null], new byte[6])),
        ];
        foreach (AwaitedWrite write in (AwaitedWrite[])[held, behind, .. others]) await pipeline.WriteAsync(write, default);
        foreach (AwaitedWrite other in others) Assert.Equal(WriteOutcome.Settled, (await other.Receipt).Outcome);
        Assert.False(behind.Receipt.IsCompleted);
        Assert.DoesNotContain("0 a p 2", begun);
        first.SetResult(new(400, 0, 1));
        // What is refused is out of the way.
        Assert.Equal((WriteOutcome.Refused, WriteOutcome.Settled), ((await held.Receipt).Outcome, (await behind.Receipt).Outcome));
    }

    [Fact]
    public async Task What_waits_behind_a_write_that_is_left_open_is_left_open_too()
    {
        List<string> begun = [];
        FuncSink sink = new(write =>
        {
            lock (begun) begun.Add($"{write.Id} {write.Document.Length}");
            return Task.FromResult(write.Id == "a" ? new WriteAnswer(503, 0, 1) : new(200, 0, 1));
        });
        WritePipeline pipeline = Open(sink, keepsOrder: true);
        AwaitedWrite[] writes =
            [.. Enumerable.Range(1, 3).Select(static number => new AwaitedWrite(new(WriteKind.Upsert, "a", ["p"], new byte[number])))];
        AwaitedWrite other = new(new(WriteKind.Upsert, "b", ["p"], new byte[1]));
        foreach (AwaitedWrite write in (AwaitedWrite[])[.. writes, other]) await pipeline.WriteAsync(write, default);
        Assert.Equal(WriteOutcome.Settled, (await other.Receipt).Outcome);
        await pipeline.DisposeAsync();
        Assert.All(writes, static write => Assert.Equal(WriteOutcome.LeftOpen, write.Receipt.Result.Outcome));
        Assert.DoesNotContain("a 2", begun);
        Assert.Equal(0, pipeline.Gate.InFlight);
        Assert.Empty(_failures);
    }

    /// <summary>Many writers, each with keys of its own, so that it knows their order.</summary>
    private async Task<WriteReceipt[]> WriteAllAsync(LaneSink sink, int seed, bool keepsOrder)
    {
        const int writers = 4;
        AwaitedWrite[] writes = new AwaitedWrite[Keys * PerKey];
        WritePipeline pipeline = Open(sink, keepsOrder);
        Task[] all = [.. Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            Random random = new(seed + writer);
            int[] next = new int[Keys];
            IEnumerable<int> own = Enumerable.Range(0, Keys).Where(key => key % writers == writer);
            int[] keys = [.. own.SelectMany(static key => Enumerable.Repeat(key, PerKey))];
            random.Shuffle(keys);
            foreach (int key in keys)
            {
                int number = next[key]++;
                WriteKind kind = random.Next(5) == 0 ? WriteKind.Delete : WriteKind.Upsert;
                AwaitedWrite write = new(new(kind, $"k{key}", [$"p{key % 7}", (double)key], LaneSink.DocumentOf(number)));
                writes[(key * PerKey) + number] = write;
                await pipeline.WriteAsync(write, default);
            }
        }))];
        Task<WriteReceipt[]> receipts = Task.Run(async () =>
        {
            await Task.WhenAll(all);
            return await Task.WhenAll(writes.Select(static write => write.Receipt));
        });
        await _time.RunAsync(receipts);
        await pipeline.DisposeAsync();
        return await receipts;
    }

    private static string NameOf(int key) => $"0/k{key}/p{key % 7}|{(double)key}";

    private WritePipeline Open(IItemSink sink, bool keepsOrder) =>
        new(sink, new() { MaxInFlight = 2_000, RetryTimeout = TimeSpan.FromHours(1), KeepsOrder = keepsOrder }, _time, Fail);

    private void Fail(MigrationException error)
    {
        lock (_failures) _failures.Add(error);
    }
}
