namespace DynamoCosmos.Core.Tests.Fakes;

/// <summary>
/// A clock that stands still until it is told to go on; timers fire on the thread that moves it, in the order in which they are due.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private readonly object _gate = new();
    private readonly List<VirtualTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        VirtualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Advance(TimeSpan span)
    {
        DateTimeOffset until = GetUtcNow() + span;
        while (true)
        {
            VirtualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= until).MinBy(static timer => timer.Due);
                if (next is null)
                {
                    _now = until;
                    return;
                }
                if (next.Due > _now) _now = next.Due;
                next.Due = next.Period > TimeSpan.Zero ? _now + next.Period : DateTimeOffset.MaxValue;
            }
            next.Fire();
        }
    }

    /// <summary>Lets time pass, in small steps and as fast as the work allows, until the task ends.</summary>
    internal async Task RunAsync(Task task, TimeSpan? limit = null)
    {
        DateTimeOffset until = GetUtcNow() + (limit ?? TimeSpan.FromDays(1));
        while (!task.IsCompleted && GetUtcNow() < until)
        {
            for (int turn = 0; turn < 20 && !task.IsCompleted; turn++) await Task.Yield();
            await Task.WhenAny(task, Task.Delay(1));
            Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.True(task.IsCompleted, $"still running at {GetUtcNow():O}");
        await task;
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        internal DateTimeOffset Due { get; set; } = DateTimeOffset.MaxValue;

        internal TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Due = dueTime < TimeSpan.Zero ? DateTimeOffset.MaxValue : time._now + dueTime;
                Period = period;
                if (!time._timers.Contains(this)) time._timers.Add(this);
            }
            return true;
        }

        internal void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._gate) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
