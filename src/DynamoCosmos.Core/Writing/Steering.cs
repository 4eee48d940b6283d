namespace DynamoCosmos.Writing;

/// <summary>Where a pipeline stands.</summary>
/// <param name="Limit">Writes that may be in flight.</param>
/// <param name="Pace">Tries a second; null where nothing holds them back.</param>
/// <param name="Done">Writes that ended, since the beginning.</param>
/// <param name="Throttled">Answers of 429, since the beginning.</param>
/// <param name="Waiting">Writes that wait for their next try.</param>
internal readonly record struct SteeringState(int Limit, double? Pace, long Done, long Throttled, int Waiting);

/// <summary>
/// Watches a pipeline every tenth of a second, and sets how many writes may be in flight and at what pace their tries begin.
/// </summary>
internal sealed class Steering(WritePipeline pipeline, TimeProvider time)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    // At a pace, the number in flight only has to be out of its way: batches wait up to 0.1 s to fill, and what is refused waits for the
    // next second.
    private const double SecondsInFlight = 1;

    private readonly FlightControl _flight = new(pipeline.MaxInFlight, pipeline.Ranges);
    private readonly PaceControl _pace = new(pipeline.Ranges);

    internal SteeringState State => new(pipeline.Gate.Limit, _pace.Pace, pipeline.Counts.Done, pipeline.Counts.Throttled, pipeline.Waiting);

    /// <param name="observe">Called at each tick.</param>
    internal async Task RunAsync(Action? observe, CancellationToken ended)
    {
        using PeriodicTimer timer = new(s_tick, time);
        long at = time.GetTimestamp(), done = 0, throttled = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
            {
                long now = time.GetTimestamp(), nowDone = pipeline.Counts.Done, nowThrottled = pipeline.Counts.Throttled;
                bool wasFull = pipeline.Gate.TakeWasFull();
                Steer(new(time.GetElapsedTime(at, now), nowDone - done, nowThrottled - throttled, wasFull, pipeline.TakeRetryAfter(now)));
                (at, done, throttled) = (now, nowDone, nowThrottled);
                observe?.Invoke();
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
        if (pipeline.Gate.Limit != limit) pipeline.Gate.Limit = limit;
        pipeline.Refill(_pace);
    }
}
