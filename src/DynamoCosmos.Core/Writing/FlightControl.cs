namespace DynamoCosmos.Writing;

/// <summary>What was seen since the last sample.</summary>
/// <param name="Settled">Operations that ended: written, or refused for good.</param>
/// <param name="Throttled">Answers of 429.</param>
/// <param name="WasFull">Writers had to wait for room: more in flight might have been used.</param>
/// <param name="ToldWait">What is left of the wait that the last refusal asked for; null without one.</param>
internal readonly record struct FlightSample(TimeSpan Elapsed, long Settled, long Throttled, bool WasFull, TimeSpan? ToldWait = null);

/// <summary>
/// Finds how many operations to keep in flight. Below the right number the service waits for us; above it, operations only wait in queues
/// (and the SDK slows down with their number). Where that is differs by a factor of a hundred between a loopback, a throttled and a distant
/// account, so it is found by trial: double while that pays, then now and then try a third more or less and keep what is better, the lower
/// of two equals. Knows no clock: time comes with the samples.
/// </summary>
internal sealed class FlightControl
{
    /// <summary>
    /// For each range, where it begins, and the least that it tries: two of the SDK's batches of 100. With fewer, a batch waits for its
    /// timer before it is sent, and a throughput that is smaller than what these make is PaceControl's to meet.
    /// </summary>
    internal const int First = 200;

    private const double ProbeFactor = 1.3;
    private const double ClimbGain = 1.2;
    private const double ProbeGain = 1.04;
    private const double SteepGain = 1.15;
    private const double ProbeLoss = 0.98;
    private const double BestShare = 0.97;
    private const double ThrottledTooMuch = 0.02;

    private static readonly TimeSpan s_firstPatience = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_longestPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestWindow = TimeSpan.FromSeconds(6);

    private readonly int _least;
    private Step _step = Step.Climb;
    private bool _nextProbeIsUp;
    private TimeSpan _patience = s_firstPatience;
    private TimeSpan _held;

    // The number that stands while another is tried, and what it gave.
    private int _kept;
    private double _keptRate;
    private double _bestRate;

    private TimeSpan _settlingIn;
    private TimeSpan _window;
    private long _settled;
    private long _throttled;
    private TimeSpan _full;

    /// <param name="cap">MaxInFlight.</param>
    /// <param name="ranges">Each gathers a batch of its own.</param>
    internal FlightControl(int cap, int ranges = 1)
    {
        Cap = Math.Max(1, cap);
        Limit = _kept = _least = FirstFor(ranges, Cap);
        _settlingIn = TimeSpan.FromMilliseconds(200);
    }

    private enum Step
    {
        Climb,
        Hold,
        Probe,
    }

    internal static int FirstFor(int ranges, int cap) => (int)Math.Min((long)First * Math.Max(1, ranges), cap);

    /// <summary>Never more than this.</summary>
    internal int Cap { get; }

    /// <summary>Operations to keep in flight from now on.</summary>
    internal int Limit { get; private set; }

    internal void Observe(FlightSample sample)
    {
        if (_settlingIn > TimeSpan.Zero)
        {
            _settlingIn -= sample.Elapsed;
            return;
        }
        _window += sample.Elapsed;
        _settled += sample.Settled;
        _throttled += sample.Throttled;
        if (sample.WasFull) _full += sample.Elapsed;
        if (!IsConclusive()) return;

        double rate = _settled / _window.TotalSeconds;
        double throttledShare = (double)_throttled / Math.Max(1, _settled + _throttled);
        bool wasFull = _full >= _window / 2;
        TimeSpan window = _window;
        ClearWindow();
        // Where the service has no more to give, PaceControl finds what it has.
        if (rate == 0 || throttledShare > ThrottledTooMuch) Rest(rate);
        else Judge(rate, window, wasFull);
    }

