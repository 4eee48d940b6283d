namespace DynamoCosmos.Writing;

/// <summary>
/// Finds the share of operations that is refused whatever the pace is: a proxy, a gateway or a neighbor refuses them, and a slower import
/// is refused as many. Without this, each second would cut the pace by that share, down to the least one.
/// </summary>
internal sealed class ThrottleBaseline
{
    // So many cuts in a row that leave the share of refusals as it was prove that the pace is not its cause.
    private const int ProvingCuts = 4;
    private const double RealCut = 0.9;
    private const double SameShare = 0.75;

    // Below this share a cut is small. Above the other one the service takes nothing: then less is asked for.
    private const double Crowded = 0.1;
    private const double NearlyAll = 0.9;

    // A limit of the service may have come in the meantime, so the share is forgotten after a while, later each time, and proved again.
    private const int FirstKept = 20;
    private const int LongestKept = 160;

    private double _share;
    private int _secondsLeft;
    private int _secondsKept = FirstKept;
    private int _cuts;
    private double _lastShare;
    private double _sumOfShares;

    /// <summary>The second without the refusals that no pace avoids.</summary>
    internal ServiceSecond Remove(ServiceSecond second)
    {
        if (_secondsLeft > 0 && --_secondsLeft == 0) _share = 0;
        double unavoidable = Math.Min(second.Throttled, _share * second.Sent);
        return second with { Settled = second.Settled + unavoidable, Throttled = second.Throttled - unavoidable };
    }

    /// <summary>The sample without the refusals that no pace avoids.</summary>
    internal FlightSample Remove(FlightSample sample) =>
        _share == 0 ? sample
            : sample with { Throttled = Math.Max(0, sample.Throttled - (long)Math.Ceiling(_share * (sample.Settled + sample.Throttled))) };

    /// <summary>Notes what a second did to the pace.</summary>
    /// <param name="second">As it was seen, with all of its refusals.</param>
    /// <returns>Whether this proves that several cuts have not helped: the pace is in vain.</returns>
    internal bool Note(double? before, double? after, ServiceSecond second)
    {
        double share = second.ThrottledShare;
        if (!(after < RealCut * before) || share is < Crowded or > NearlyAll)
        {
            _cuts = 0;
            return false;
        }
        if (_cuts == 0 || share < SameShare * _lastShare)
        {
            _cuts = 0;
            _sumOfShares = 0;
        }
        _cuts++;
        _lastShare = share;
        _sumOfShares += share;
        if (_cuts < ProvingCuts) return false;
        _share = _sumOfShares / _cuts;
        _secondsLeft = _secondsKept;
        _secondsKept = Math.Min(LongestKept, 2 * _secondsKept);
        _cuts = 0;
        return true;
    }
}
