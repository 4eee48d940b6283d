namespace DynamoCosmos.Writing;

/// <summary>What came of operations in a second of the service.</summary>
/// <param name="Settled">Operations that ended: written, or refused for good.</param>
/// <param name="Throttled">Answers of 429.</param>
/// <param name="WasHeldBack">Writers had to wait for room: more would have been sent.</param>
/// <param name="IsSound">It was one second of the service, and this process did not stand still in it: what was settled is what was
/// possible.</param>
/// <param name="Trickle">
/// What was settled by the second since much was refused, where the service never asked for more than a moment's wait: it hands its
/// throughput out drop by drop, and what it had saved for the beginning is not counted. Null where it did ask, or where that is not known.
/// </param>
internal readonly record struct ServiceSecond(double Settled, double Throttled, bool WasHeldBack, bool IsSound, double? Trickle = null)
{
    /// <summary>Retries among them.</summary>
    internal double Sent => Settled + Throttled;

    internal double ThrottledShare => Throttled / Math.Max(1, Sent);
}

/// <summary>
/// Cuts samples into seconds as the service counts them, since it gives its throughput by the second: what gets done in one of its seconds,
/// and was refused in it too, is what it can do, however it was spread. A second cut anywhere else may hold what two of them gave, or what
/// was left of one. Where a second ends, the service tells with each refusal: that is how long it says to wait.
/// </summary>
internal sealed class ServiceSeconds
{
    // Fewer operations than this tell no share; a longer wait for them no news.
    private const int FewestOperations = 100;

    // From this share on, much is refused.
    private const double Much = 0.1;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    // A sample as long as this one means that this process stood still: what the service could have done is not known then.
    private static readonly TimeSpan s_stall = TimeSpan.FromMilliseconds(200);

    // Shorter waits may be anything, such as the time that a bucket takes to fill by a drop.
    private static readonly TimeSpan s_tellingWait = TimeSpan.FromMilliseconds(50);

    // A trickle that was watched for less than this is not measured.
    private static readonly TimeSpan s_longEnough = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_odd = TimeSpan.FromMilliseconds(250);

    private TimeSpan _end = s_second;
    private TimeSpan _elapsed;
    private long _settled;
    private long _throttled;
    private bool _wasHeldBack;
    private bool _hasStalled;
    private bool _isFirst = true;
    private bool _wasSound;
    private bool _wasMuchRefused;
    private bool _wasToldToWait;
    private TimeSpan _trickledFor;
    private long _trickled;

    /// <summary>How long the service's present second has lasted, as far as it is known.</summary>
    internal TimeSpan Present => s_second - (_end - _elapsed);

    /// <returns>The second that ended with this sample; null while it lasts.</returns>
    internal ServiceSecond? Observe(FlightSample sample)
    {
        _elapsed += sample.Elapsed;
        _settled += sample.Settled;
        _throttled += sample.Throttled;
        _wasHeldBack |= sample.WasFull;
        _hasStalled |= sample.Elapsed >= s_stall;
        NoteTrickle(sample);
        if (sample.ToldWait is TimeSpan wait && wait >= s_tellingWait) Align(_elapsed + wait);
        // Rather a moment early than late: by then the second is used up, and the next one's first moments would count as its own.
        if (_elapsed + s_tick <= _end) return null;
        if (_settled + _throttled < FewestOperations && _elapsed < s_longest)
        {
            _end += s_second;
            return null;
        }
        return Cut();
    }

    private void NoteTrickle(FlightSample sample)
    {
        _wasToldToWait |= sample.ToldWait >= s_tellingWait;
        if (_wasMuchRefused)
        {
            _trickled += sample.Settled;
            _trickledFor += sample.Elapsed;
        }
        _wasMuchRefused |= sample.Throttled > Much * (sample.Settled + sample.Throttled);
    }

    private void Align(TimeSpan end)
    {
        // Who owes the service more than a second is told to wait for a later one.
        while (end > _end + (s_second / 2)) end -= s_second;
        if (end > s_tick) _end = end;
    }

    private ServiceSecond Cut()
    {
        double seconds = Math.Max(1, Math.Round(_elapsed.TotalSeconds));
        // The first one begins anywhere, and has all of its second's throughput nevertheless.
        bool isOdd = !_isFirst && (_elapsed - TimeSpan.FromSeconds(seconds)).Duration() > s_odd;
        if (isOdd) seconds = _elapsed.TotalSeconds;
        // Of two in a row the latter counts, or a machine that always stands still would never steer.
        _wasSound = _isFirst || !_wasSound || !(isOdd || _hasStalled);
        double? trickle = _wasToldToWait || _trickledFor < s_longEnough ? null : _trickled / _trickledFor.TotalSeconds;
        ServiceSecond second = new(_settled / seconds, _throttled / seconds, _wasHeldBack, _wasSound, trickle);
        _end = s_second + _end - _elapsed;
        _elapsed = TimeSpan.Zero;
        _settled = _throttled = _trickled = 0;
        _trickledFor = TimeSpan.Zero;
        _wasHeldBack = _hasStalled = _isFirst = _wasMuchRefused = _wasToldToWait = false;
        return second;
    }
}
