namespace DynamoCosmos.Migration;

/// <summary>
/// Sets a pace where the service throttles. Then its throughput is the limit, whatever is in flight, and a number in flight is a poor means to meet it: too
/// few leave ranges idle, too many are refused, and which is which changes with each second. What is refused waits for the service's next second and keeps
/// it busy, so a little of that is wanted and more is only noise: operations begin at the rate at which they get done, less what waits too much, plus what
/// waits too little. Knows no clock: time comes with the samples.
/// </summary>
internal sealed class PaceControl
{
    private const double TooMany = 0.03;
    private const double FarTooMany = 0.15;
    private const double LeastPace = 5;

    // Shares of what gets done in a second. Refused again each second, what waits is also the share of answers that are 429.
    private const double Wanted = 0.03;
    private const double Busy = 0.01;
    private const double Drained = 0.6;
    private const double SlowestDrain = 0.55;
    private const double Learned = 0.3;
    private const double Faster = 0.015;

    private const int ThrottledWindows = 3;

    // So many windows without a refusal, and more was tried each time: the limit is not there any more.
    private const int CalmWindows = 12;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestWindow = TimeSpan.FromSeconds(5);

    private readonly double[] _rates = new double[ThrottledWindows];
    private TimeSpan _window = s_second;
    private TimeSpan _elapsed;
    private long _settled;
    private long _throttled;
    private bool _wasHeldBack;
    private int _windows;
    private int _throttledWindows;
    private int _calm;

    // What the service gets done in a second, as far as it is known; null where it is not the limit.
    private double? _capacity;

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
        double rate = _settled / _elapsed.TotalSeconds, refused = _throttled / _elapsed.TotalSeconds;
        bool wasHeldBack = _wasHeldBack;
        _elapsed = TimeSpan.Zero;
        _window = s_second;
        _settled = _throttled = 0;
        _wasHeldBack = false;
        if (_capacity is double capacity) _capacity = Learn(capacity, rate, refused, wasHeldBack);
        else Consider(rate, refused);
        Pace = _capacity is double known ? PaceFor(known, refused) : null;
    }

    /// <summary>Whether to set a pace at all: not for one bad second, nor for what a split or a neighbour does in passing.</summary>
    private void Consider(double rate, double refused)
    {
        _rates[_windows++ % _rates.Length] = rate;
        double share = refused / Math.Max(1, rate + refused);
        // Where much is refused it takes less to be sure.
        _throttledWindows = share <= TooMany ? Math.Max(0, _throttledWindows - 1) : _throttledWindows + (share > FarTooMany ? 2 : 1);
        if (_throttledWindows < ThrottledWindows) return;
        // The median: what fell into the first of them may be two of the service's seconds, and all that had been saved.
        _capacity = Math.Max(LeastPace, _rates.Order().ElementAt(_rates.Length / 2));
        _calm = 0;
    }

    private double? Learn(double capacity, double rate, double refused, bool wasHeldBack)
    {
        // With some waiting the service was busy: what got done is about what it can do.
        if (refused > Busy * rate && rate > 0)
        {
            _calm = 0;
            return Math.Max(LeastPace, capacity + (Learned * (rate - capacity)));
        }
        // An outage, or a source that is slower than the pace, says nothing about the limit.
        if (rate == 0 || !wasHeldBack) return capacity;
        _calm = refused == 0 ? _calm + 1 : 0;
        if (_calm < CalmWindows) return capacity * (1 + (Faster * _calm));
        _throttledWindows = 0;
        return null;
    }

    private static double PaceFor(double capacity, double refused) =>
        Math.Max(LeastPace, Math.Max(capacity * SlowestDrain, capacity + (Drained * ((Wanted * capacity) - refused))));
}
