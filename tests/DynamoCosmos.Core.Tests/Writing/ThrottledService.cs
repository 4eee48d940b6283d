using DynamoCosmos.Basics;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

/// <summary>
/// A run against a throttled service, hundredth by hundredth of a second and without a clock: what steering, gate, the SDK's batches, the service and the queue of
/// retries make of each operation. As unkind as the stand-in: each range has its own part of every second of the service and owes to the next one what it overdrew; what
/// is refused is told to wait for the end of that second. Beyond it, a service may have saved up throughput, and the process may stand still.
/// </summary>
internal sealed class ThrottledService(int ranges, Func<double, double> perSecond, int seed)
{
    private const int StepsPerSecond = 100;
    private const int StepsPerTick = 10;
    private const int Latency = 1;
    private const int Batch = 100;

    // What one machine sends at most, and the most in flight.
    private const int MostPerStep = 400;
    private const int Cap = 10_000;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);

    private readonly Random _random = new(seed);
    private readonly double[] _used = new double[ranges];
    private readonly double[] _saved = new double[ranges];
    private readonly Queue<Write>[] _gathering = [.. Enumerable.Range(0, ranges).Select(static _ => new Queue<Write>())];
    private readonly Queue<(int At, Write Write)> _sent = new();
    private readonly PriorityQueue<Write, int> _waiting = new();
    private readonly int _phase = new Random(seed).Next(StepsPerSecond);

    private int _step;
    private int _stalledFor;
    private int? _toldUntil;
    private int _inFlight;
    private int _limit;
    private double _allowance = double.PositiveInfinity;
    private bool _wasFull;
    private long _begun;
    private long _settled;
    private long _throttled;
    private double _charged;
    private double _provisioned;

    internal ThrottledService(int ranges, double perSecond, int seed)
        : this(ranges, _ => perSecond, seed)
    {
    }

    /// <summary>Shares of the operations that go to each range.</summary>
    internal double[] Weights { get; init; } = [.. Enumerable.Repeat(1.0 / ranges, ranges)];

    internal Func<Random, double> Charge { get; init; } = static _ => 5.5;

    /// <summary>RU that each range has saved up when the run begins; what it does not use it saves again.</summary>
    internal double Saved { init => Array.Fill(_saved, value); }

    /// <summary>So many times a second the process stands still for a tenth of a second to most of one.</summary>
    internal double Stalls { get; init; }

    /// <summary>RU used of RU provisioned, from the first operation to the last answer.</summary>
    internal double Used => _charged / _provisioned;

    /// <summary>Share of the operations sent that were refused.</summary>
    internal double Refused => (double)_throttled / (_settled + _throttled);

    internal bool HadPace { get; private set; }

    private double OfEach => perSecond((double)_step / StepsPerSecond) / ranges;

    private int OfSecond => (_step + _phase) % StepsPerSecond;

    /// <summary>Until so many operations are settled.</summary>
    /// <param name="pace">Null: steered by the number in flight alone.</param>
    internal ThrottledService Run(PaceControl? pace, double operations)
    {
        FlightControl flight = new(Cap, ranges);
        _limit = flight.Limit;
        long settled = 0, throttled = 0;
        for (int tick = 0; _settled < (long)operations; _step++)
        {
            if (OfSecond == 0) BeginSecond();
            _provisioned += OfEach * ranges / StepsPerSecond;
            if (_stalledFor-- > 0) continue;
            Answer();
            Send((long)operations);
            Flush();
            if (_step - tick >= StepsPerTick)
            {
                TimeSpan? told = _toldUntil is int until ? TimeSpan.FromSeconds(Math.Max(0, until - _step) / (double)StepsPerSecond) : null;
                Steer(flight, pace, new(TimeSpan.FromSeconds((_step - tick) / (double)StepsPerSecond), _settled - settled, _throttled - throttled, _wasFull, told));
                (settled, throttled, _wasFull, _toldUntil) = (_settled, _throttled, false, null);
                tick = _step - (_step % StepsPerTick);
            }
            if (_random.NextDouble() < Stalls / StepsPerSecond) _stalledFor = _random.Next(10, 80);
        }
        return this;
    }

    private void Steer(FlightControl flight, PaceControl? pace, FlightSample sample)
    {
        pace?.Observe(sample);
        if (pace?.Pace is not double operations)
        {
            flight.Observe(sample);
            _limit = flight.Limit;
            _allowance = double.PositiveInfinity;
            return;
        }
        HadPace = true;
        _limit = Math.Clamp((int)operations, flight.Limit, Cap);
        double more = pace.Allowance!.Value;
        _allowance = Math.Min(double.IsInfinity(_allowance) ? 0 : _allowance, more) + more;
    }

    private void BeginSecond()
    {
        for (int range = 0; range < ranges; range++)
        {
            double left = OfEach - _used[range];
            if (_saved[range] > 0 && left > 0) _saved[range] += left;
            _used[range] = Math.Max(0, -left);
        }
    }

    private void Send(long operations)
    {
        for (int room = MostPerStep; room > 0; room--)
        {
            bool isRetry = _waiting.TryPeek(out _, out int due) && due <= _step;
            if (!isRetry && _begun == operations) return;
            if (_allowance < 1 || (!isRetry && _inFlight >= _limit))
            {
                _wasFull |= !isRetry;
                return;
            }
            _allowance--;
            Write write = isRetry ? _waiting.Dequeue() : new(PickRange(), Charge(_random), Tries: 0);
            _gathering[write.Range].Enqueue(write);
            if (isRetry) continue;
            _inFlight++;
            _begun++;
        }
    }

    /// <summary>The SDK's batches go when they are full, and at each tenth of a second, which is another moment for each range.</summary>
    private void Flush()
    {
        for (int range = 0; range < ranges; range++)
        {
            bool isTime = (_step + (3 * range)) % StepsPerTick == 0;
            while (_gathering[range].Count >= Batch || (isTime && _gathering[range].Count > 0))
            {
                for (int left = Math.Min(Batch, _gathering[range].Count); left > 0; left--) _sent.Enqueue((_step + Latency, _gathering[range].Dequeue()));
            }
        }
    }

    private void Answer()
    {
        while (_sent.TryPeek(out (int At, Write Write) next) && next.At <= _step)
        {
            Write write = _sent.Dequeue().Write;
            if (_used[write.Range] < OfEach) _used[write.Range] += write.Charge;
            else if (_saved[write.Range] >= write.Charge) _saved[write.Range] -= write.Charge;
            else
            {
                Refuse(write);
                continue;
            }
            _charged += write.Charge;
            _settled++;
            _inFlight--;
        }
    }

    private void Refuse(Write write)
    {
        _throttled++;
        int wait = ((int)(_used[write.Range] / OfEach) * StepsPerSecond) - OfSecond;
        _toldUntil = _step + wait;
        TimeSpan pause = Backoff.Next(s_firstPause, write.Tries + 1, TimeSpan.FromSeconds((double)wait / StepsPerSecond), _random.NextDouble());
        _waiting.Enqueue(write with { Tries = write.Tries + 1 }, _step + (int)Math.Ceiling(pause.TotalSeconds * StepsPerSecond));
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
