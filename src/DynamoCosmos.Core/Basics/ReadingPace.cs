namespace DynamoCosmos.Basics;

/// <summary>
/// Keeps reading below a number of request units a second: what a page cost is waited off before the next one is asked for.
/// </summary>
internal sealed class ReadingPace(double maxThroughput, TimeProvider time)
{
    private readonly object _gate = new();
    private long _paidUntil;
    private double _charge;

    internal double RequestCharge
    {
        get
        {
            lock (_gate) return _charge;
        }
    }

    internal void Charge(double requestUnits)
    {
        lock (_gate)
        {
            _charge += requestUnits;
            if (maxThroughput <= 0) return;
            _paidUntil = Math.Max(_paidUntil, time.GetTimestamp()) + (long)(requestUnits / maxThroughput * time.TimestampFrequency);
        }
    }

    internal async ValueTask AwaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long paidUntil, now = time.GetTimestamp();
            lock (_gate) paidUntil = _paidUntil;
            if (paidUntil <= now) return;
            await Task.Delay(time.GetElapsedTime(now, paidUntil), time, cancellationToken).ConfigureAwait(false);
        }
    }
}
