namespace DynamoCosmos.Writing;

/// <summary>What a <see cref="WritePipeline"/> has done since its beginning. Counted by any thread.</summary>
internal sealed class WriteCounts
{
    private long _answers;
    private long _done;
    private long _throttled;
    private long _retries;
    private long _charge;

    /// <summary>Answers of any kind.</summary>
    internal long Answers => Interlocked.Read(ref _answers);

    /// <summary>Writes that ended: settled, or refused for good.</summary>
    internal long Done => Interlocked.Read(ref _done);

    /// <summary>Answers of 429.</summary>
    internal long Throttled => Interlocked.Read(ref _throttled);

    /// <summary>Answers after which the same write was to be tried again.</summary>
    internal long Retries => Interlocked.Read(ref _retries);

    internal long CentiRequestUnits => Interlocked.Read(ref _charge);

    internal void AddAnswer(long centiRequestUnits)
    {
        Interlocked.Increment(ref _answers);
        Interlocked.Add(ref _charge, centiRequestUnits);
    }

    internal void AddDone() => Interlocked.Increment(ref _done);

    internal void AddThrottled() => Interlocked.Increment(ref _throttled);

    internal void AddRetry() => Interlocked.Increment(ref _retries);
}
