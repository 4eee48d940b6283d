using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

public sealed class RetryQueueTests
{
    [Fact]
    public async Task What_is_due_begins_oldest_first_and_only_as_many_as_may()
    {
        StillTime time = new();
        List<PendingWrite> begun = [];
        int allowed = 1;
        await using RetryQueue queue = new(time, () => allowed-- > 0, begun.Add);
        PendingWrite[] writes = [.. Enumerable.Range(0, 4).Select(static _ => new AwaitedWrite(default))];
        int[] pauses = [300, 100, 200, 5_000];
        for (int i = 0; i < writes.Length; i++) Assert.True(queue.TryAdd(writes[i], TimeSpan.FromMilliseconds(pauses[i])));
        queue.BeginDue();
        Assert.Empty(begun);
        time.Now += TimeSpan.FromSeconds(1).Ticks;
        queue.BeginDue();
        Assert.Equal([writes[1]], begun);
        allowed = 100;
        queue.BeginDue();
        Assert.Equal([writes[1], writes[2], writes[0]], begun);
        Assert.Equal(1, queue.Count);
        Assert.Equal([writes[3]], queue.Close());
        Assert.False(queue.TryAdd(writes[0], TimeSpan.Zero));
    }

    /// <summary>It goes on only when told to, and its timers never fire.</summary>
    private sealed class StillTime : TimeProvider
    {
        internal long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new StillTimer();

        private sealed class StillTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
