using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

public sealed class FlightGateTests
{
    [Fact]
    public void It_is_full_at_its_limit_and_says_so_once()
    {
        FlightGate gate = new(2, 1_000);
        Assert.True(gate.TryEnter(1) && gate.TryEnter(1));
        Assert.False(gate.TakeWasFull());
        Assert.False(gate.TryEnter(1));
        Assert.True(gate.TakeWasFull());
        Assert.False(gate.TakeWasFull());
        gate.Leave(1);
        Assert.True(gate.TryEnter(1));
        Assert.Equal((2, 2), (gate.InFlight, gate.Peak));
    }

    [Fact]
    public void It_is_full_at_its_bytes_but_never_keeps_a_lone_giant_out()
    {
        FlightGate gate = new(10, 100);
        Assert.True(gate.TryEnter(5_000));
        Assert.False(gate.TryEnter(1));
        gate.Leave(5_000);
        Assert.True(gate.TryEnter(60));
        Assert.False(gate.TryEnter(41));
        Assert.True(gate.TryEnter(40));
    }

    [Fact]
    public async Task Who_waits_is_woken_when_room_has_gathered_for_what_is_wanted()
    {
        FlightGate gate = new(32, 1_000);
        for (int count = 0; count < 32; count++) Assert.True(gate.TryEnter(30));
        Task waiting = gate.WaitAsync(500, default);
        for (int count = 0; count < 15; count++) gate.Leave(30);
        Assert.False(waiting.IsCompleted);
        gate.Leave(30);
        await waiting.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(gate.TryEnter(500));
    }

    [Fact]
    public async Task At_a_pace_retries_and_new_operations_share_what_may_begin()
    {
        FlightGate gate = new(100, 1_000);
        // The first one finds as much again that was left over.
        gate.Refill(2.5);
        Assert.True(gate.TryEnter(1) && gate.TryAllow() && gate.TryEnter(1) && gate.TryAllow());
        Assert.False(gate.TryAllow());
        Assert.False(gate.TryEnter(1));
        Task waiting = gate.WaitAsync(1, default);
        gate.Refill(2.5);
        Assert.False(waiting.IsCompleted);
        Assert.True(gate.TryAllow());
        gate.WakeIfRoom();
        await waiting.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(gate.TryEnter(1) && gate.TryEnter(1));
        Assert.False(gate.TryEnter(1));
        gate.Refill(null);
        Assert.True(gate.TryEnter(1));
        Assert.Equal(5, gate.InFlight);
    }

    [Fact]
    public async Task A_higher_limit_wakes_too_and_a_cancelled_wait_ends()
    {
        FlightGate gate = new(1, 1_000);
        Assert.True(gate.TryEnter(1));
        Task waiting = gate.WaitAsync(1, default);
        gate.Limit = 10;
        await waiting.WaitAsync(TimeSpan.FromMinutes(1));
        gate.Limit = 1;
        using CancellationTokenSource cancel = new();
        Task cancelled = gate.WaitAsync(1, cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 2)]
    [InlineData(40, 8)]
    public async Task Under_many_threads_nobody_waits_for_ever_and_the_limits_hold(int limit, int readers)
    {
        const int each = 4_000;
        FlightGate gate = new(limit, 10_000);
        int inside = 0, most = 0;
        long bytes = 0, mostBytes = 0;
        await Task.WhenAll(Enumerable.Range(0, readers).Select(reader => Task.Run(async () =>
        {
            Random random = new(reader);
            for (int count = 0; count < each; count++)
            {
                int size = random.Next(1, 3_000);
                while (!gate.TryEnter(size)) await gate.WaitAsync(size, default).WaitAsync(TimeSpan.FromMinutes(1));
                int now = Interlocked.Increment(ref inside);
                long nowBytes = Interlocked.Add(ref bytes, size);
                lock (gate) (most, mostBytes) = (Math.Max(most, now), Math.Max(mostBytes, nowBytes));
                ThreadPool.UnsafeQueueUserWorkItem(_ =>
                {
                    Interlocked.Add(ref bytes, -size);
                    Interlocked.Decrement(ref inside);
                    gate.Leave(size);
                }, null);
            }
        })));
        SpinWait.SpinUntil(() => gate.InFlight == 0, TimeSpan.FromSeconds(10));
        Assert.Equal(0, gate.InFlight);
        Assert.InRange(most, 1, limit);
        Assert.InRange(mostBytes, 1, 10_000);
    }
}
