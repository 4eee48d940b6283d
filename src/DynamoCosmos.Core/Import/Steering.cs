using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Import;

/// <param name="Limit">Operations that may be in flight.</param>
/// <param name="Pace">Operations a second; null where nothing holds them back.</param>
/// <param name="Done">Operations that ended, since the beginning.</param>
/// <param name="Throttled">Answers of 429, since the beginning.</param>
/// <param name="Waiting">Operations that wait for their next try.</param>
internal readonly record struct SteeringState(int Limit, double? Pace, long Done, long Throttled, int Waiting);

/// <summary>Watches a run every tenth of a second, and sets how many operations may be in flight and at what pace they begin.</summary>
internal sealed class Steering(ItemWriter writer, int ranges, ImportOptions options, TimeProvider time)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    // At a pace, the number in flight only has to be out of its way: batches wait up to 0.1 s to fill, and what is refused waits for the next second.
    private const double SecondsInFlight = 1;

    private readonly FlightControl _flight = new(options.InFlightOver(ranges), ranges);
    private readonly PaceControl _pace = new(ranges);

    /// <summary>Operations a second; null where nothing holds them back.</summary>
    internal double? Pace => _pace.Pace;

    /// <param name="observe">Called at each tick.</param>
    internal async Task RunAsync(Action observe, CancellationToken ended)
    {
        using PeriodicTimer timer = new(s_tick, time);
        long at = time.GetTimestamp(), done = 0, throttled = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
            {
                long now = time.GetTimestamp(), nowDone = writer.Done, nowThrottled = writer.Throttled;
                Steer(new(time.GetElapsedTime(at, now), nowDone - done, nowThrottled - throttled, writer.Gate.TakeWasFull(), writer.TakeToldWait(now)));
                (at, done, throttled) = (now, nowDone, nowThrottled);
                observe();
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The run has ended.
        }
    }

    private void Steer(FlightSample sample)
    {
        FlightSample avoidable = _pace.Observe(sample);
        if (_pace.Pace is null) _flight.Observe(avoidable);
        int limit = _pace.Pace is double pace ? Math.Clamp((int)(pace * SecondsInFlight), _flight.Limit, _flight.Cap) : _flight.Limit;
        if (writer.Gate.Limit != limit) writer.Gate.Limit = limit;
        writer.Refill(_pace);
    }
}
