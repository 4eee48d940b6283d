using System.Diagnostics;

namespace DynamoCosmos.Sandbox;

/// <summary>Waits for what happens beside a test. Nothing is waited for without end: a test that hangs tells nothing.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_atMost =
        TimeSpan.FromMinutes(2), s_pause = TimeSpan.FromMilliseconds(5), s_quiet = TimeSpan.FromMilliseconds(500);

    /// <exception cref="TimeoutException">It did not come true.</exception>
    public static async Task UntilAsync(Func<bool> condition)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > s_atMost) throw new TimeoutException("What was waited for did not come true within " +
                $"{s_atMost.TotalMinutes} minutes.");
            await Task.Delay(s_pause);
        }
    }

    /// <summary>A count that grows no more: what was on its way when its sender was stopped may still be counted as it arrives.</summary>
    /// <exception cref="TimeoutException">It went on growing.</exception>
    public static async Task StandsStillAsync(Func<long> count)
    {
        long began = Stopwatch.GetTimestamp(), last;
        do
        {
            if (Stopwatch.GetElapsedTime(began) > s_quiet * 20) throw new TimeoutException("What should have stopped went on.");
            last = count();
            await Task.Delay(s_quiet);
        }
        while (count() != last);
    }
}
