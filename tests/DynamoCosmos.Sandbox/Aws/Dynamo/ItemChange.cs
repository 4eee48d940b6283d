namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>A write: what was there before and after it. Either can be nothing.</summary>
/// <param name="At">Microseconds since 1970.</param>
internal sealed record ItemChange(long At, StoredItem? Before, StoredItem? After)
{
    /// <summary>Any state of the item: it places it.</summary>
    internal StoredItem Key { get; init; } = (After ?? Before)!;

    internal static long Micros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
