namespace DynamoCosmos.Writing;

/// <summary>How a <see cref="WritePipeline"/> writes.</summary>
internal sealed record WriteOptions
{
    /// <summary>Writes in flight at most. The right number below it is found by <see cref="Steering"/>.</summary>
    internal required int MaxInFlight { get; init; }

    /// <summary>Bytes in flight at most, as <see cref="PendingWrite.Bytes"/> counts them.</summary>
    internal long MaxBytesInFlight { get; init; } = 48 * 1024 * 1024;

    /// <summary>How long one write is tried again before it is left open and the pipeline fails.</summary>
    internal required TimeSpan RetryTimeout { get; init; }

    /// <summary>For writes in flight when the run is stopped. Later ones are given up.</summary>
    internal TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Writes of one key are carried out in the order in which they began; see <see cref="WriteLanes"/>. False costs nothing.
    /// </summary>
    internal bool KeepsOrder { get; init; }
}
