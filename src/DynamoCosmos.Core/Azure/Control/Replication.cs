namespace DynamoCosmos.Azure.Control;

/// <summary>
/// Patience with a directory that follows late: what Graph has just made is unknown for a while to Graph's own reads, to the resource
/// manager and to Cosmos DB. Seconds as a rule, minutes at worst.
/// </summary>
internal sealed class Replication(TimeProvider time)
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    /// <summary>For a principal that was named by the user: a name that is simply wrong should be told soon.</summary>
    internal TimeSpan LookupTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For a principal that is known to exist.</summary>
    internal TimeSpan SettleTime { get; init; } = TimeSpan.FromMinutes(3);

    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Tries until it succeeds, or fails otherwise than by what is not known yet, or the time is over.</summary>
    /// <param name="isUnknownYet">True for a failure that time may heal.</param>
    /// <param name="giveUp">The error for when it did not.</param>
    internal async Task<T> RetryAsync<T>(
        Func<Task<T>> attempt, Func<Exception, bool> isUnknownYet, TimeSpan atMost, Func<Exception, TimeSpan, Exception> giveUp,
            CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (Exception failure) when (isUnknownYet(failure))
            {
                TimeSpan waited = time.GetElapsedTime(start);
                if (waited + pause > atMost) throw giveUp(failure, waited);
            }
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    /// <summary>Looks until something is there or the time is over.</summary>
    internal async Task<T?> LookAsync<T>(Func<Task<T?>> look, TimeSpan atMost, CancellationToken cancellationToken) where T : class
    {
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            if (await look() is { } found) return found;
            if (time.GetElapsedTime(start) + pause > atMost) return null;
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }
}
