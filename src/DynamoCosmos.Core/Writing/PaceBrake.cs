namespace DynamoCosmos.Writing;

/// <summary>
/// Holds back what would surely be refused, until the service's present second ends: before there is a pace, and while the service asks to
/// wait for a good part of a second. Then only a few operations go on asking, and twice as many with each sample in which they are served.
/// </summary>
/// <param name="ranges">Parts of the service that throttle by themselves.</param>
internal sealed class PaceBrake(int ranges)
{
    // Of what is answered in a sample. Fewer refusals than this may be anything.
    private const double Crowded = 0.5;
    private const double CrowdedWithoutPace = 0.1;
    private const int FewestRefusals = 10;

    // For each range and sample.
    private const double Asking = 4;

    // Of what got done in a sample, while that is still refused.
    private const double Kept = 0.8;

    private static readonly TimeSpan s_longWait = TimeSpan.FromMilliseconds(200);

    private bool _hasSecondJustEnded;
    private double? _most;

    /// <param name="hasEnded">One of the service's seconds has ended with this sample.</param>
    /// <returns>How many operations may begin until the next sample; null where the brake is off.</returns>
    internal double? Observe(FlightSample sample, bool hasEnded, bool hasPace)
    {
        bool isLast = hasEnded || _hasSecondJustEnded;
        _hasSecondJustEnded = hasEnded;
        if (isLast || (hasPace && !(sample.ToldWait >= s_longWait))) return _most = null;
        double few = Asking * ranges;
        double crowd = (hasPace ? Crowded : CrowdedWithoutPace) * (sample.Settled + sample.Throttled);
        bool isCrowded = sample.Throttled > FewestRefusals && sample.Throttled > crowd;
        if (isCrowded) return _most = _most is null ? few : Math.Max(few, Kept * sample.Settled);
        if (_most is double most) _most = Math.Max(most, 2 * Math.Max(few, sample.Settled));
        return _most;
    }
}
