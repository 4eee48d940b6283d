namespace DynamoCosmos.Writing;

/// <summary>
/// Counts the operations in flight, and their bytes, and keeps a pace where one is set. Entering and leaving take no lock. Who finds it
/// full waits until some room has gathered, not for the first place: waking a reader for every single operation costs more than the
/// operation.
/// </summary>
internal sealed class FlightGate(int limit, long byteLimit)
{
    private readonly object _gate = new();
    private TaskCompletionSource? _room;
    private int _limit = limit;
    private int _inFlight;
    private long _bytes;
    private int _peak;
    private int _wasFull;

    // Operations that may begin before the next refill; more than will ever begin where there is no pace.
    private long _allowance = long.MaxValue / 2;
    private double _fraction;

    // The most that one of those who wait needs.
    private int _wanted;

    internal int InFlight => Volatile.Read(ref _inFlight);

    internal int Peak => Volatile.Read(ref _peak);

    internal int Limit
    {
        get => Volatile.Read(ref _limit);
        set
        {
            Volatile.Write(ref _limit, value);
            Wake();
        }
    }

    /// <summary>
    /// Lets so many operations begin, no more, until this is called again; what was left over does not gather beyond as many again. Null:
    /// as many as there is room for. Wakes nobody: <see cref="WakeIfRoom"/> does, once those that go first have begun.
    /// </summary>
    internal void Refill(double? operations)
    {
        if (operations is double more)
        {
            _fraction += more;
            long whole = (long)_fraction;
            _fraction -= whole;
            Interlocked.Exchange(ref _allowance, Math.Min(Interlocked.Read(ref _allowance), whole) + whole);
        }
        else
        {
            Interlocked.Exchange(ref _allowance, long.MaxValue / 2);
        }
    }

    internal void WakeIfRoom()
    {
        if (Volatile.Read(ref _room) is not null && HasRoom()) Wake();
    }

    /// <summary>For the next try of an operation that is in flight already: it needs no room, but keeps the pace.</summary>
    internal bool TryAllow()
    {
        if (Interlocked.Decrement(ref _allowance) >= 0) return true;
        Interlocked.Increment(ref _allowance);
        return false;
    }

    /// <summary>Whether anyone found it full since this was asked last.</summary>
    internal bool TakeWasFull() => Interlocked.Exchange(ref _wasFull, 0) != 0;

    /// <summary>One operation larger than all the room for bytes still gets in, alone.</summary>
    internal bool TryEnter(int bytes)
    {
        int inFlight = Interlocked.Increment(ref _inFlight);
        if (inFlight <= Limit)
        {
            long held = Interlocked.Add(ref _bytes, bytes);
            if ((held <= byteLimit || held == bytes) && TryAllow())
            {
                if (inFlight > Volatile.Read(ref _peak)) Volatile.Write(ref _peak, inFlight);
                return true;
            }
            Interlocked.Add(ref _bytes, -bytes);
        }
        Interlocked.Decrement(ref _inFlight);
        Volatile.Write(ref _wasFull, 1);
        // This try may have stood in the way of an operation that left, and of the waking that it would have done.
        if (HasRoom()) Wake();
        return false;
    }

    internal void Leave(int bytes)
    {
        Interlocked.Add(ref _bytes, -bytes);
        Interlocked.Decrement(ref _inFlight);
        WakeIfRoom();
    }

    /// <summary>Ends when room has gathered, which may be gone again by the time of the next try.</summary>
    internal Task WaitAsync(int bytes, CancellationToken cancellationToken)
    {
        TaskCompletionSource room;
        lock (_gate)
        {
            room = _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            _wanted = Math.Max(_wanted, bytes);
        }
        Interlocked.MemoryBarrier();
        if (HasRoom()) Wake();
        return room.Task.WaitAsync(cancellationToken);
    }

    private bool HasRoom()
    {
        if (Interlocked.Read(ref _allowance) <= 0) return false;
        int current = Limit;
        int inFlight = InFlight;
        return inFlight == 0
            || (inFlight <= current - Math.Max(1, current / 16) && Interlocked.Read(ref _bytes) <= byteLimit - Volatile.Read(ref _wanted));
    }

    private void Wake()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            room = _room;
            _room = null;
            _wanted = 0;
        }
        room?.TrySetResult();
    }
}
