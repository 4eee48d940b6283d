namespace DynamoCosmos.Writing;

/// <summary>
/// Sets a pace where the service throttles. Then its throughput is the limit, whatever is in flight, and a number in flight is a poor means
/// to meet it: too few leave ranges idle, too many are refused, and which is which changes with each second. The pace counts every
/// operation that is sent, new ones and retries, and is what gets done in a second and a little more: the little keeps the ranges busy, and
/// is all that is refused, however many wait. Knows no clock: time comes with the samples.
/// </summary>
/// <param name="ranges">Parts of the service that throttle by themselves.</param>
internal sealed class PaceControl(int ranges = 1)
{
    private const double LeastPace = 5;

    // Shares of what is answered in a second, from which throttling is suspected; where much is refused it takes less to be sure.
    private const double TooMany = 0.03;
    private const double FarTooMany = 0.15;
    private const int Sure = 3;

    // What is sent beyond what gets done. With ten ranges of a few hundred operations a second, chance alone leaves some of them idle at
    // less.
    private const double Surplus = 0.025;

    // At fewer refusals than this nothing shows that the service is at its limit; at more than that, everything does.
    private const double Busy = 0.005;
    private const double Crowded = 0.1;
    private const double Learned = 0.3;
    private const double LargestCut = 0.5;

    // Of the pace; who sent less was held up by something else.
    private const double KeptPace = 0.9;

    // The steps in which more is tried: doubled with each second that refuses nothing. Far beyond what was once the limit there is none any
    // more.
    private const double FirstStep = 0.015;
    private const double LongestStep = 0.2;
    private const double OutOfReach = 3;

    // A second that gets less than this share of what is usual done says nothing about the limit: something else is wrong. So many of them
    // in a row do.
    private const double DarkShare = 0.1;
    private const int MostDarkSeconds = 3;

    // Where nearly everything is refused, so much is asked for all the same: a tenth of what was best lately, and for each range so many
    // operations where nothing gets done. Else a service that refuses by the number of requests would be asked for next to nothing, for
    // hours.
    private const double NearlyAll = 0.9;
    private const double AskedInTheDark = 500;
    private const double Fading = 0.98;

    // The SDK sends a batch when it holds 100 operations, and else after a tenth of a second or more. Below this pace for each range most
    // would wait, and go alone instead; beyond the other one, that many requests cost too much CPU.
    private const double FullBatches = 600;
    private const double MostAlone = 6_000;

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    private readonly ServiceSeconds _seconds = new();
    private readonly PaceBrake _brake = new(ranges);
    private readonly ThrottleBaseline _baseline = new();

    // One of a run's first seconds may decide alone: so far nothing has shown that the service can do better.
    private int _firstSeconds = 2;
    private int _suspicion = 1;
    private double _mostSettled;
    private double _step;
    private double _limit;
    private double _usual;
    private double _best;
    private int _darkSeconds;
    private double _paceBefore;
    private double _paceToRestore;

    /// <summary>Operations a second; null where nothing holds them back.</summary>
    internal double? Pace { get; private set; }

    /// <summary>Operations that may begin until the next sample; null for any number.</summary>
    internal double? Allowance { get; private set; }

    /// <summary>Whether operations go one by one, since at this pace batches do not fill.</summary>
    internal bool IsTooSlowForBatches => Pace < FullBatches * ranges && Pace < MostAlone;

    /// <returns>The sample without the refusals that no pace avoids.</returns>
    internal FlightSample Observe(FlightSample sample)
    {
        ServiceSecond? ended = _seconds.Observe(sample);
        if (ended is ServiceSecond second)
        {
            double? before = Pace;
            Take(_baseline.Remove(second));
            if (_baseline.Note(before, Pace, second)) GiveUp();
        }
        FlightSample avoidable = _baseline.Remove(sample);
        double? most = _brake.Observe(avoidable, ended is not null, Pace is not null);
        // A process that stood still can make up for what it lost of this second of the service, but the one before has gone by.
        TimeSpan longest = _seconds.Present > s_tick ? _seconds.Present : s_tick;
        double? paced = Pace * (sample.Elapsed < longest ? sample.Elapsed : longest).TotalSeconds;
        Allowance = paced < most || most is null ? paced : most;
        return avoidable;
    }

    private void Take(ServiceSecond second)
    {
        if (second.Settled < DarkShare * _usual && second.ThrottledShare > Crowded && _darkSeconds < MostDarkSeconds)
        {
            // The second before may have been dark in part, and have cut the pace.
            _darkSeconds++;
            _suspicion = 0;
            if (Pace is not null) _paceToRestore = Math.Max(_paceToRestore, _paceBefore);
            return;
        }
        _darkSeconds = 0;
        _usual = second.Settled;
        _best = Math.Max(second.Settled, Fading * _best);
        double? before = Pace;
        Pace = before is double pace ? Correct(pace, second) : Consider(second);
        _paceBefore = before ?? 0;
        if (before is null || second.ThrottledShare > Busy) return;
        if (_paceToRestore > (Pace ?? 0))
        {
            Pace = _paceToRestore;
            _limit = _paceToRestore / (1 + Surplus);
        }
        _paceToRestore = 0;
    }

    /// <summary>Whether to set a pace at all: not for one bad second, nor for what a split or a neighbor does in passing.</summary>
    private double? Consider(ServiceSecond second)
    {
        double share = second.ThrottledShare;
        bool isSuspect = share > TooMany;
        _suspicion = isSuspect ? _suspicion + (share > FarTooMany ? 2 : 1) : Math.Max(--_firstSeconds > 0 ? 1 : 0, _suspicion - 1);
        _mostSettled = isSuspect ? Math.Max(_mostSettled, second.Settled) : 0;
        if (_suspicion < Sure) return null;
        double settled = second.IsSound ? second.Settled : _mostSettled;
        return PaceFor(AtLeast(Math.Min(settled, second.Trickle ?? settled), second));
    }

    private double? Correct(double pace, ServiceSecond second)
    {
        // An outage, or a second that is not a whole one, says nothing about the limit.
        if (second.Sent == 0 || !second.IsSound) return pace;
        bool isKept = second.Sent >= KeptPace * pace;
        if (second.ThrottledShare <= Busy) return isKept && second.WasHeldBack ? TryMore(pace, second) : pace;
        if (!isKept && second.ThrottledShare < 2 * Surplus) return pace;
        double next = PaceFor(AtLeast(second.Settled, second));
        if (second.ThrottledShare <= Crowded) next = pace + (Learned * (next - pace));
        return Math.Max(next, pace * LargestCut);
    }

    private double? TryMore(double pace, ServiceSecond second)
    {
        double next = pace * (1 + _step);
        _step = second.Throttled == 0 ? Math.Min(LongestStep, _step * 2) : FirstStep;
        if (next < OutOfReach * _limit) return next;
        GiveUp();
        return null;
    }

    private void GiveUp()
    {
        Pace = null;
        _suspicion = 0;
        _mostSettled = 0;
        _paceToRestore = 0;
    }

    private double AtLeast(double settled, ServiceSecond second) => second.ThrottledShare > NearlyAll
        ? Math.Max(settled, Math.Max(DarkShare * _best, second.Settled == 0 ? AskedInTheDark * ranges : 0))
        : settled;

    private double PaceFor(double settled)
    {
        _limit = Math.Max(LeastPace, settled);
        _step = FirstStep;
        return _limit * (1 + Surplus);
    }
}
