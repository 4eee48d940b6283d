using DynamoCosmos.Basics;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

/// <summary>
/// A run against a throttled service, step by step and without a clock: what steering, gate, the SDK's batches, the service and the queue
/// of retries make of each operation. The service's ranges are those of the stand-in. Beyond it, the service may refuse everything for a
/// while, and the process may stand still.
/// </summary>
internal sealed class ThrottledService(int ranges, Func<double, double> perSecond, int seed,
    ThrottleModel model = ThrottleModel.ClockSeconds, double savedSeconds = 0)
{
    private const int StepsPerSecond = 200;
    private const int StepsPerTick = StepsPerSecond / 10;
    private const int Latency = 1;

    // The SDK sends a batch when it is full, and else when its timer ends: after a tenth of a second and up to the half of one more.
    private const int Batch = 100;
    private const int LongestDelay = StepsPerTick / 2;

    // What the SDK does by itself: so many tries without a pause but their way, then the application's pause.
    private const int SdkTries = 9;
    private const int SdkWay = StepsPerSecond / 40;
    private const int SdkPause = StepsPerSecond / 20;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly DateTimeOffset s_epoch = DateTimeOffset.UnixEpoch.AddDays(20_000);

    private readonly Random _random = new(seed);
    private readonly RangeThrottle[] _throttles = [.. Enumerable.Range(0, ranges).Select(_ => RangeThrottle.Create(model, savedSeconds))];
    private readonly Queue<Write>[] _gathering = [.. Enumerable.Range(0, ranges).Select(static _ => new Queue<Write>())];
    private readonly int[] _timers = new int[ranges];
    private readonly Queue<(int At, Write Write)> _sent = new();
    private readonly PriorityQueue<Write, int> _waiting = new();
    private readonly int _phase = new Random(seed).Next(StepsPerSecond);
    private readonly int _cap = Math.Clamp(400 * ranges, 2_000, 5_000);
    private readonly PaceControl _pace = new(ranges);

    private int _step;
    private int _stalledFor;
    private int? _toldUntil;
    private int _inFlight;
    private int _limit;
    private double _allowance = double.PositiveInfinity;
    private bool _wasFull;
    private bool _isPaced;
    private long _begun;
    private long _settled;
    private long _throttled;
    private long _observedSettled;
    private long _observedThrottled;
    private double _charged;
    private double _provisioned;

    internal ThrottledService(int ranges, double perSecond, int seed, ThrottleModel model = ThrottleModel.ClockSeconds,
        double savedSeconds = 0)
        : this(ranges, _ => perSecond, seed, model, savedSeconds)
    {
    }

    /// <summary>Shares of the operations that go to each range.</summary>
    internal double[] Weights { get; init; } = [.. Enumerable.Repeat(1.0 / ranges, ranges)];

    internal Func<Random, double> Charge { get; init; } = static _ => 5.5;

    /// <summary>So many times a second the process stands still for a tenth of a second to most of one.</summary>
    internal double Stalls { get; init; }

    /// <summary>What the machine sends at most.</summary>
    internal int MostPerSecond { get; init; } = 40_000;

    /// <summary>Refuses everything in these seconds of the run, asking to wait for so long.</summary>
    internal (double From, double To, TimeSpan Wait)? Blackout { get; init; }

    /// <summary>Refuses this share of all operations, whatever the pace is, as a proxy may.</summary>
    internal double Unavoidable { get; init; }

    /// <summary>RU used of RU provisioned, from the first operation to the end.</summary>
    internal double Used => _charged / _provisioned;

    /// <summary>Share of the operations sent that were refused.</summary>
    internal double Refused => (double)_throttled / (_settled + _throttled);

    internal long Settled => _settled;

    internal double Seconds => (double)_step / StepsPerSecond;

    internal bool HadPace { get; private set; }

    private double OfEach => perSecond(Seconds) / ranges;

    private DateTimeOffset Now => s_epoch + TimeSpan.FromSeconds((double)(_step + _phase) / StepsPerSecond);

    /// <summary>Until so many operations are settled, at the import's pace.</summary>
    internal ThrottledService Run(double operations)
    {
        _isPaced = true;
        return Drive((long)operations, int.MaxValue);
    }

    /// <summary>So many seconds of a run that does not end in them.</summary>
    internal ThrottledService RunFor(int seconds)
    {
        _isPaced = true;
        return Drive(long.MaxValue, seconds * StepsPerSecond);
    }

    /// <summary>The same with the SDK's own retries and no pace.</summary>
    internal ThrottledService RunUnpacedFor(int seconds) => Drive(long.MaxValue, seconds * StepsPerSecond);

    private ThrottledService Drive(long operations, int steps)
    {
        FlightControl flight = new(_cap, ranges);
        _limit = _isPaced ? flight.Limit : 400 * ranges;
        for (int tick = 0; _settled < operations && _step < steps; _step++)
        {
            _provisioned += OfEach * ranges / StepsPerSecond;
            if (_stalledFor-- > 0) continue;
            Answer();
            Retry();
            Send(operations);
            Flush();
            if (_isPaced && _step - tick >= StepsPerTick)
            {
                Steer(flight, TimeSpan.FromSeconds((_step - tick) / (double)StepsPerSecond));
                tick = _step - (_step % StepsPerTick);
            }
            if (_random.NextDouble() < Stalls / StepsPerSecond) _stalledFor = _random.Next(StepsPerSecond / 10, StepsPerSecond * 8 / 10);
        }
        return this;
    }

    private void Steer(FlightControl flight, TimeSpan elapsed)
    {
        TimeSpan? told = _toldUntil is int until ? TimeSpan.FromSeconds(Math.Max(0, until - _step) / (double)StepsPerSecond) : null;
        FlightSample sample = new(elapsed, _settled - _observedSettled, _throttled - _observedThrottled, _wasFull, told);
        (_observedSettled, _observedThrottled, _wasFull, _toldUntil) = (_settled, _throttled, false, null);
        FlightSample avoidable = _pace.Observe(sample);
        if (_pace.Pace is null) flight.Observe(avoidable);
        _limit = _pace.Pace is double pace ? Math.Clamp((int)pace, flight.Limit, _cap) : flight.Limit;
        HadPace |= _pace.Pace is not null;
        _allowance = _pace.Allowance is double more
            ? Math.Min(double.IsInfinity(_allowance) ? 0 : _allowance, more) + more : double.PositiveInfinity;
    }

    private void Retry()
    {
        while (_waiting.TryPeek(out _, out int due) && due <= _step && (!_isPaced || _allowance >= 1))
        {
            _allowance--;
            Begin(_waiting.Dequeue());
        }
    }

    private void Send(long operations)
    {
        for (int room = MostPerSecond / StepsPerSecond; room > 0 && _begun < operations; room--)
        {
            if (_inFlight >= _limit || (_isPaced && _allowance < 1))
            {
                _wasFull = true;
                return;
            }
            _inFlight++;
            _begun++;
            _allowance--;
            Begin(new(PickRange(), Charge(_random), Tries: 0));
        }
    }

    private void Begin(Write write)
    {
        if (_isPaced && _pace.IsTooSlowForBatches) _sent.Enqueue((_step + Latency, write));
        else _gathering[write.Range].Enqueue(write);
    }

    private void Flush()
    {
        for (int range = 0; range < ranges; range++)
        {
            Queue<Write> gathering = _gathering[range];
            bool isTime = _step >= _timers[range];
            if (isTime) _timers[range] = _step + StepsPerTick + _random.Next(LongestDelay + 1);
            while (gathering.Count >= Batch || (isTime && gathering.Count > 0))
            {
                for (int left = Math.Min(Batch, gathering.Count); left > 0; left--) _sent.Enqueue((_step + Latency, gathering.Dequeue()));
            }
        }
    }

    private void Answer()
    {
        while (_sent.TryPeek(out (int At, Write Write) next) && next.At <= _step)
        {
            Write write = _sent.Dequeue().Write;
            RangeThrottle throttle = _throttles[write.Range];
            TimeSpan wait = Blackout is { } dark && Seconds >= dark.From && Seconds < dark.To ? dark.Wait : throttle.Ask(Now, OfEach);
            if (wait <= TimeSpan.Zero && Unavoidable > 0 && _random.NextDouble() < Unavoidable) wait = TimeSpan.FromMilliseconds(20);
            if (wait > TimeSpan.Zero)
            {
                Refuse(write, wait);
                continue;
            }
            throttle.Take(write.Charge);
            _charged += write.Charge;
            _settled++;
            _inFlight--;
        }
    }

    private void Refuse(Write write, TimeSpan wait)
    {
        _throttled++;
        _toldUntil = _step + (int)(wait.TotalSeconds * StepsPerSecond);
        int tries = write.Tries + 1;
        TimeSpan first = _pace.Pace is null ? WritePipeline.UnpacedPauses * s_firstPause : s_firstPause;
        int steps = _isPaced
            ? (int)Math.Ceiling(Backoff.Next(first, tries, wait, _random.NextDouble()).TotalSeconds * StepsPerSecond)
            : tries % (SdkTries + 1) == 0 ? SdkPause : SdkWay;
        _waiting.Enqueue(write with { Tries = tries }, _step + steps);
    }

    private int PickRange()
    {
        double at = _random.NextDouble();
        int range = 0;
        while (range < ranges - 1 && (at -= Weights[range]) >= 0) range++;
        return range;
    }

    private readonly record struct Write(int Range, double Charge, int Tries);
}
