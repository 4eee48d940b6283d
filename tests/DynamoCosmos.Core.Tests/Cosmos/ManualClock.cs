namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>The system's time, moved.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _offset;

    internal void Advance(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));
}
