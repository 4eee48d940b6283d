namespace DynamoCosmos.Basics;

/// <summary>
/// The pause before a write is tried again: doubled each time up to a limit, spread by chance so that a burst does not come back as a
/// burst.
/// </summary>
internal static class Backoff
{
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <param name="tries">Tries made so far, at least 1.</param>
    /// <param name="retryAfter">What the service asked for: never less than this, and that much spread on top of it.</param>
    /// <param name="chance">From 0 up to 1.</param>
    internal static TimeSpan Next(TimeSpan firstPause, int tries, TimeSpan? retryAfter, double chance)
    {
        TimeSpan pause = firstPause * Math.Pow(2, Math.Min(tries - 1, 20));
        if (pause > LongestPause) pause = LongestPause;
        TimeSpan spread = pause * (0.5 + 0.5 * chance);
        return retryAfter is TimeSpan asked ? asked + spread * 0.5 : spread;
    }
}
