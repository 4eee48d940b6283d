namespace DynamoCosmos.Tests;

/// <summary>The real clock, put forward by hand.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private long _ahead;

    internal void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));
}
