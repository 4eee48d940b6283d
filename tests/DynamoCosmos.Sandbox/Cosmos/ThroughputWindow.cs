namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>
/// Request units of one range, by seconds of the clock. An operation passes while anything is left of its second and may overdraw it;
/// the debt is taken from the seconds that follow. The caller holds the range's lock.
/// </summary>
internal sealed class ThroughputWindow
{
    private long _second;
    private double _used;

    /// <returns>Zero when it may pass; else how long to wait.</returns>
    internal TimeSpan Ask(DateTimeOffset now, double perSecond)
    {
        if (double.IsPositiveInfinity(perSecond)) return TimeSpan.Zero;
        long second = now.ToUnixTimeSeconds();
        // Requests reach the lock in another order than they came: time never goes back here.
        if (second > _second)
        {
            _used = Math.Max(0, _used - perSecond * (second - _second));
            _second = second;
        }
        if (_used < perSecond) return TimeSpan.Zero;
        double seconds = Math.Floor(_used / perSecond);
        return TimeSpan.FromMilliseconds(Math.Max(1, seconds * 1000 - now.Millisecond));
    }

    internal void Take(double charge) => _used += charge;
}
