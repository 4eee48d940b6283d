namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>
/// How a range counts what it may serve. Nobody outside the service knows its exact way, so a client must do well under each.
/// </summary>
public enum ThrottleModel
{
    /// <summary>Whole seconds of the clock, the same for all ranges.</summary>
    ClockSeconds,

    /// <summary>
    /// Seconds of each range by itself: one begins with the first request after the last one ended, so ranges are out of phase.
    /// </summary>
    RangeSeconds,

    /// <summary>Request units drop into a bucket evenly; it holds those of one second.</summary>
    TokenBucket,

    /// <summary>
    /// Seconds of the clock, and burst capacity beside it: what a range of less than 3,000 RU/s did not use in the last 300 seconds it may
    /// use later, up to 3,000 RU/s.
    /// </summary>
    BurstCapacity,
}

/// <summary>
/// The request units of one range. An operation passes while anything is left, and may overdraw it; the debt is taken from what follows.
/// The caller holds the range's lock.
/// </summary>
public abstract class RangeThrottle
{
    /// <summary>Makes the throttle of a new range.</summary>
    /// <param name="savedSeconds">How many seconds the range has been idle before; only burst capacity remembers them.</param>
    public static RangeThrottle Create(ThrottleModel model, double savedSeconds = 0) => model switch
    {
        ThrottleModel.RangeSeconds => new RangeSeconds(),
        ThrottleModel.TokenBucket => new TokenBucket(),
        ThrottleModel.BurstCapacity => new BurstCapacity(savedSeconds),
        _ => new ClockSeconds(),
    };

    /// <summary>Asks whether an operation may pass now.</summary>
    /// <returns>Zero when it may; else how long to wait.</returns>
    public TimeSpan Ask(DateTimeOffset now, double perSecond)
    {
        if (double.IsPositiveInfinity(perSecond)) return TimeSpan.Zero;
        TimeSpan wait = WaitAt(now, perSecond);
        return wait > TimeSpan.Zero && wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait;
    }

    /// <summary>Charges an operation that passed.</summary>
    public abstract void Take(double charge);

    private protected abstract TimeSpan WaitAt(DateTimeOffset now, double perSecond);

    private sealed class ClockSeconds : RangeThrottle
    {
        private long _second;
        private double _used;

        public override void Take(double charge) => _used += charge;

        private protected override TimeSpan WaitAt(DateTimeOffset now, double perSecond)
        {
            long second = now.ToUnixTimeSeconds();
            // Requests reach the lock in another order than they came: time never goes back here.
            if (second > _second)
            {
                _used = Math.Max(0, _used - perSecond * (second - _second));
                _second = second;
            }
            return _used < perSecond
                ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Max(1, Math.Floor(_used / perSecond) * 1000 - now.Millisecond));
        }
    }

    private sealed class RangeSeconds : RangeThrottle
    {
        private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

        private DateTimeOffset _end = DateTimeOffset.MinValue;
        private double _used;

        public override void Take(double charge) => _used += charge;

        private protected override TimeSpan WaitAt(DateTimeOffset now, double perSecond)
        {
            if (now >= _end)
            {
                _used = Math.Max(0, _used - perSecond);
                _end = now + s_second;
            }
            return _used < perSecond ? TimeSpan.Zero : _end - now;
        }
    }

    private sealed class TokenBucket : RangeThrottle
    {
        private DateTimeOffset? _at;
        private double _level;

        public override void Take(double charge) => _level -= charge;

        private protected override TimeSpan WaitAt(DateTimeOffset now, double perSecond)
        {
            if (_at is not DateTimeOffset at) _level = perSecond;
            else if (now > at) _level = Math.Min(perSecond, _level + (perSecond * (now - at).TotalSeconds));
            if (_at is null || now > _at) _at = now;
            return _level > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Max(0.001, -_level / perSecond));
        }
    }

    private sealed class BurstCapacity(double savedSeconds) : RangeThrottle
    {
        private const double MostPerSecond = 3_000, MostSeconds = 300;

        private double? _saved;
        private long? _second;
        private double _used;
        private double _perSecond;

        public override void Take(double charge)
        {
            _saved -= Math.Max(0, _used + charge - Math.Max(_used, _perSecond));
            _used += charge;
        }

        private protected override TimeSpan WaitAt(DateTimeOffset now, double perSecond)
        {
            _perSecond = perSecond;
            _saved ??= Math.Min(savedSeconds, MostSeconds) * perSecond;
            long second = now.ToUnixTimeSeconds();
            _second ??= second;
            if (second > _second)
            {
                double unused = Math.Max(0, perSecond - _used) + (perSecond * (second - _second.Value - 1));
                double saved = Math.Min(MostSeconds * perSecond, _saved.Value + unused);
                (_saved, _used, _second) = (Math.Max(0, saved), Math.Max(0, -saved), second);
            }
            bool mayPass = _used < perSecond || (_used < MostPerSecond && _saved > 0);
            return mayPass ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Max(1, 1000 - now.Millisecond));
        }
    }
}