    /// <summary>
    /// An operation stays Limit / rate seconds (Little's law). A window of a few such times, with enough operations in it, tells one number
    /// from another.
    /// </summary>
    private bool IsConclusive()
    {
        if (_window >= s_longestWindow) return true;
        if (_settled + _throttled < Math.Max(100, Limit)) return false;
        TimeSpan stay = TimeSpan.FromSeconds(Limit * _window.TotalSeconds / (_settled + _throttled));
        TimeSpan least = TimeSpan.FromMilliseconds(_step == Step.Climb ? 150 : 500);
        return _window >= least && _window >= stay * (_step == Step.Climb ? 1.5 : 4);
    }

    private void Judge(double rate, TimeSpan window, bool wasFull)
    {
        switch (_step)
        {
            case Step.Climb when wasFull && (_keptRate == 0 || rate >= _keptRate * ClimbGain):
                Keep(rate);
                if (Limit < Cap) Try(Math.Min(Cap, Limit * 2), Step.Climb, rate);
                else Hold();
                break;
            case Step.Climb:
                if (wasFull && rate >= _keptRate * ProbeGain) Keep(rate);
                else GoBack(rate);
                // A run that has just begun gets faster by itself, which looks like a gain: see whether less is enough.
                _nextProbeIsUp = false;
                Hold();
                break;
            case Step.Hold:
                Keep(rate);
                _held += window;
                if (_held >= _patience) Probe(rate, wasFull);
                break;
            default:
                JudgeProbe(rate, wasFull);
                break;
        }
    }

    private void JudgeProbe(double rate, bool wasFull)
    {
        bool isUp = Limit > _kept;
        // Fewer may cost a little, but not a little again and again.
        bool isBetter = isUp
            ? wasFull && rate >= _keptRate * ProbeGain : rate >= _keptRate
            || (rate >= _keptRate * ProbeLoss && rate >= _bestRate * BestShare);
        if (!isBetter)
        {
            GoBack(rate);
            _nextProbeIsUp = !isUp;
            _patience = TimeSpan.FromSeconds(Math.Min(_patience.TotalSeconds * 2, s_longestPatience.TotalSeconds));
            Hold();
            return;
        }
        _patience = s_firstPatience;
        bool isSteep = rate >= _keptRate * SteepGain;
        Keep(rate);
        // What helped once is worth going on with at once; in the large steps of the climb if it helped as much as it could.
        if (isUp && Limit < Cap && isSteep) Try(Math.Min(Cap, Limit * 2), Step.Climb, rate);
        else Probe(rate, wasFull);
    }

    private void Probe(double rate, bool wasFull)
    {
        int up = Math.Min(Cap, Math.Max(Limit + 4, (int)(Limit * ProbeFactor)));
        int down = Math.Max(_least, (int)(Limit / ProbeFactor));
        // What is not used up cannot be too few, but it can be too many.
        int next = _nextProbeIsUp && wasFull ? up : down;
        if (next == Limit && wasFull) next = up;
        if (next != Limit) Try(next, Step.Probe, rate);
        else Hold();
    }

    /// <summary>Something else holds the run back (an outage, throttling): a comparison of numbers in flight would say nothing.</summary>
    private void Rest(double rate)
    {
        if (Limit != _kept) GoBack(rate);
        Hold();
    }

    private void Keep(double rate)
    {
        _kept = Limit;
        _keptRate = rate;
        // The best fades, because services and neighbors change.
        _bestRate = Math.Max(rate, _bestRate * 0.99);
    }

    private void GoBack(double rate)
    {
        Limit = _kept;
        SettleIn(rate);
    }

    private void Hold()
    {
        _step = Step.Hold;
        _held = TimeSpan.Zero;
    }

    private void Try(int limit, Step step, double rate)
    {
        Limit = limit;
        _step = step;
        SettleIn(rate);
    }

    private void SettleIn(double rate) =>
        _settlingIn = TimeSpan.FromSeconds(rate <= 0 ? 1 : Math.Clamp(Limit / rate, 0.1, 2));

    private void ClearWindow()
    {
        _window = _full = TimeSpan.Zero;
        _settled = _throttled = 0;
    }
}
