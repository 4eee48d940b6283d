namespace DynamoCosmos.Writing;

/// <summary>Writes that pause before their next try, and then begin it in the order in which they may. One timer for all of them.</summary>
internal sealed class RetryQueue : IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly PriorityQueue<PendingWrite, long> _waiting = new();
    private readonly TimeProvider _time;
    private readonly Func<bool> _mayBegin;
    private readonly Action<PendingWrite> _due;
    private readonly ITimer _timer;
    private bool _isClosed;

    /// <param name="mayBegin">Asked once for each that is due; after a no, <see cref="BeginDue"/> asks again.</param>
    /// <param name="due">Begins the next try; must not throw.</param>
    internal RetryQueue(TimeProvider time, Func<bool> mayBegin, Action<PendingWrite> due)
    {
        _time = time;
        _mayBegin = mayBegin;
        _due = due;
        _timer = time.CreateTimer(static queue => ((RetryQueue)queue!).BeginDue(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    internal int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>False once closed: there will be no next try.</summary>
    internal bool TryAdd(PendingWrite write, TimeSpan pause)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            long due = _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);
            _waiting.Enqueue(write, due);
            if (_waiting.Peek() == write) _timer.Change(pause, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>Hands back what waits, and takes no more.</summary>
    internal IReadOnlyList<PendingWrite> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            List<PendingWrite> left = [.. _waiting.UnorderedItems.Select(static waiting => waiting.Element)];
            _waiting.Clear();
            return left;
        }
    }

    /// <summary>The next try of all whose pause has ended, as far as they may begin.</summary>
    internal void BeginDue()
    {
        while (true)
        {
            PendingWrite write;
            lock (_gate)
            {
                if (!_waiting.TryPeek(out PendingWrite? next, out long due)) return;
                TimeSpan left = _time.GetElapsedTime(_time.GetTimestamp(), due);
                if (left > TimeSpan.Zero)
                {
                    // Timers count whole milliseconds, and one that fires early must not spin.
                    _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                    return;
                }
                if (!_mayBegin()) return;
                write = _waiting.Dequeue();
            }
            _due(write);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
