namespace DynamoCosmos.Migration;

/// <summary>
/// Sets a pace where the service throttles. Then its throughput is the limit, whatever is in flight, and a number in flight is a poor means to meet it: too
/// few leave ranges idle, too many are refused, and which is which changes with each second. So operations are sent at the rate at which they get done,
/// a little faster as long as hardly any is refused, a little slower when more are. Knows no clock: time comes with the samples.
/// </summary>
internal sealed class PaceControl
{
    private const double TooMany = 0.03;
    private const double Crowded = 0.15;
    private const double CrowdedPace = 0.5;
    private const double Many = 0.035;
    private const double Few = 0.015;
    private const double Slower = 0.98;
    private const double MuchSlower = 0.9;
    private const double Slowest = 0.96;
    private const double Faster = 1.02;
    private const double LeastPace = 5;

    private const int ThrottledWindows = 3;

    // So many windows with hardly a refusal, and more was tried each time: the limit is not there any more.
    private const int CalmWindows = 12;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestWindow = TimeSpan.FromSeconds(5);

    private TimeSpan _window = s_second;
    private TimeSpan _elapsed;
    private long _settled;
    private long _throttled;
    private bool _wasHeldBack;
    private double _usualRate;
    private int _throttledWindows;
    private int _calm;

    private double? _sustained;

    /// <summary>Operations a second; null where nothing holds them back.</summary>
    internal double? Pace { get; private set; }

    internal void Observe(FlightSample sample)
    {
        _elapsed += sample.Elapsed;
        _settled += sample.Settled;
        _throttled += sample.Throttled;
        _wasHeldBack |= sample.WasFull;
        if (_elapsed < _window) return;
        if (_settled + _throttled < 200 && _window < s_longestWindow)
        {
            // Whole seconds, since throughput is given by the second.
            _window += s_second;
            return;
        }
        double rate = _settled / _elapsed.TotalSeconds;
        double share = (double)_throttled / Math.Max(1, _settled + _throttled);
        bool wasHeldBack = _wasHeldBack;
        _elapsed = TimeSpan.Zero;
        _window = s_second;
        _settled = _throttled = 0;
        _wasHeldBack = false;
        if (_sustained is double pace) _sustained = Next(pace, rate, share, wasHeldBack);
        else Consider(rate, share);
        // While a crowd from before is refused again and again, it alone keeps the service busy, and newcomers would only make it last longer.
        Pace = _sustained * (share > Crowded ? CrowdedPace : 1);
    }

    /// <summary>Whether to set a pace at all: not for one bad second, nor for what a split or a neighbour does in passing.</summary>
    private void Consider(double rate, double share)
    {
        _usualRate = _usualRate == 0 ? rate : (_usualRate + rate) / 2;
        _throttledWindows = share > TooMany ? _throttledWindows + 1 : Math.Max(0, _throttledWindows - 1);
        if (_throttledWindows >= ThrottledWindows) _sustained = Math.Max(LeastPace, _usualRate);
    }

    private double? Next(double pace, double rate, double share, bool wasHeldBack)
    {
        if (share > Crowded)
        {
            // With so many waiting the service should have been busy all the time: what got done is about what it can do.
            _calm = 0;
            return Math.Max(LeastPace, Math.Max(rate, pace * MuchSlower));
        }
        if (share > Many)
        {
            _calm = 0;
            // Much below what gets done there is nothing to win.
            return Math.Max(LeastPace, Math.Max(pace * Slower, rate * Slowest));
        }
        // An outage, or a source that is slower than the pace, says nothing about the limit.
        if (share > Few || rate == 0 || !wasHeldBack) return pace;
        _calm = share == 0 ? _calm + 1 : 0;
        if (_calm >= CalmWindows) (_usualRate, _throttledWindows) = (0, 0);
        return _calm >= CalmWindows ? null : pace * (1 + ((Faster - 1) * Math.Max(1, _calm)));
    }
}
